// SPDX-License-Identifier: Apache-2.0

import Findings

/// Versions of a program, each against the first of them, and the first one against itself: what
/// differs there is the noise of the machine and of the program.
public struct VersionDiffs: Sendable {
  public let baseline: String
  /// Every other recording of the baseline against those between them (A/A); nil with a single one.
  public let noise: Diff?
  /// In the order of the versions.
  public let diffs: [(version: String, diff: Diff)]
  private let noisy: Set<Measure>

  /// - Parameters:
  ///   - baseline: its name, and its recordings in the order in which they were made.
  ///   - others: likewise.
  public init(
    baseline: (name: String, runs: [RunFigures]), others: [(name: String, runs: [RunFigures])],
    settings: FindingSettings = .init()
  ) {
    self.baseline = baseline.name
    let numbered = baseline.runs.enumerated()
    let halves = [0, 1].map { half in
      numbered.filter { $0.offset % 2 == half }.map(\.element)
    }
    noise =
      halves[1].isEmpty
      ? nil : Diff(baseline: halves[0], candidate: halves[1], settings: settings)
    noisy = Set((noise?.rows ?? []).filter(\.differs).map(\.measure))
    diffs = others.map {
      ($0.name, Diff(baseline: baseline.runs, candidate: $0.runs, settings: settings))
    }
  }

  /// The rows of the A/A check that a comparison of two versions would have called a change.
  public var noiseRows: [Diff.Row] { (noise?.rows ?? []).filter(\.differs) }

  /// Of one comparison: a regression has to be of a figure that does not differ from itself.
  public func verdict(on diff: Diff) -> Diff.Verdict {
    guard diff.verdict == .regressed else { return diff.verdict }
    return regressions(in: diff).isEmpty ? .inconclusive : .regressed
  }

  /// The rows of one comparison that are worse, and do not differ from themselves.
  public func regressions(in diff: Diff) -> [Diff.Row] {
    diff.rows.filter { $0.verdict == .regressed && !noisy.contains($0.measure) }
  }

  /// Of one comparison, as to these figures alone.
  public func verdict(on diff: Diff, of measures: Set<Measure>) -> Diff.Verdict {
    if regressions(in: diff).contains(where: { measures.contains($0.measure) }) {
      return .regressed
    }
    let phases = Set(measures.map(\.phase))
    // What is the same in both may be worse where it was not seen.
    let isUncertain =
      diff.missingPhases.contains { phases.contains($0.phase) }
      || diff.rows.contains {
        ($0.verdict == .inconclusive || $0.verdict == .regressed) && measures.contains($0.measure)
      }
    return isUncertain ? .inconclusive : .same
  }

  /// The worst of all.
  public var verdict: Diff.Verdict {
    diffs.map { verdict(on: $0.diff) }.min() ?? .same
  }
}

extension Diff.Row {
  fileprivate var differs: Bool { verdict == .regressed || verdict == .improved }
}
