// SPDX-License-Identifier: Apache-2.0

import Attribution
import Comparison
import Findings
import Foundation
import Glibc
import Hunt
import Reports

/// What a hunt found: its recordings, compared.
struct HuntResult {
  private let folder: String
  private let manifest: HuntManifest
  let diffs: VersionDiffs
  /// Each version, the baseline first, held against the budgets; empty without any.
  let checks: [(version: String, check: BudgetCheck)]

  /// - Parameter budgets: may be relative to the first version.
  ///
  /// Throws where a version has no recording.
  init(
    _ manifest: HuntManifest, in folder: String, settings: FindingSettings, budgets: [Budget]?
  ) throws {
    self.manifest = manifest
    self.folder = folder
    var versions: [(name: String, runs: [RunFigures])] = []
    try manifest.requireRuns(in: folder)
    for version in manifest.versions {
      let paths = Self.paths(of: version.name, manifest, folder)
      versions.append(
        (version.name, try paths.map { try DiffCommand.figures(of: $0, settings) }))
    }
    diffs = VersionDiffs(
      baseline: versions[0], others: Array(versions.dropFirst()), settings: settings)
    checks =
      budgets.map { budgets in
        versions.map {
          ($0.name, BudgetCheck(budgets, on: $0.runs, baseline: versions[0].runs))
        }
      } ?? []
  }

  /// The worst of the versions that are not the baseline; nil without budgets.
  private var budgetVerdict: BudgetCheck.Verdict? { checks.dropFirst().map(\.check.verdict).min() }

  /// Nil for 0. A broken budget is as bad as a regression.
  var exitStatus: Int32? {
    switch (diffs.verdict, budgetVerdict) {
    case (.regressed, _), (_, .broken): 1
    case (.inconclusive, _), (_, .inconclusive): 3
    default: nil
    }
  }

  /// Those of the runs that went well.
  private static func paths(
    of version: String, _ manifest: HuntManifest, _ folder: String
  ) -> [String] {
    manifest.recordings.filter { $0.version == version && $0.failure == nil }
      .compactMap { recording in recording.file.map { "\(folder)/\($0)" } }
  }

  func text(_ layout: ReportOptions) throws -> String {
    if layout.json { return try JSONText.document(Document(self)) }
    let title = layout.markdown ? "## " : "== "
    let sections = try diffs.diffs.map { version, diff in
      let paths = [diffs.baseline, version].flatMap { Self.paths(of: $0, manifest, folder) }
      return "\(title)\(diffs.baseline) -> \(version)\n\n"
        + (try layout.text(of: diff, recordedAs: paths))
    }
    let budget = checks.isEmpty ? [] : [budgetText(layout)]
    return ([noise + "\n"] + sections + budget + [verdict + "\n"]).joined(separator: "\n")
  }

  /// Each version against the budgets; Markdown shows the lines as they are.
  func budgetText(_ layout: ReportOptions) -> String {
    let lines = checks.map { version, check in
      let text = TextCheck(check, style: .forStream(STDOUT_FILENO)).text
      return "\(version): " + text
    }
    return (layout.markdown ? "## " : "== ") + "Budget\n\n" + lines.joined()
  }

  /// The A/A check in a sentence.
  private var noise: String {
    guard let noise = diffs.noise else {
      return "A/A check: none, with a single run of \(diffs.baseline). Noise cannot be told."
    }
    let (one, other) = (noise.baseline.count, noise.candidate.count)
    let begin = "A/A check: \(diffs.baseline) against itself, \(one) and \(other) runs: "
    if Statistics.leastP(one, other) >= noise.settings.p {
      return begin + "too few to judge noise by; ten runs of each version are enough."
    }
    let rows = diffs.noiseRows
    if rows.isEmpty { return begin + "nothing differs." }
    let names = rows.prefix(5).map {
      "\($0.signal.rawValue) of \(ForeignText.encode($0.role)) "
        + "(\(ForeignText.encode(Array($0.phase.utf8))))"
    }
    return begin
      + "\(rows.count) of \(noise.rows.count) figures differ, and no regression rests on them: "
      + names.joined(separator: ", ") + (rows.count > 5 ? " and \(rows.count - 5) more." : ".")
  }

  private var verdict: String {
    let parts = diffs.diffs.map { "\($0.version) \(diffs.verdict(on: $0.diff).rawValue)" }
    let budget = checks.dropFirst().map { "\($0.version) \($0.check.verdict.rawValue)" }
    return "Verdict, against \(diffs.baseline): \(parts.joined(separator: ", ")). "
      + (budget.isEmpty ? "" : "Budget: \(budget.joined(separator: ", ")). ")
      + "The recordings are in \(ForeignText.encode(Array(folder.utf8)))."
  }

  /// The JSON of the schema `spoor.hunt-result/1`.
  private struct Document: Encodable {
    struct Comparison: Encodable {
      var version: String
      var verdict: String
      var diff: DiffDocument
    }

    struct Check: Encodable {
      var version: String
      var check: CheckDocument
    }

    let schema = "spoor.hunt-result/1"
    var folder: String
    var seed: UInt64
    var baseline: String
    /// The baseline against itself; null with a single run.
    @ExplicitNull var noise: DiffDocument?
    var comparisons: [Comparison]
    /// Each version against the budgets; empty without any.
    var checks: [Check]
    /// The worst of all comparisons; a regression of what differs from itself counts as inconclusive.
    var verdict: String

    init(_ result: HuntResult) {
      folder = JSONText.decode(result.folder.utf8)
      seed = result.manifest.seed
      baseline = result.diffs.baseline
      _noise = ExplicitNull(wrappedValue: result.diffs.noise.map(DiffDocument.init))
      comparisons = result.diffs.diffs.map {
        Comparison(
          version: $0.version, verdict: result.diffs.verdict(on: $0.diff).rawValue,
          diff: DiffDocument($0.diff))
      }
      checks = result.checks.map { Check(version: $0.version, check: CheckDocument($0.check)) }
      verdict = result.diffs.verdict.rawValue
    }
  }
}
