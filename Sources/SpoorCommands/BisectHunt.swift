// SPDX-License-Identifier: Apache-2.0

import Comparison
import Findings
import Foundation
import Hunt

/// The hunts that find the first bad version in a list: of the ends, of versions between them each
/// against the good end, and of the boundary that they lead to.
final class BisectHunt {
  /// A version against another one that is good.
  struct Step {
    var folder: String
    var baseline: String
    var version: String
    var mark: Bisection.Mark
    /// Why, in a few words.
    var reason: String
    /// Nil where a version does not run.
    var result: HuntResult?
  }

  enum Outcome {
    /// With the one before it.
    case found(bad: String, good: String)
    /// One of these is it; all but the last could not be told.
    case among([String])
    /// The bad end is not worse than the good one.
    case endsAreAlike
    /// The first bad one is not worse than the one before it, when these two are compared.
    case unconfirmed(bad: String, good: String)
    /// Ended early; one of these is it.
    case interrupted([String])
  }

  private let runner: HuntRunner
  /// From the good one to the bad one.
  let versions: [Version]
  let folder: String
  private let settings: FindingSettings
  private let budgets: [Budget]?
  private var seed: UInt64
  private(set) var steps: [Step] = []
  /// What is worse in the bad end; another change between the ends is not what is looked for.
  private var culprits: Set<Measure> = []
  private var bisection: Bisection

  /// - Parameters:
  ///   - versions: two at least, from the good one to the bad one.
  ///   - seed: of the first hunt; each other one has the next.
  ///   - budgets: a version is bad if it breaks one. Without them it is if it is worse than the
  ///     good end in what the bad end is worse in.
  init(
    _ runner: HuntRunner, versions: [Version], seed: UInt64, folder: String,
    settings: FindingSettings, budgets: [Budget]?
  ) throws {
    self.runner = runner
    self.versions = versions
    self.seed = seed
    self.folder = folder
    self.settings = settings
    self.budgets = budgets
    bisection = Bisection(count: versions.count)
    try runner.makeFolder(folder)
  }

  func run() throws -> Outcome {
    let last = versions.count - 1
    guard let ends = try step(0, last) else { return interrupted }
    guard ends.mark == .bad else { return .endsAreAlike }
    while let next = bisection.next {
      guard let step = try stepOrSkip(next) else { return interrupted }
      bisection.note(next, step.mark)
    }
    let suspects = bisection.suspects
    guard suspects.count == 1 else { return .among(versions[suspects].map(\.name)) }
    let (good, bad) = (bisection.lastGood, suspects.lowerBound)
    let names = (bad: versions[bad].name, good: versions[good].name)
    // With neighbours as ends it is the first step.
    if last > 1 {
      guard let boundary = try step(good, bad) else { return interrupted }
      guard boundary.mark == .bad else { return .unconfirmed(bad: names.bad, good: names.good) }
    }
    return .found(bad: names.bad, good: names.good)
  }

  private var interrupted: Outcome { .interrupted(versions[bisection.suspects].map(\.name)) }

  /// A version that does not run is skipped.
  private func stepOrSkip(_ version: Int) throws -> Step? {
    do {
      return try step(0, version)
    } catch let error as HuntError
      where error.code == .version && error.version == versions[version].name
    {
      return note(0, version, .skipped, error.sentence, nil)
    }
  }

  /// Nil where somebody ended it.
  private func step(_ good: Int, _ version: Int) throws -> Step? {
    let name = self.name(good, version)
    printNotice("\(name): \(versions[version].name) against \(versions[good].name), --seed \(seed)")
    defer { seed &+= 1 }
    let folder = "\(folder)/\(name)"
    let manifest = try runner.run(
      [versions[good], versions[version]], seed: seed, in: folder)
    guard !manifest.interrupted else { return nil }
    let result = try HuntResult(manifest, in: folder, settings: settings, budgets: budgets)
    let (mark, reason) = steps.isEmpty ? judgeEnds(result) : judge(result)
    return note(good, version, mark, reason, result)
  }

  private func note(
    _ good: Int, _ version: Int, _ mark: Bisection.Mark, _ reason: String, _ result: HuntResult?
  ) -> Step {
    let step = Step(
      folder: name(good, version), baseline: versions[good].name, version: versions[version].name,
      mark: mark, reason: reason, result: result)
    steps.append(step)
    printNotice("\(step.version) is \(mark.rawValue): \(reason)")
    return step
  }

  /// In the folder.
  private func name(_ good: Int, _ version: Int) -> String {
    let number = steps.count + 1
    return "\(number < 10 ? "0" : "")\(number)-\(versions[good].name)-\(versions[version].name)"
  }

  // MARK: What a hunt says of its candidate

  private func judgeEnds(_ result: HuntResult) -> (Bisection.Mark, String) {
    if budgets != nil {
      guard let good = result.checks.first?.check, good.verdict == .passed else {
        return (.skipped, "the good end does not keep the budget")
      }
      return judge(result)
    }
    let rows = result.diffs.diffs.flatMap { result.diffs.regressions(in: $0.diff) }
    culprits = Set(rows.map(\.measure))
    if !culprits.isEmpty { return judge(result) }
    let caveat = result.diffs.diffs.first?.diff.caveats.first
    return result.diffs.verdict == .inconclusive
      ? (.skipped, caveat ?? "the comparison is inconclusive") : (.good, "nothing is worse")
  }

  private func judge(_ result: HuntResult) -> (Bisection.Mark, String) {
    if let check = result.checks.last?.check {
      let worst = check.results.first { $0.verdict == check.verdict }
      switch check.verdict {
      case .passed: return (.good, "it keeps the budget")
      case .broken: return (.bad, worst?.sentence ?? "it breaks the budget")
      case .inconclusive: return (.skipped, worst?.sentence ?? "the budget is inconclusive")
      }
    }
    guard let diff = result.diffs.diffs.first?.diff else { return (.skipped, "nothing compares") }
    switch result.diffs.verdict(on: diff, of: culprits) {
    case .regressed:
      let row = result.diffs.regressions(in: diff).first { culprits.contains($0.measure) }
      return (.bad, row?.sentence ?? "it is worse")
    case .inconclusive:
      return (.skipped, diff.caveats.first ?? "it is inconclusive")
    case .improved, .same:
      return (.good, "it is not worse in that")
    }
  }
}
