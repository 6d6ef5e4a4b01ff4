// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Recording

extension MarkdownReport {
  /// Those whom findings name, the worst first.
  var culprits: [ProcessKey] {
    var seen: Set<ProcessKey> = []
    return judgement.findings.map(\.process).filter { seen.insert($0).inserted }
  }

  /// The paths that were looked up most, by whomever.
  var pathSection: [String] {
    let rows = run.tellingOrder.flatMap { run.rankedLookups(of: $0) }.enumerated()
      .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
      .map(\.element)
    guard !rows.isEmpty else { return [] }
    let isDrawing = !run.frames.isEmpty
    var table = MarkdownTable(
      ["Process", "Operation", "Path", "Count:", "/s:", "Failed"]
        + (isDrawing ? ["Per frame:"] : []))
    for row in rows.prefix(options.rows) {
      table.append(
        [
          processCell(row.process),
          MarkdownText.plain(ForeignText.encode(Array(row.operation.utf8))),
          cell(shownPath(row)),
          Figures.count(row.count),
          Figures.rate(run.perSecond(row.count)),
          MarkdownText.plain(row.failures),
        ]
          + (isDrawing ? [run.perFrame(row).map { Figures.rate($0) } ?? Figures.none] : []))
    }
    let hidden = rows.dropFirst(options.rows)
    let lookups = hidden.sum(\.count)
    let paths = rows.paths(beyond: options.rows)
    return ["### Top paths", ""] + table.lines
      + (paths > 0
        ? rest(
          paths, "more path", "more paths", Figures.counted(lookups, "lookup", "lookups"))
        : rest(Int(clamping: lookups), "more lookup of these", "more lookups of these"))
  }

  private func shownPath(_ row: PathLookups) -> String {
    let first = row.absolute ?? row.path
    let text = first.isEmpty ? "''" : path(first)
    return row.opened.map { "\(text) → \(path($0))" } ?? text
  }

  /// What each process wrote to each terminal, and who wrote nothing.
  var terminalSection: [String] {
    let rows = run.tellingOrder.flatMap { run.terminals[$0] ?? [] }
      .filter { $0.direction == .output }.enumerated()
      .sorted { ($1.element.bytes, $0.offset) < ($0.element.bytes, $1.offset) }
      .map(\.element)
    guard !rows.isEmpty else { return [] }
    var table = MarkdownTable([
      "Terminal", "Process", "Bytes/s:", "Frames/s:", "Bytes/frame:", "Writes/s:", "Bytes:",
    ])
    for row in rows.prefix(options.rows) {
      table.append([
        MarkdownText.plain(row.terminal.name),
        processCell(row.process),
        Figures.byteRate(run.perSecond(row.bytes)),
        Figures.rate(run.perSecond(row.frames.count)),
        row.frames.percentile(50).map(Figures.bytes) ?? Figures.none,
        Figures.rate(run.perSecond(row.writes)),
        Figures.bytes(row.bytes),
      ])
    }
    let hidden = rows.dropFirst(options.rows)
    return ["### Terminal output", ""] + table.lines
      + rest(hidden.count, "more row", "more rows", Figures.bytes(hidden.sum(\.bytes)))
      + silent(besides: Set(rows.map(\.process)))
  }

  private func silent(besides writers: Set<ProcessKey>) -> [String] {
    let others = run.processes.filter { !writers.contains($0.key) }
    guard !others.isEmpty else { return [] }
    let names = others.prefix(Self.silentNames).map {
      "\(code(name($0.key))) (\($0.key.processID))"
    }
    let more = others.count - names.count
    let whom =
      others.count == 1
      ? "other process" : "\(Figures.grouped(UInt64(others.count))) other processes"
    return [
      "",
      "The \(whom) wrote 0 B/s: " + names.joined(separator: ", ")
        + (more > 0 ? " and \(Figures.grouped(UInt64(more))) more" : ""),
    ]
  }

  private static let silentNames = 12

  /// Open descriptors by class, at the last pass, of culprits and then of the fullest.
  var descriptorSection: [String] {
    let culprits = culprits
    let known = run.processes.filter { $0.descriptors != nil }
    let named = culprits.compactMap { key in known.first { $0.key == key } }
    let others = known.filter { !culprits.contains($0.key) }
      .sorted { ($0.descriptors?.last.total ?? 0) > ($1.descriptors?.last.total ?? 0) }
    let shown = (named + others).prefix(named.isEmpty ? 3 : max(named.count + 2, 3))
      .prefix(options.rows)
    let classes = DescriptorClass.allCases.filter { `class` in
      shown.contains { ($0.descriptors?.peak[`class`] ?? 0) > 0 }
    }
    guard !shown.isEmpty, !classes.isEmpty else { return [] }
    var table = MarkdownTable(["Process", "All:", "Limit:"] + classes.map { $0.name + ":" })
    for process in shown {
      guard let use = process.descriptors else { continue }
      table.append(
        [
          processCell(process.key),
          Self.change(use.first.total, use.last.total),
          use.limit > 0 && use.limit < 1 << 40 ? Figures.count(use.limit) : Figures.none,
        ] + classes.map { Self.change(use.first[$0], use.last[$0]) })
    }
    return ["### Descriptors by class", "", "As first seen → at the end."]
      + [""] + table.lines
      + rest(known.count - shown.count, "more process", "more processes")
  }

  private static func change(_ first: UInt64, _ last: UInt64) -> String {
    first == last
      ? Figures.cell(last) : "\(Figures.grouped(first)) → \(Figures.grouped(last))"
  }
}
