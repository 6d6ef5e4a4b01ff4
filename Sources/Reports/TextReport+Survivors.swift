// SPDX-License-Identifier: Apache-2.0

import Attribution

extension TextReport {
  /// A row for each command that outlived the recorded one.
  var survivorSection: [TextLine] {
    let groups = Survivors.of(run.run)
    guard !groups.isEmpty else { return [] }
    var table = TextTable([
      .init(title: "AFTER EXIT", isFlexible: true),
      .init(title: "ALIVE", isRight: true),
      .init(title: "ZOMBIE", isRight: true),
      .init(title: "ORPHAN", isRight: true),
      .init(title: "ENDED SINCE", isRight: true),
      .init(title: "OLDEST", isRight: true),
      .init(title: "RSS", isRight: true),
    ])
    for group in groups.prefix(options.processes) {
      table.append([
        .init(Self.text(of: group.command)),
        .init(Figures.cell(UInt64(group.alive)), group.alive > 0 ? .warning : .plain),
        .init(Figures.cell(UInt64(group.zombies)), group.zombies > 0 ? .alarm : .plain),
        .init(Figures.cell(UInt64(group.orphans)), group.orphans > 0 ? .alarm : .plain),
        .init(Figures.cell(UInt64(group.ended))),
        .init(group.oldest > 0 ? Figures.duration(group.oldest) : Figures.none),
        .init(Figures.bytes(group.residentBytes)),
      ])
    }
    let more = groups.dropFirst(options.processes)
    let commands = Figures.counted(UInt64(more.count), "more command", "more commands")
    return table.lines(width: options.width)
      + (more.isEmpty
        ? [] : [TextLine("… and \(commands) (\(Survivors.summary(Array(more))))", .faint)])
  }
}
