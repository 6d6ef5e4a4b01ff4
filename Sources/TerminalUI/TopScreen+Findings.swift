// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings
import Reports

extension TopScreen {
  func evidenceLines(_ row: TopRow) -> [ScreenLine] {
    let findings = model.findings.filter { $0.process == row.key }
    guard !findings.isEmpty else { return [ScreenLine("Nothing was found of it.", .dim)] }
    return findings.flatMap { finding -> [ScreenLine] in
      var lines = wrapped(finding.sentence(row.name.title), finding)
      lines += wrapped("  " + finding.circumstances(since: model.history.start))
      for evidence in finding.evidence {
        let start = "    \(Figures.value(evidence.value, unit: evidence.unit))  \(evidence.kind)  "
        let subject = ForeignText.encode(evidence.subject)
        lines.append(
          ScreenLine(start + ForeignText.fit(subject, max(8, columns - ForeignText.width(start)))))
      }
      if let control = finding.controlSentence { lines += wrapped("  " + control) }
      if finding.confidence == .inconclusive { lines += wrapped(Finding.inconclusiveSentence) }
      return lines + [ScreenLine()]
    }
  }

  private func wrapped(_ sentence: String, _ finding: Finding? = nil) -> [ScreenLine] {
    let label = finding.map { "\($0.severity)".uppercased() + " \($0.kind.rawValue): " } ?? ""
    let indent = finding == nil ? "  " : ""
    let lines = TextLine.wrapped(
      sentence, width: columns, first: [(label + indent, .plain)], indent: "  ")
    return lines.enumerated().map { place, line in
      let text = line.spans.map(\.text).joined()
      return ScreenLine(text, place == 0 ? finding?.severity.style ?? .plain : .plain)
    }
  }
}
