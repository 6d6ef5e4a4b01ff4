// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings

extension TextReport {
  /// A block for each finding, the worst first: the sentence, its evidence, and what the others
  /// did.
  var findingSection: [TextLine] {
    guard !judgement.findings.isEmpty else {
      return [
        run.run.loss.isComplete
          ? TextLine("Findings: none.") : TextLine("Findings: none, but events were lost.", .alarm)
      ]
    }
    let shown = judgement.findings.prefix(options.findings)
    let more = judgement.findings.count - shown.count
    let rest = Figures.counted(UInt64(max(0, more)), "more finding", "more findings")
    return shown.map(block).joined(separator: [TextLine()])
      + (more > 0 ? [TextLine(), TextLine("… and \(rest)", .faint)] : [])
  }

  private func block(_ finding: Finding) -> [TextLine] {
    let word = finding.severity.rawValue.uppercased()
    let sentence = TextLine.wrapped(
      finding.sentence(name(finding.process).title), width: options.width,
      first: [
        (word, finding.severity.role), (" ", .plain), (finding.kind.rawValue, .heading),
        (": ", .plain),
      ], indent: "  ")
    return sentence
      + indented(finding.circumstances(since: run.run.header.startTime), .faint)
      + evidence(finding)
      + (finding.controlSentence.map { indented($0) } ?? [])
      + (finding.confidence == .inconclusive
        ? indented(Finding.inconclusiveSentence, .warning) : [])
  }

  /// The figure, what it is of, and which.
  private func evidence(_ finding: Finding) -> [TextLine] {
    let shown = finding.evidence.prefix(Self.evidenceRows)
    let figures = shown.map { Figures.value($0.value, unit: $0.unit) }
    let cells = figures.map(ForeignText.width).max() ?? 0
    let kinds = shown.map(\.kind.count).max() ?? 0
    let rows = zip(shown, figures).map { evidence, figure in
      let start =
        String(repeating: " ", count: 4 + cells - ForeignText.width(figure)) + figure + "  "
        + self.shown(evidence.kind).padded(to: kinds) + "  "
      let room = max(12, options.width - ForeignText.width(start))
      return TextLine(start + ForeignText.fit(ForeignText.encode(evidence.subject), room))
    }
    let more = finding.evidence.count - shown.count
    return rows + (more > 0 ? [TextLine("    … and \(more) more", .faint)] : [])
  }

  static let evidenceRows = 8

  private func indented(_ sentence: String, _ role: TextRole = .plain) -> [TextLine] {
    TextLine.wrapped(
      sentence, width: options.width, first: [("  ", .plain)], indent: "  ", role)
  }
}

extension Finding.Severity {
  fileprivate var role: TextRole {
    switch self {
    case .critical: .alarm
    case .warning: .warning
    case .notice: .plain
    }
  }
}

extension String {
  /// With spaces at its end, in at least so many characters.
  fileprivate func padded(to count: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, count - self.count))
  }
}
