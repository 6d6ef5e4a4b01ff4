// SPDX-License-Identifier: Apache-2.0

import Attribution
import Recording

extension TextReport {
  /// A row for each process, terminal and direction, the most bytes first.
  var terminalSection: [TextLine] {
    let rows = rankedTerminals
    guard !rows.isEmpty else { return [TextLine("No terminal was written to.")] }
    var table = TextTable([
      .init(title: "TTY"),
      .init(title: "SIDE"),
      .init(title: "BYTES", isRight: true),
      .init(title: "B/S", isRight: true),
      .init(title: "WRITES", isRight: true),
      .init(title: "FAILED", isRight: true),
      .init(title: "FPS", isRight: true),
      .init(title: "B/FRAME", isRight: true),
      .init(title: "PID", isRight: true),
      .init(title: "PROCESS", isFlexible: true),
    ])
    let isAmbiguous = hasSeveralInstances(rows)
    for row in rows.prefix(options.processes) {
      let name = row.terminal.name
      table.append([
        .init(isAmbiguous ? "\(name) (\(row.terminal.instance))" : name),
        .init(row.direction.name),
        .init(Figures.bytes(row.bytes)),
        .init(Figures.byteRate(run.perSecond(row.bytes))),
        .init(Figures.count(row.writes)),
        .init(Figures.cell(row.failed), row.failed > 0 ? .alarm : .plain),
        .init(
          row.frames.count == 0 ? Figures.none : Figures.rate(run.perSecond(row.frames.count))),
        .init(row.frames.percentile(50).map(Figures.bytes) ?? Figures.none),
        .init(String(row.process.processID)),
        .process(self.name(row.process)),
      ])
    }
    return table.lines(width: options.width) + rest(of: rows.dropFirst(options.processes))
      + perFrameLines
  }

  var rankedTerminals: [TerminalWrites] {
    // The ranking keeps the order of those with as many bytes.
    run.tellingOrder.flatMap { run.terminals[$0] ?? [] }.enumerated()
      .sorted { ($1.element.bytes, $0.offset) < ($0.element.bytes, $1.offset) }
      .map(\.element)
  }

  /// What processes look up with their frames, the most frequent first.
  private var perFrameLines: [TextLine] {
    run.processes.filter { run.frames[$0.key] != nil }.flatMap { process in
      run.rankedLookups(of: process.key).filter(run.goesWithFrames).prefix(3).map { row in
        let start =
          "\(process.key.processID) \(name(process.key).short): "
          + "\(Figures.rate(run.perFrame(row))) \(shown(row.operation)) of "
        let room = max(16, options.width - ForeignText.width(start + " per frame"))
        return TextLine(start + ForeignText.fit(row.shownPath, room) + " per frame")
      }
    }
  }

  /// Whether one name is the name of two terminals, in two mounts of devpts.
  private func hasSeveralInstances(_ rows: [TerminalWrites]) -> Bool {
    let terminals = Set(rows.map(\.terminal))
    return Set(terminals.map(\.name)).count < terminals.count
  }

  private func rest(of rows: ArraySlice<TerminalWrites>) -> [TextLine] {
    guard !rows.isEmpty else { return [] }
    let bytes = Figures.bytes(rows.sum(\.bytes))
    return [TextLine("… and \(Figures.grouped(UInt64(rows.count))) more (\(bytes))", .faint)]
  }
}
