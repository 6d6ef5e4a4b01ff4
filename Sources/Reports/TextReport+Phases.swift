// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings

extension TextReport {
  /// A row for each phase, where there is more than one or a name that the user gave.
  var phaseSection: [TextLine] {
    let rows = judgement.phases
    guard rows.isTelling else { return [] }
    var columns: [TextTable.Column] = [
      .init(title: "PHASE", isFlexible: true, largest: 28),
      .init(title: "TIME", isRight: true),
      .init(title: "LOOKUPS/S", isRight: true),
      .init(title: "FAILED", isRight: true),
      .init(title: "TTY B/S", isRight: true),
      .init(title: "FRAMES/S", isRight: true),
      .init(title: "LOOKUPS", isFlexible: true, largest: 24),
    ]
    let drawn = rows.contains { $0.outputBytes > 0 }
    if drawn { columns.append(.init(title: "TTY", isFlexible: true, largest: 24)) }
    var table = TextTable(columns)
    let lookupTop = Sparkline.top(rows.map(\.lookupsSeries))
    let outputTop = Sparkline.top(rows.map(\.outputSeries))
    for row in rows.prefix(Self.phaseRows) {
      table.append(
        [
          .init(row.isMark ? "mark \(shown(row.name))" : shown(row.name)),
          .init(row.time),
          .init(Figures.rate(row.perSecond(row.lookups))),
          .init(Figures.share(row.failed, of: row.lookups)),
          .init(Figures.byteRate(row.perSecond(row.outputBytes))),
          .init(Figures.rate(row.perSecond(row.frames))),
          .sparkline(row.lookupsSeries, top: lookupTop),
        ] + (drawn ? [.sparkline(row.outputSeries, top: outputTop)] : []))
    }
    let more = rows.count - Self.phaseRows
    let rest = Figures.counted(UInt64(max(0, more)), "more phase", "more phases")
    return table.lines(width: options.width)
      + (more > 0 ? [TextLine("… and \(rest)", .faint)] : [])
  }

  private static let phaseRows = 40
}

extension [PhaseRow] {
  /// One phase alone says what the process table says already.
  var isTelling: Bool { count > 1 || contains(where: \.isMark) }
}

extension PhaseRow {
  var time: String { Figures.duration(UInt64(max(0, min(seconds, 1e9)) * 1e9)) }

  /// A count by the second; nil for a phase of no duration.
  func perSecond(_ count: UInt64) -> Double? { seconds > 0 ? Double(count) / seconds : nil }
}

extension TextTable.Cell {
  /// A series, which gives way by telling less finely.
  fileprivate static func sparkline(_ series: [Double], top: Double) -> Self {
    var cell = Self(Sparkline.text(series, top: top, cells: 24))
    cell.shorten = { Sparkline.text(series, top: top, cells: $0) }
    return cell
  }
}
