// SPDX-License-Identifier: Apache-2.0

import Attribution
import Comparison

/// A comparison ready to paste into an issue: good against bad, with ratio and interval.
public struct MarkdownDiff: Sendable {
  private let diff: Diff
  private let redactors: [Redactor]
  /// Of one verdict, at most.
  private static let rows = 15

  /// - Parameter redactors: of all recordings; none leaves everything.
  public init(_ diff: Diff, redactors: [Redactor]) {
    self.diff = diff
    self.redactors = redactors
  }

  /// The whole text, with a newline at its end.
  public var text: String {
    let sections =
      [["## " + MarkdownText.plain(diff.headline)], caveats] + Diff.Verdict.allCases.map(section)
      + [method]
    return sections.filter { !$0.isEmpty }.joined(separator: [""]).map { $0 + "\n" }.joined()
  }

  private var caveats: [String] { diff.caveats.map { "> " + MarkdownText.plain($0) } }

  private func section(_ verdict: Diff.Verdict) -> [String] {
    let rows = diff.shownRows(verdict)
    guard verdict != .same, !rows.isEmpty else { return [] }
    var table = MarkdownTable([
      "phase", "process", "signal", "baseline:", "candidate:", "ratio:", "95 %:", "p:", "change",
    ])
    for row in rows.prefix(Self.rows) {
      let wording = DiffWording(row: row)
      table.append([
        cell(ForeignText.encode(Array(row.phase.utf8))), cell(wording.role), cell(wording.signal),
        wording.value(row.baseline), wording.value(row.candidate), wording.ratio,
        wording.interval, wording.p, cell(wording.explanation),
      ])
    }
    let more = rows.count - Self.rows
    return ["### " + verdict.rawValue.capitalized, ""] + table.lines
      + (more > 0 ? ["", "… and \(more) more"] : [])
  }

  private var method: [String] {
    [
      "Medians; ratio with a bootstrap interval; p by the exact permutation test of the rank sum. "
        + "Regressed: p < \(diff.settings.p), a ratio of at least \(diff.settings.ratio), and a "
        + "change that is worth a word."
    ]
  }

  /// - Parameter text: encoded.
  private func cell(_ text: String) -> String {
    MarkdownText.code(redactors.reduce(text) { $1.sentence($0) }, inTable: true)
  }
}
