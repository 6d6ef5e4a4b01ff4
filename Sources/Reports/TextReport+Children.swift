// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

extension TextReport {
  /// A row for each command that a process spawned: zombies first, then the most numerous.
  var childSection: [TextLine] {
    let groups = run.childrenByCommand
    let shown = groups.prefix(options.processes)
    guard !shown.isEmpty else { return [] }
    let columns = childColumns(for: shown)
    var table = TextTable(columns.map(\.layout))
    for group in shown { table.append(columns.map { $0.cell(group) }) }
    return table.lines(width: options.width)
      + rest(of: groups.dropFirst(options.processes))
      + lockstepLines(groups) + assumedLines(groups)
  }

  private struct Column {
    var layout: TextTable.Column
    var cell: (CommandGroup) -> TextTable.Cell

    init(
      _ title: String, isRight: Bool = true, isFlexible: Bool = false,
      cell: @escaping (CommandGroup) -> TextTable.Cell
    ) {
      layout = .init(title: title, isRight: isRight, isFlexible: isFlexible)
      self.cell = cell
    }
  }

  /// A column without a figure would take the room of names.
  private func childColumns(for shown: ArraySlice<CommandGroup>) -> [Column] {
    var columns = [
      Column("CHILDREN") { .init(Figures.count($0.count)) },
      Column("ALIVE") { .init(Figures.cell(UInt64($0.alive))) },
      Column("ZOMBIE") {
        .init(Figures.cell(UInt64($0.zombies)), $0.zombies > 0 ? .alarm : .plain)
      },
    ]
    if shown.contains(where: { $0.oldest != nil }) {
      columns.append(Column("OLDEST") { .init($0.oldest.map(Figures.duration) ?? Figures.none) })
    }
    if shown.contains(where: { $0.cpuTime > 0 }) {
      columns.append(
        Column("CPU") { .init($0.cpuTime > 0 ? Figures.duration($0.cpuTime) : Figures.none) })
    }
    if shown.contains(where: { $0.residentBytes > 0 }) {
      columns.append(Column("RSS") { .init(Figures.bytes($0.residentBytes)) })
    }
    return columns + [
      Column("COMMAND", isRight: false, isFlexible: true) { .init(Self.text(of: $0.command)) },
      Column("SPAWNED BY", isRight: false, isFlexible: true) { .init(spawner(of: $0)) },
    ]
  }

  private func spawner(of group: CommandGroup) -> String {
    "\(group.spawner.processID) \(name(group.spawner).short)"
  }

  /// The template's words; it is no command to be typed, so nothing is quoted.
  static func text(of command: CommandTemplate) -> String {
    command.words.map(ForeignText.encode).joined(separator: " ")
  }

  private func rest(of groups: ArraySlice<CommandGroup>) -> [TextLine] {
    guard !groups.isEmpty else { return [] }
    let commands = Figures.counted(UInt64(groups.count), "more command", "more commands")
    let children = Figures.counted(groups.sum(\.count), "child", "children")
    return [TextLine("… and \(commands) (\(children))", .faint)]
  }

  private func lockstepLines(_ groups: [CommandGroup]) -> [TextLine] {
    let byNumber = Dictionary(grouping: groups.filter { $0.lockstep != nil }) { $0.lockstep ?? 0 }
    return byNumber.sorted { $0.key < $1.key }.compactMap { _, members in
      guard let first = members.first else { return nil }
      let names = members.compactMap { $0.command.words.first.map(ForeignText.encode) }
      return TextLine(
        "In lockstep: \(members.count) commands of \(spawner(of: first)), \(first.alive) alive of "
          + "each, started together (\(Set(names).sorted().joined(separator: ", ")))", .alarm)
    }
  }

  private func assumedLines(_ groups: [CommandGroup]) -> [TextLine] {
    guard groups.contains(where: \.hasAssumedSpawner) else { return [] }
    return [
      TextLine("Who was there before spoor counts under the parent that it had then.", .faint)
    ]
  }
}

extension CommandGroup {
  fileprivate var count: UInt64 { UInt64(alive + zombies + ended) }
}
