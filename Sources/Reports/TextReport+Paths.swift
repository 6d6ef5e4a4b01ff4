// SPDX-License-Identifier: Apache-2.0

import Attribution
import Recording

extension TextReport {
  /// The paths that the busiest processes looked up most.
  var pathSection: [TextLine] {
    let looking = run.processes.filter { $0.lookups > 0 || !run.lookups(of: $0.key).isEmpty }
    guard !looking.isEmpty else { return [] }
    var table = TextTable([
      .init(title: "COUNT", isRight: true),
      .init(title: "/S", isRight: true),
      .init(title: "OPERATION"),
      .init(title: "FAILED", largest: 24),
      .init(title: "PATH", isFlexible: true),
    ])
    for process in looking.prefix(options.processesWithPaths) {
      if process.key != looking.first?.key { table.append(line: TextLine()) }
      append(process, to: &table)
    }
    let more = looking.count - options.processesWithPaths
    if more > 0 {
      let processes = Figures.counted(UInt64(more), "more process", "more processes")
      table.append(line: TextLine())
      table.append(line: TextLine("… and the paths of \(processes)", .faint))
    }
    return table.lines(width: options.width)
  }

  private func append(_ process: TracedProcess, to table: inout TextTable) {
    let pid = "\(process.key.processID) "
    let name = name(process.key).fitted(options.width - pid.count)
    table.append(line: TextLine(spans: [(pid, .plain), (name, .heading)]))
    let rows = run.rankedLookups(of: process.key)
    for row in rows.prefix(options.pathsPerProcess) { table.append(cells(row)) }
    for line in rest(of: process, rows) { table.append(line: line) }
  }

  private func cells(_ row: PathLookups) -> [TextTable.Cell] {
    [
      .init(Figures.count(row.count)),
      .init(Figures.rate(run.perSecond(row.count))),
      .init(shown(row.operation)),
      .init(row.failures),
      .path(row.shownPath),
    ]
  }

  /// What the rows leave out, and what never arrived.
  private func rest(of process: TracedProcess, _ rows: [PathLookups]) -> [TextLine] {
    var lines: [TextLine] = []
    let hidden = rows.dropFirst(options.pathsPerProcess)
    if !hidden.isEmpty {
      let paths = UInt64(rows.paths(beyond: options.pathsPerProcess))
      let lookups = Figures.counted(hidden.sum(\.count), "lookup", "lookups")
      let what =
        paths == 0
        ? "other operations on these" : Figures.counted(paths, "more path", "more paths")
      lines.append(TextLine("… and \(what) (\(lookups))", .faint))
    }
    let told = rows.sum(\.count)
    if process.lookups > told {
      let lookups = Figures.counted(process.lookups - told, "lookup", "lookups")
      lines.append(TextLine("… and \(lookups) whose path did not arrive", .alarm))
    }
    return lines
  }
}

extension [PathLookups] {
  /// Paths of which none of the first rows is: a path has a row for each operation.
  func paths(beyond rows: Int) -> Int {
    Set(dropFirst(rows).map(\.shownPath)).subtracting(prefix(rows).map(\.shownPath)).count
  }
}

extension PathLookups {
  /// The absolute path where it is known, else as given; an arrow to the file's own path.
  var shownPath: String {
    let path = absolute ?? path
    let text = path.isEmpty ? "''" : ForeignText.encode(path)
    return opened.map { "\(text) → \(ForeignText.encode($0))" } ?? text
  }

  /// `118 ENOENT, 2 EACCES`, the most frequent first.
  var failures: String {
    if failed == 0 { return Figures.none }
    let errors = namedErrors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    if errors.isEmpty { return Figures.count(failed) }
    return errors.map { "\(Figures.count($0.value)) \($0.key)" }.joined(separator: ", ")
  }
}
