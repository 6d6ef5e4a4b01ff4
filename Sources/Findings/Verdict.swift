// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// A figure that passed its limit, or may have, and when.
struct Verdict {
  var window: Window
  var threshold: Double
  var isIdle: Bool
  var confidence: Finding.Confidence

  /// The figure by its threshold.
  var excess: Double { threshold > 0 ? window.mean / threshold : window.mean }

  /// Ten times the threshold is critical.
  var severity: Finding.Severity { excess >= 10 ? .critical : .warning }

  func isStronger(than other: Verdict) -> Bool {
    confidence == other.confidence ? excess > other.excess : confidence == .certain
  }
}

/// The part of a process's life in which a limit holds.
enum Scope {
  case idle
  /// All but the start-up.
  case settled
  /// For what goes on for longer than any start-up.
  case life
}

extension History {
  /// What a process did by the second, over its presence.
  func rate(of life: Life, _ counts: some Sequence<(Int, Double)>) -> Series {
    series(of: life, counts, weights: timeline.intervals[life.presence].map(\.duration))
  }

  /// What a process did by whatever the weights are, over its presence.
  func series(
    of life: Life, _ counts: some Sequence<(Int, Double)>, weights: [Double]
  ) -> Series {
    Series(
      first: life.presence.lowerBound, counts: byInterval(of: life, counts), weights: weights)
  }

  /// The same, but counts only where there is a weight.
  func series(
    of life: Life, _ counts: some Sequence<(Int, Double)>, where weights: [Double]
  ) -> Series {
    Series(
      first: life.presence.lowerBound,
      counts: zip(byInterval(of: life, counts), weights).map { $1 > 0 ? $0 : 0 }, weights: weights)
  }

  /// One sum for each interval of the process's presence.
  func byInterval(of life: Life, _ counts: some Sequence<(Int, Double)>) -> [Double] {
    var sums = Array(repeating: 0.0, count: life.presence.count)
    for (interval, count) in counts where life.presence.contains(interval) {
      sums[interval - life.presence.lowerBound] += count
    }
    return sums
  }

  /// The strongest window that passes a limit; where none does, one with a loss that may have
  /// hidden it.
  ///
  /// Loss makes counts too small: what is above a threshold stays there. It can take a key that
  /// would have ended an idle time, though, and the frames that a share is of.
  ///
  /// - Parameter isShare: the series is of something that may be lost itself.
  func verdict(
    on series: Series, of life: Life, _ limit: Limit, _ scope: Scope, isShare: Bool = false,
    where accepts: (Range<Int>) -> Bool = { _ in true }
  ) -> Verdict? {
    let isIdle = scope == .idle
    let bounds =
      switch scope {
      case .idle: life.stretches.filter { $0.phase == .idle }.map(\.intervals)
      case .settled: [life.settled]
      case .life: [life.presence]
      }
    func strongest(_ limit: Limit, _ accepts: (Range<Int>) -> Bool) -> Window? {
      bounds.compactMap { series.strongest(limit, within: $0, where: accepts) }
        .max { $0.mean < $1.mean }
    }
    if let window = strongest(limit, accepts) {
      let isDoubtful =
        isIdle
        ? isLossyWhileIdle(window.intervals) : isShare && isLossy(window.intervals)
      return Verdict(
        window: window, threshold: limit.threshold, isIdle: isIdle,
        confidence: isDoubtful ? .inconclusive : .certain)
    }
    guard isLossy(life.presence) else { return nil }
    // More than as much again would have to be lost.
    var half = limit
    half.threshold /= 2
    return strongest(half) { isLossy($0) && accepts($0) }.map {
      Verdict(
        window: $0, threshold: limit.threshold, isIdle: isIdle, confidence: .inconclusive)
    }
  }

  /// The finding that a verdict is.
  func finding(
    _ kind: Finding.Kind, _ severity: Finding.Severity? = nil, of life: Life, _ verdict: Verdict,
    unit: String, predicate: String, evidence: [Finding.Evidence] = [], control: String = ""
  ) -> Finding {
    let times = times(verdict.window.intervals)
    return Finding(
      kind, severity ?? verdict.severity, process: life.process.key, value: verdict.window.mean,
      unit: unit, threshold: verdict.threshold, start: times.start, end: times.end,
      phase: phase(of: life, over: verdict.window.intervals).rawValue, predicate: predicate,
      confidence: verdict.confidence, evidence: evidence, control: control)
  }

  /// The phase that the most of the intervals are in.
  func phase(of life: Life, over intervals: Range<Int>) -> Phase {
    var sums: [Phase: Int] = [:]
    for stretch in life.stretches {
      sums[stretch.phase, default: 0] += stretch.intervals.clamped(to: intervals).count
    }
    return Phase.allCases.max { sums[$0] ?? 0 < sums[$1] ?? 0 } ?? .active
  }
}
