// SPDX-License-Identifier: Apache-2.0

import Attribution
import Foundation
import Hunt
import Reports

/// Which version a search found, and how.
struct BisectResult {
  private let hunt: BisectHunt
  private let outcome: BisectHunt.Outcome
  /// The good end is the newer one.
  private let isReversed: Bool

  init(_ hunt: BisectHunt, _ outcome: BisectHunt.Outcome, isReversed: Bool) {
    self.hunt = hunt
    self.outcome = outcome
    self.isReversed = isReversed
  }

  func exitStatus(_ runner: HuntRunner) -> Int32 {
    switch outcome {
    case .found: 1
    case .among, .endsAreAlike, .unconfirmed: 3
    case .interrupted: runner.interruptedStatus
    }
  }

  func text(_ layout: ReportOptions) throws -> String {
    if layout.json { return try JSONText.document(Document(self)) }
    var sections = [steps]
    // What decided at the boundary, else at the last version that ran.
    if let last = hunt.steps.last(where: { $0.result != nil }), let result = last.result {
      sections.append(result.checks.isEmpty ? try result.text(layout) : result.budgetText(layout))
    }
    return (sections + [sentence + "\n"]).joined(separator: "\n")
  }

  /// A line for each version against another one, in the order in which they ran.
  private var steps: String {
    hunt.steps.map { step in
      let mark = step.mark.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
      return "\(mark)\(step.version), against \(step.baseline): \(step.reason)\n"
    }.joined()
  }

  private var sentence: String {
    let kept = "The recordings are in \(ForeignText.encode(Array(hunt.folder.utf8)))."
    return switch outcome {
    case .found(let bad, let good) where isReversed:
      "\(good) is the first version that is good again: \(bad) is still bad. " + kept
    case .found(let bad, let good):
      "\(bad) is the first bad version: \(good) is still good. " + kept
    case .among(let names):
      "It cannot be told which of \(list(names)) is the \(isReversed ? "last" : "first") bad one: "
        + "all but \(names.last ?? "") were skipped. " + kept
    case .endsAreAlike:
      "There is nothing to look for: \(hunt.versions.last?.name ?? "") is not found worse than "
        + "\(hunt.versions.first?.name ?? ""). " + kept
    case .unconfirmed(let bad, let good):
      "The search ended at \(bad), which is not found worse than \(good) when these two are "
        + "compared: it came in small steps, or runs vary too much; give more --runs. " + kept
    case .interrupted(let names):
      "Ended early: the \(isReversed ? "last" : "first") bad one is "
        + (names.count == 1 ? names[0] : "one of \(list(names))") + ", if the ends are what they "
        + "are said to be. " + kept
    }
  }

  private func list(_ names: [String]) -> String { names.joined(separator: ", ") }

  /// The JSON of the schema `spoor.hunt-bisect/1`.
  private struct Document: Encodable {
    struct Step: Encodable {
      var folder: String
      var baseline: String
      var version: String
      /// good, bad or skipped.
      var mark: String
      var reason: String
      /// Null where a version does not run.
      @ExplicitNull var diff: DiffDocument?
      /// Against the budgets; null without any.
      @ExplicitNull var check: CheckDocument?
    }

    let schema = "spoor.hunt-bisect/1"
    var folder: String
    /// found, inconclusive or interrupted.
    var verdict: String
    /// Null unless found; likewise `lastGood`, which is the first good one again where the good end
    /// is the newer one.
    @ExplicitNull var firstBad: String?
    @ExplicitNull var lastGood: String?
    /// One of them is the first bad one, as far as is known.
    var suspects: [String]
    var steps: [Step]

    init(_ result: BisectResult) {
      let hunt = result.hunt
      folder = JSONText.decode(hunt.folder.utf8)
      var found: (bad: String, good: String)?
      switch result.outcome {
      case .found(let bad, let good):
        (verdict, suspects, found) = ("found", [bad], (bad, good))
      case .among(let names): (verdict, suspects) = ("inconclusive", names)
      case .interrupted(let names): (verdict, suspects) = ("interrupted", names)
      case .endsAreAlike, .unconfirmed: (verdict, suspects) = ("inconclusive", [])
      }
      _firstBad = ExplicitNull(wrappedValue: found?.bad)
      _lastGood = ExplicitNull(wrappedValue: found?.good)
      steps = hunt.steps.map {
        Step(
          folder: $0.folder, baseline: $0.baseline, version: $0.version, mark: $0.mark.rawValue,
          reason: $0.reason, diff: ($0.result?.diffs.diffs.first?.diff).map(DiffDocument.init),
          check: ($0.result?.checks.last?.check).map(CheckDocument.init))
      }
    }
  }
}
