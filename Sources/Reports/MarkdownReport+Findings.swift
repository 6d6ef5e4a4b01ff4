// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings

extension MarkdownReport {
  /// All findings in a table, and what proves each.
  var findingSection: [String] {
    let findings = judgement.findings
    guard !findings.isEmpty else {
      return ["### Findings", "", "None, by the thresholds that were set."]
    }
    let shown = findings.prefix(options.findings)
    var table = MarkdownTable(["Severity", "Finding", "What", "Threshold:", "Phase", "When"])
    for finding in shown {
      let isSure = finding.confidence == .certain
      let what = MarkdownText.plain("(\(finding.process.processID)) ") + sentence(finding.predicate)
      table.append([
        finding.severity == .critical
          ? "**critical**" : finding.severity.rawValue,
        finding.kind.rawValue,
        cell(name(finding.process)) + " " + what + (isSure ? "" : " *(inconclusive)*"),
        Figures.value(finding.threshold, unit: finding.unit),
        finding.phase.isEmpty ? "all" : finding.phase,
        times(finding),
      ])
    }
    return ["### Findings", ""] + table.lines
      + rest(findings.count - shown.count, "more finding", "more findings")
      + evidence(shown) + inconclusive(shown)
  }

  private func times(_ finding: Finding) -> String {
    "\(Figures.duration(run.run.sinceStart(finding.start))) to "
      + Figures.duration(run.run.sinceStart(finding.end))
  }

  private func evidence(_ findings: ArraySlice<Finding>) -> [String] {
    let proven = findings.filter { !$0.evidence.isEmpty }
    let lines = proven.prefix(Self.provenFindings).flatMap { finding in
      let rows = finding.evidence.prefix(Self.evidenceRows).map { evidence in
        "  - \(Figures.value(evidence.value, unit: evidence.unit)): \(evidence.kind) "
          + code(subject(evidence))
      }
      let more = finding.evidence.count - rows.count
      return [
        "- \(finding.kind.rawValue) of \(code(name(finding.process)))"
          + " (\(finding.process.processID)), \(finding.figure):"
      ]
        + rows + (more > 0 ? ["  - … and \(more) more"] : [])
    }
    guard !lines.isEmpty else { return [] }
    return ["", "Evidence:", ""] + lines
      + rest(
        proven.count - Self.provenFindings, "more finding with evidence",
        "more findings with evidence", "as `spoor report` tells")
  }

  private func subject(_ evidence: Finding.Evidence) -> String {
    let isPath = evidence.subject.first == UInt8(ascii: "/")
    let text =
      isPath
      ? path(evidence.subject)
      : options.redactor.sentence(ForeignText.encode(evidence.subject))
    return ForeignText.fit(text, Self.pathCells)
  }

  private func inconclusive(_ findings: ArraySlice<Finding>) -> [String] {
    findings.contains { $0.confidence == .inconclusive }
      ? ["", Finding.inconclusiveSentence] : []
  }

  /// What the others did on the same signals.
  var controlSection: [String] {
    var seen: Set<String> = []
    let controls = judgement.findings.filter {
      $0.controlSentence.map { seen.insert($0).inserted } ?? false
    }
    guard !controls.isEmpty else { return [] }
    return ["### Negative controls", ""]
      + controls.prefix(options.findings).map {
        "- \($0.kind.rawValue): \(sentence($0.controlSentence ?? ""))"
      }
      + rest(controls.count - options.findings, "more control", "more controls")
  }

  /// A row for each phase, with what it was like over its time.
  var phaseSection: [String] {
    let rows = judgement.phases
    guard rows.isTelling else { return [] }
    var table = MarkdownTable([
      "Phase", "Time:", "Lookups/s:", "Failed:", "TTY B/s:", "Frames/s:", "Lookups", "TTY",
    ])
    let lookupTop = Sparkline.top(rows.map(\.lookupsSeries))
    let outputTop = Sparkline.top(rows.map(\.outputSeries))
    for row in rows.prefix(Self.phaseRows) {
      let name = ForeignText.clip(ForeignText.encode(Array(row.name.utf8)), 60)
      table.append([
        row.isMark ? "mark \(cell(options.redactor.sentence(name)))" : MarkdownText.plain(name),
        row.time,
        Figures.rate(row.perSecond(row.lookups)),
        Figures.share(row.failed, of: row.lookups),
        Figures.byteRate(row.perSecond(row.outputBytes)),
        Figures.rate(row.perSecond(row.frames)),
        Sparkline.text(row.lookupsSeries, top: lookupTop, cells: 30),
        Sparkline.text(row.outputSeries, top: outputTop, cells: 30),
      ])
    }
    return ["### Phases", ""] + table.lines
      + rest(rows.count - Self.phaseRows, "more phase", "more phases")
  }

  private static let evidenceRows = 8
  private static let provenFindings = 5
  private static let phaseRows = 20
}
