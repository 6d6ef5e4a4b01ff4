// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings

/// How two sets of recordings differ, figure by figure.
public struct Diff: Sendable {
  public enum Verdict: String, Sendable, Hashable, CaseIterable, Comparable {
    case regressed, inconclusive, improved, same

    public static func < (one: Self, other: Self) -> Bool {
      (allCases.firstIndex(of: one) ?? 0) < (allCases.firstIndex(of: other) ?? 0)
    }
  }

  /// One figure of both sides.
  public struct Row: Sendable {
    /// What it is about, whatever the names that it is shown by.
    public var measure: Measure
    /// A phase or a mark.
    public var phase: String
    /// The executables from the root of the tree down; raw bytes.
    public var role: [UInt8]
    public var signal: Signal
    /// A path or a class of descriptors; raw bytes, empty for the other signals.
    public var subject: [UInt8]
    /// `/s`, `B/s`, `B`, or empty for a number.
    public var unit: String
    /// The median.
    public var baseline: Double
    public var candidate: Double
    /// Of the medians; nil where the baseline's is zero.
    public var ratio: Double?
    /// 95 % of what the ratio may be; nil with a single run, or where the baseline's may be zero.
    public var interval: ClosedRange<Double>?
    /// Of the permutation test; nil where the change is too small to be worth one.
    public var p: Double?
    public var verdict: Verdict
    /// Why it is inconclusive.
    public var reason: String?
    /// The change by the least that is worth a word: how much a reader should care.
    public var weight: Double
    /// What the change is made of, the most first.
    public var contributors: [Contributor]

    /// Of the medians.
    public var change: Double { candidate - baseline }
  }

  /// A path, a command or a terminal, and its part of a change.
  public struct Contributor: Sendable, Hashable {
    /// Raw bytes.
    public var name: [UInt8]
    /// Of the means, in the row's unit.
    public var change: Double

    public init(name: [UInt8], change: Double) {
      self.name = name
      self.change = change
    }
  }

  public let baseline: [RunFigures]
  public let candidate: [RunFigures]
  public let settings: FindingSettings.Diff
  /// Regressions first, and of each verdict the greatest changes first.
  public let rows: [Row]

  public init(
    baseline: [RunFigures], candidate: [RunFigures], settings: FindingSettings = .init()
  ) {
    self.baseline = baseline
    self.candidate = candidate
    self.settings = settings.diff
    let judging = Judging(baseline: baseline, candidate: candidate, settings: settings)
    rows = judging.measures.compactMap { judging.row($0) }
      .sorted { one, other in one.isBefore(other) }
  }

  /// Of all: regressed if one figure is, then inconclusive, improved and same likewise.
  public var verdict: Verdict {
    (rows.map(\.verdict) + (missingPhases.isEmpty ? [] : [.inconclusive])).min() ?? .same
  }

  /// Phases that only one side has, so that nothing compares.
  public var missingPhases: [(phase: String, isInBaseline: Bool)] {
    func names(_ runs: [RunFigures]) -> [String] {
      var seen: Set<String> = []
      return runs.flatMap { run in run.phaseNames.filter { run.phases[$0]?.isThere == true } }
        .filter { seen.insert($0).inserted }
    }
    let (before, after) = (names(baseline), names(candidate))
    return before.filter { !after.contains($0) }.map { ($0, true) }
      + after.filter { !before.contains($0) }.map { ($0, false) }
  }

  /// What a reader must know before the figures: one sentence each.
  public var caveats: [String] {
    var caveats: [String] = []
    if baseline.count == 1 || candidate.count == 1 {
      caveats.append(
        "With one recording on a side nothing tells noise from a change: the differences are "
          + "shown, and none is judged. Give several of each.")
    } else if Statistics.leastP(baseline.count, candidate.count) >= settings.p {
      caveats.append(
        "\(baseline.count) and \(candidate.count) recordings are too few for p < \(settings.p), "
          + "whatever they show: nothing can be judged. Five of each are enough for p < 0.01.")
    }
    for (phase, isInBaseline) in missingPhases {
      caveats.append(
        "Only the \(isInBaseline ? "baseline" : "candidate") has the phase "
          + "\(ForeignText.encode(Array(phase.utf8))): there is nothing to compare it with.")
    }
    let lossy = (baseline + candidate).filter { run in run.phases.values.contains { $0.isLossy } }
    if let first = lossy.first {
      caveats.append(
        "Events were lost in \(ForeignText.encode(Array(first.name.utf8)))"
          + (lossy.count > 1 ? " and \(lossy.count - 1) more" : "")
          + ": what they say of those phases is inconclusive. Record with a larger --ring-size.")
    }
    let short = (baseline + candidate).filter { run in
      run.phases.values.contains { $0.isCutShort }
    }
    if let first = short.first {
      caveats.append(
        "\(ForeignText.encode(Array(first.name.utf8)))"
          + (short.count > 1 ? " and \(short.count - 1) more were" : " was")
          + " not finished: what came after is not in it.")
    }
    return caveats
  }
}

extension Diff.Row {
  /// The one that a reader should see before.
  fileprivate func isBefore(_ other: Self) -> Bool {
    if verdict != other.verdict { return verdict < other.verdict }
    if weight != other.weight { return weight > other.weight }
    if signal != other.signal { return signal.place < other.signal.place }
    if phase != other.phase { return phase < other.phase }
    if role != other.role { return role.lexicographicallyPrecedes(other.role) }
    return subject.lexicographicallyPrecedes(other.subject)
  }
}

extension Signal {
  fileprivate var place: Int { Signal.allCases.firstIndex(of: self) ?? 0 }
}
