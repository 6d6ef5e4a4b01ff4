// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings
import Reports

extension TopScreen {
  /// Who it is, and the tabs.
  func detailTitles(_ tab: TopTab) -> [ScreenLine] {
    var name = ScreenLine()
    if let row = model.selectedRow {
      name.append("\(row.key.processID) ", .bold)
      name.append(row.name.fitted(max(8, columns - 8)))
    }
    var tabs = ScreenLine()
    for each in TopTab.allCases {
      tabs.append(" \(each.title) ", each == tab ? .selected : .heading, target: .tab(each))
      tabs.append(" ")
    }
    return [name, tabs]
  }

  func detailLines(_ tab: TopTab) -> [ScreenLine] {
    guard let row = model.selectedRow, let process = model.history.timeline.processes[row.index]
    else { return [ScreenLine("This process is not there at this time.", .dim)] }
    switch tab {
    case .paths: return pathLines(row)
    case .terminals: return terminalLines(row)
    case .children: return childLines(row)
    case .descriptors: return descriptorLines(process)
    case .timeline: return timelineLines(row)
    case .evidence: return evidenceLines(row)
    }
  }

  /// Columns of numbers, and then text that takes the rest.
  func table(
    _ titles: [(title: String, width: Int)], _ last: String,
    _ rows: [(cells: [String], last: (Int) -> String)], none: String
  ) -> [ScreenLine] {
    guard !rows.isEmpty else { return [ScreenLine(none, .dim)] }
    let used = titles.reduce(0) { $0 + $1.width + 2 }
    func line(_ cells: [String], _ rest: String, _ style: ScreenStyle) -> ScreenLine {
      var line = ScreenLine()
      for (cell, title) in zip(cells, titles) {
        line.field(cell, title.width, isRight: true, style)
        line.append("  ", style)
      }
      line.append(rest, style)
      return line
    }
    let room = max(8, columns - used)
    return [line(titles.map(\.title), last, .heading)]
      + rows.map { line($0.cells, $0.last(room), .plain) }
  }

  // MARK: Paths

  private func pathLines(_ row: TopRow) -> [ScreenLine] {
    struct Sum {
      var now: UInt64 = 0
      var total: UInt64 = 0
      var failed: UInt64 = 0

      mutating func add(_ lookup: Timeline.Lookups, isNow: Bool) {
        if isNow { now = .saturating(now, lookup.count) }
        total = .saturating(total, lookup.count)
        failed = .saturating(failed, lookup.failed)
      }
    }
    let timeline = model.history.timeline
    var sums: [String: Sum] = [:]
    for lookup in timeline.lookups
    where lookup.process == row.index && lookup.interval <= model.position {
      let name = model.history.name(ofPath: lookup.path)
      let isNow = lookup.interval == model.position
      sums[name, default: Sum()].add(lookup, isNow: isNow)
    }
    let sorted = sums.sorted { one, other in
      let (first, second) = ((one.value.now, one.value.total), (other.value.now, other.value.total))
      return first == second ? one.key < other.key : first > second
    }
    return table(
      [("/S", 9), ("LOOKUPS", 11), ("FAILED", 6)], "PATH",
      sorted.map { path, sum in
        (
          [
            Figures.rate(row.rate(sum.now)), Figures.count(sum.total),
            Figures.share(sum.failed, of: sum.total),
          ], { ForeignText.fit(path, $0) }
        )
      }, none: "It has looked up no path in the time that is kept.")
  }

  // MARK: Terminals

  private func terminalLines(_ row: TopRow) -> [ScreenLine] {
    let timeline = model.history.timeline
    var sums: [TerminalIndex: (now: Timeline.Output?, total: Timeline.Output)] = [:]
    for output in timeline.outputs
    where output.process == row.index && output.interval <= model.position {
      var sum = sums[output.terminal]?.total ?? output
      if sums[output.terminal] != nil {
        sum.bytes = .saturating(sum.bytes, output.bytes)
        sum.writes = .saturating(sum.writes, output.writes)
        sum.failed = .saturating(sum.failed, output.failed)
        sum.frames = .saturating(sum.frames, output.frames)
        sum.isRaw = output.writes > 0 ? output.isRaw : sum.isRaw
      }
      sums[output.terminal] = (output.interval == model.position ? output : nil, sum)
    }
    return table(
      [
        ("B/S", 7), ("WRITES/S", 8), ("FRAMES/S", 8), ("BYTES", 7), ("WRITES", 9), ("FAILED", 6),
      ], "TERMINAL",
      sums.sorted { $0.key < $1.key }.map { index, sum in
        let name = timeline.terminals[index]?.name ?? "?"
        let cells = [
          Figures.byteRate(row.rate(sum.now?.bytes ?? 0)),
          Figures.rate(row.rate(sum.now?.writes ?? 0)),
          Figures.rate(row.rate(sum.now?.frames ?? 0)),
          Figures.bytes(sum.total.bytes), Figures.count(sum.total.writes),
          Figures.share(sum.total.failed, of: sum.total.writes),
        ]
        let keys = sum.total.isRaw ? "keys one by one" : "keys by lines"
        return (cells, { ForeignText.clip("\(name), \(keys)", $0) })
      }, none: "It has written to no terminal in the time that is kept.")
  }

  // MARK: Children

  private func childLines(_ row: TopRow) -> [ScreenLine] {
    let timeline = model.history.timeline
    guard timeline.intervals.indices.contains(model.position) else { return [] }
    let now = timeline.intervals[model.position].end
    let time = model.history.lifeTime(of: model.position)
    let exits = model.history.exitTimes
    let children = timeline.processes.filter {
      $0.value.spawner == row.key && $0.value.began <= time
    }.sorted { $0.value.isBefore($1.value) }
    return table(
      [("PID", 7), ("STATE", 8), ("AGE", 12), ("CPU", 12)], "PROCESS",
      children.map { index, child in
        let end = child.exitTime.map { min($0, now) } ?? now
        let cells = [
          String(child.key.processID), state(of: child, at: time, exits),
          Figures.duration(end > child.began ? end - child.began : 0),
          Figures.duration(child.cpuTime),
        ]
        return (cells, { model.history.name(index)?.fitted($0) ?? "?" })
      }, none: "It has started nobody in the time that is kept.")
  }

  private func state(
    of child: TracedProcess, at time: UInt64, _ exits: [ProcessKey: UInt64]
  ) -> String {
    guard let exit = child.exitTime, exit <= time else { return "alive" }
    if child.isZombie(at: time, parentEnd: { exits[$0] }) { return "zombie" }
    if let signal = child.exit?.signal { return "signal \(signal)" }
    return child.exit?.code.map { "exit \($0)" } ?? "ended"
  }
}
