// SPDX-License-Identifier: Apache-2.0

import Attribution

/// What processes did in one interval, as a table for a log.
package struct TextActivity {
  private let rows: [ProcessActivity]
  private let title: String
  private let width: Int

  /// Processes at most; the others are summed up.
  private static let most = 20

  /// - Parameters:
  ///   - time: of the interval's end, as it is to be shown.
  ///   - width: cells of a line at most.
  package init(_ rows: [ProcessActivity], of interval: Interval, time: String, width: Int) {
    self.rows = rows.busiestFirst
    self.width = width
    let length = interval.end > interval.start ? interval.end - interval.start : 0
    title =
      "\(time)  \(Figures.duration(length))"
      + (interval.loss.isComplete ? "" : "  \(interval.loss.summary)")
      + (rows.isEmpty ? "  nothing" : "")
  }

  /// The time, the table if anybody did anything, and an empty line.
  package func text(_ style: TextStyle) -> String {
    var lines = [TextLine(title)]
    if !rows.isEmpty {
      var table = TextTable(Self.columns)
      for row in rows.prefix(Self.most) { table.append(Self.cells(of: row)) }
      lines += table.lines(width: width)
    }
    let hidden = rows.dropFirst(Self.most)
    if !hidden.isEmpty { lines.append(summary(of: hidden)) }
    return lines.map { $0.rendered(style, width: width) + "\n" }.joined() + "\n"
  }

  private static let columns: [TextTable.Column] = [
    .init(title: "PID", isRight: true),
    .init(title: "PROCESS", isFlexible: true),
    .init(title: "LOOKUPS", isRight: true),
    .init(title: "FAILED", isRight: true),
    .init(title: "OPENS", isRight: true),
    .init(title: "TTY", isRight: true),
    .init(title: "FRAMES", isRight: true),
    .init(title: "CHILDREN", isRight: true),
  ]

  private static func cells(of row: ProcessActivity) -> [TextTable.Cell] {
    [
      .init(String(row.process.key.processID)),
      .process(ProcessName(row.process)),
      .init(Figures.cell(row.activity.lookups)),
      .init(Figures.cell(row.activity.failedLookups)),
      .init(Figures.cell(row.activity.opens)),
      .init(Figures.bytes(.saturating(row.activity.outputBytes, row.activity.inputBytes))),
      .init(Figures.cell(row.activity.frames)),
      .init(Figures.cell(row.activity.spawned)),
    ]
  }

  private func summary(of hidden: ArraySlice<ProcessActivity>) -> TextLine {
    let lookups = hidden.sum(\.activity.lookups)
    let bytes = hidden.sum { .saturating($0.activity.outputBytes, $0.activity.inputBytes) }
    return TextLine(
      "… and \(Figures.counted(UInt64(hidden.count), "more process", "more processes"))"
        + " (\(Figures.counted(lookups, "lookup", "lookups"))"
        + (bytes > 0 ? ", \(Figures.bytes(bytes)) to terminals)" : ")"), .faint)
  }
}

extension [ProcessActivity] {
  /// Who did what is shown, in the order in which it is.
  package var busiestFirst: Self {
    filter { !$0.isIdle }.sorted { $0.isBusier(than: $1) }
  }
}

extension ProcessActivity {
  fileprivate var isIdle: Bool {
    activity.lookups == 0 && activity.terminalWrites == 0 && activity.frames == 0
      && activity.spawned == 0
  }

  fileprivate func isBusier(than other: ProcessActivity) -> Bool {
    let own = UInt64.saturating(activity.lookups, activity.terminalWrites)
    let others = UInt64.saturating(other.activity.lookups, other.activity.terminalWrites)
    if own != others { return own > others }
    if activity.spawned != other.activity.spawned {
      return activity.spawned > other.activity.spawned
    }
    return (process.key.startTime, process.key.processID)
      < (other.process.key.startTime, other.process.key.processID)
  }
}
