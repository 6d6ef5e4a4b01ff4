// SPDX-License-Identifier: Apache-2.0

import Attribution
import Comparison
import Findings
import Foundation
import Recording
import Reports
import TerminalUI

/// A recording in every form in which some verb prints one.
package enum EveryForm {
  /// What reads like a report, a diff, or a check.
  package struct Text {
    package var form: String
    package var text: String
  }

  /// Reads and judges a recording, alone and against another, and lays all of it out.
  ///
  /// - Parameters:
  ///   - good: the figures of a recording that this one is compared with.
  ///   - isRedacted: with what is redacted, too, which takes most of the time.
  package static func of(
    _ path: String, against good: RunFigures, isRedacted: Bool = true
  ) throws -> [Text] {
    let recording = try WholeRecording(reading: path)
    let figures = RunFigures(name, of: recording.timeline)
    return try reports(recording, isRedacted: isRedacted) + diffs(figures, good)
      + checks(figures, good) + screens(recording)
  }

  /// A file's name may be hostile, too.
  package static let name = "\u{1b}]0;\n::error::|`]]>\u{202e}.spoor"

  /// A recording's figures, for `of`.
  package static func figures(of path: String) throws -> RunFigures {
    RunFigures("good.spoor", of: try Timeline(reading: path))
  }

  private static func reports(
    _ recording: WholeRecording, isRedacted: Bool
  ) throws -> [Text] {
    let run = recording.run
    let judgement = Judgement(of: recording.timeline)
    func markdown(_ redactor: Redactor) -> String {
      MarkdownReport(
        run, judgement: judgement, options: .init(redactor: redactor, version: "1")
      ).text
    }
    let redacted =
      isRedacted
      ? [
        Text(
          form: "Markdown, redacted",
          text: markdown(Redactor(run, home: "/home/me", user: "me")))
      ] : []
    return [
      Text(form: "text", text: TextReport(run, judgement: judgement, style: .plain).text),
      Text(form: "JSON", text: try ReportDocument(run, judgement: judgement).encoded()),
      Text(form: "Markdown", text: markdown(.none)),
    ] + redacted
  }

  private static func diffs(_ figures: RunFigures, _ good: RunFigures) throws -> [Text] {
    let diff = Diff(
      baseline: Array(repeating: good, count: 5), candidate: Array(repeating: figures, count: 5))
    let single = Diff(baseline: [figures], candidate: [good])
    return [
      Text(form: "diff as text", text: TextDiff(diff, style: .plain).text),
      Text(form: "diff as JSON", text: try DiffDocument(diff).encoded()),
      Text(form: "diff as Markdown", text: MarkdownDiff(diff, redactors: []).text),
      Text(form: "diff of one", text: TextDiff(single, style: .plain).text),
    ]
  }

  /// What `top FILE` shows at the end and at the start: the tree, and all of its first process.
  private static func screens(_ recording: WholeRecording) -> [Text] {
    var model = TopModel(TopHistory(of: recording.timeline, loss: recording.run.loss)) { "\($0)" }
    model.take(Judgement(of: recording.timeline).findings)
    func screen(_ what: String) -> Text {
      let lines = TopScreen.draw(&model, columns: 300, rows: 30).lines
      return Text(form: "top, \(what)", text: lines.map { $0.text + "\n" }.joined())
    }
    var texts = [screen("table")]
    for place in ["end", "start"] {
      _ = model.press(.character("t"))
      texts.append(screen("tree at the \(place)"))
      _ = model.press(.enter)
      for tab in TopTab.allCases {
        _ = model.press(.character(Character("\(tab.rawValue + 1)")))
        texts.append(screen("\(tab) at the \(place)"))
      }
      _ = model.press(.escape)
      for _ in 0..<max(0, model.position) { _ = model.press(.left) }
    }
    return texts
  }

  private static func checks(_ figures: RunFigures, _ good: RunFigures) throws -> [Text] {
    let signals = Signal.allCases.filter { $0 != .pathLookups }
    let lines = signals.map { "  - {signal: \($0.rawValue), at-most: 0, at-most-ratio: 0}\n" }
    let budgets = try Budget.all(yaml: "budgets:\n" + lines.joined(), name: "budget.yaml")
    let check = BudgetCheck(budgets, on: [figures], baseline: [good])
    return [
      Text(form: "check as text", text: TextCheck(check, style: .plain).text),
      Text(form: "check as JSON", text: try CheckDocument(check).encoded()),
      Text(
        form: "check as annotations",
        text: GitHubAnnotations(check, budget: "budget.yaml").text),
      Text(form: "check as JUnit", text: JUnitReport(check).xml),
      Text(form: "budget", text: BudgetSuggestion([figures], margin: 0.25).yaml),
    ]
  }
}
