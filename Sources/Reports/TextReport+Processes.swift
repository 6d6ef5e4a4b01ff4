// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

extension TextReport {
  /// A row for each process that did something, the busiest first.
  var processSection: [TextLine] {
    let culprits = Set(judgement.findings.map(\.process))
    let busy = run.processes.filter { $0.isNoteworthy || culprits.contains($0.key) }
    let idle = run.processes.count - busy.count
    // Whoever a finding names has a row, however little it did.
    let rest = busy.dropFirst(options.processes)
    let named = rest.filter { culprits.contains($0.key) }.prefix(options.findings)
    let shown = busy.prefix(options.processes) + named
    guard !shown.isEmpty else { return [TextLine("No path was looked up.")] }
    let columns = columns(for: shown, culprits)
    var table = TextTable(columns.map(\.layout))
    for process in shown { table.append(columns.map { $0.cell(process) }) }
    let hidden = rest.filter { one in !named.contains { $0.key == one.key } }
    return table.lines(width: options.width) + more(hidden, idle: idle)
  }

  private struct Column {
    var layout: TextTable.Column
    var cell: (TracedProcess) -> TextTable.Cell

    init(
      _ title: String, isRight: Bool = true, isFlexible: Bool = false,
      cell: @escaping (TracedProcess) -> TextTable.Cell
    ) {
      layout = .init(title: title, isRight: isRight, isFlexible: isFlexible)
      self.cell = cell
    }
  }

  /// A column without a figure would take the room of names.
  private func columns(
    for shown: ArraySlice<TracedProcess>, _ culprits: Set<ProcessKey>
  ) -> [Column] {
    var columns: [Column] = []
    if shown.contains(where: { culprits.contains($0.key) }) {
      columns.append(
        Column("") { culprits.contains($0.key) ? .init("!", .alarm) : .init("") })
    }
    columns += [
      Column("PID") { .init(String($0.key.processID)) },
      Column("PROCESS", isRight: false, isFlexible: true) { .process(name($0.key)) },
      Column("LOOKUPS") { .init(Figures.cell($0.lookups)) },
      Column("/S") { .init(Figures.rate(run.perSecond($0.lookups))) },
      Column("FAILED") { .init(Figures.share($0.failedLookups, of: $0.lookups)) },
    ]
    if shown.contains(where: { $0.terminalWrites > 0 }) {
      columns += [
        Column("TTY B/S") {
          .init(Figures.byteRate(run.perSecond(.saturating($0.outputBytes, $0.inputBytes))))
        },
        Column("WRITES/S") { .init(Figures.rate(run.perSecond($0.terminalWrites))) },
      ]
    }
    if shown.contains(where: { $0.children.spawned > 0 }) {
      columns.append(Column("ALIVE/Z/ALL") { childCell($0.children) })
    }
    if shown.contains(where: { $0.ending != nil }) {
      columns.append(Column("ENDED BY", isRight: false) { .init($0.ending ?? "", .alarm) })
    }
    return columns
  }

  /// Children alive, ended but not waited for, and all.
  private func childCell(_ children: ChildCounts) -> TextTable.Cell {
    guard children.spawned > 0 else { return .init(Figures.none) }
    return .init(
      "\(children.alive)/\(children.zombies)/\(children.spawned)",
      children.zombies > 0 ? .alarm : .plain)
  }

  private func more(_ busy: [TracedProcess], idle: Int) -> [TextLine] {
    var facts: [String] = []
    if !busy.isEmpty {
      let lookups = busy.sum(\.lookups)
      let writes = busy.sum(\.terminalWrites)
      facts.append(
        Figures.counted(UInt64(busy.count), "more process", "more processes")
          + " (\(Figures.counted(lookups, "lookup", "lookups")),"
          + " \(Figures.counted(writes, "terminal write", "terminal writes")))")
    }
    if idle > 0 {
      facts.append(Figures.counted(UInt64(idle), "process", "processes") + " that did none of this")
    }
    return facts.isEmpty ? [] : [TextLine("… and " + facts.joined(separator: ", and "), .faint)]
  }
}

extension TracedProcess {
  /// It did something that is counted, or ended badly.
  fileprivate var isNoteworthy: Bool {
    activity > 0 || children.spawned > 0 || ending != nil
  }

  /// How it ended, if not well: `exit 1`, `SIGKILL`, `SIGSEGV core`.
  fileprivate var ending: String? {
    if let signal = exit?.signal {
      return SignalName.of(signal) + (exit?.dumpedCore == true ? " core" : "")
    }
    return exit?.code.flatMap { $0 == 0 ? nil : "exit \($0)" }
  }
}
