// SPDX-License-Identifier: Apache-2.0

import Attribution
import Comparison

/// A comparison for a terminal: what became worse first, and what stayed the same as a number.
public struct TextDiff: Sendable {
  private let diff: Diff
  private let style: TextStyle
  /// Cells.
  private let width = 100
  /// Of one verdict, at most.
  private static let rows = 25

  public init(_ diff: Diff, style: TextStyle) {
    self.diff = diff
    self.style = style
  }

  /// The whole text, with a newline at its end.
  public var text: String {
    let sections = [[TextLine(diff.headline)], caveats] + Diff.Verdict.allCases.map(section)
    return sections.filter { !$0.isEmpty }.joined(separator: [TextLine()])
      .map { $0.rendered(style, width: width) + "\n" }.joined()
  }

  private var caveats: [TextLine] {
    diff.caveats.flatMap { TextLine.wrapped($0, width: width, indent: "", .warning) }
  }

  private func section(_ verdict: Diff.Verdict) -> [TextLine] {
    let rows = diff.shownRows(verdict)
    guard verdict != .same, !rows.isEmpty else { return [] }
    var table = TextTable([
      .init(title: "PHASE", largest: 20), .init(title: "PROCESS", isFlexible: true),
      .init(title: "SIGNAL", isFlexible: true), .init(title: "BASELINE", isRight: true),
      .init(title: "CANDIDATE", isRight: true), .init(title: "RATIO", isRight: true),
      .init(title: "95 %", isRight: true), .init(title: "P", isRight: true),
    ])
    for row in rows.prefix(Self.rows) {
      let wording = DiffWording(row: row)
      table.append([
        .init(ForeignText.encode(Array(row.phase.utf8))), .path(wording.role),
        .path(wording.signal), .init(wording.value(row.baseline)),
        .init(wording.value(row.candidate)), .init(wording.ratio, verdict.role),
        .init(wording.interval), .init(wording.p),
      ])
      table.append(line: TextLine("  " + wording.explanation, .faint))
    }
    let more = rows.count - Self.rows
    return [TextLine(verdict.rawValue.uppercased(), verdict.role)] + table.lines(width: width)
      + (more > 0 ? [TextLine("… and \(more) more: see --json", .faint)] : [])
  }
}

extension Diff.Verdict {
  fileprivate var role: TextRole {
    switch self {
    case .regressed: .alarm
    case .inconclusive: .warning
    case .improved, .same: .plain
    }
  }
}
