// SPDX-License-Identifier: Apache-2.0

/// What two small samples say of one another.
///
/// No distribution is assumed: counts of system calls have none that is known.
public enum Statistics {
  /// The middle value, or the mean of the two in the middle; nil of nothing.
  public static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }

  /// How likely a difference of the ranks at least this large is, in either direction, if both
  /// samples come from one distribution: the exact permutation test of the rank sum, with equal
  /// values at their middle rank.
  ///
  /// Source: Wilcoxon, Individual Comparisons by Ranking Methods, Biometrics Bulletin 1, 1945; the
  /// distribution is counted over all ways to split the values, as ties make tables wrong.
  ///
  /// - Returns: 1 where a sample is empty.
  public static func permutationP(_ one: [Double], _ other: [Double]) -> Double {
    guard !one.isEmpty, !other.isEmpty else { return 1 }
    let ranks = doubledRanks(one + other)
    let observed = ranks.prefix(one.count).reduce(0, +)
    // Twice the sum that is to be expected: an integer, as all that follows.
    let expected = one.count * (one.count + other.count + 1)
    let distance = abs(observed - expected)
    // ways[k][s]: how many choices of k values have the doubled rank sum s.
    let largest = ranks.reduce(0, +)
    var ways = Array(
      repeating: Array(repeating: 0.0, count: largest + 1), count: one.count + 1)
    ways[0][0] = 1
    for rank in ranks {
      for chosen in stride(from: one.count, to: 0, by: -1) {
        for sum in stride(from: largest, through: rank, by: -1) {
          ways[chosen][sum] += ways[chosen - 1][sum - rank]
        }
      }
    }
    let all = ways[one.count].reduce(0, +)
    let asFar = ways[one.count].indices.reduce(0.0) { count, sum in
      abs(sum - expected) >= distance ? count + ways[one.count][sum] : count
    }
    return all > 0 ? min(1, asFar / all) : 1
  }

  /// The least p that samples of these sizes can have: when all of one are above all of the other.
  public static func leastP(_ one: Int, _ other: Int) -> Double {
    guard one > 0, other > 0 else { return 1 }
    return permutationP((0..<one).map(Double.init), (one..<one + other).map(Double.init))
  }

  /// The 95 % interval of the ratio of the medians, by the percentile bootstrap.
  ///
  /// Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13. The
  /// generator begins alike each time, so that the same recordings give the same interval.
  ///
  /// - Returns: nil where a side has a single value, or the baseline is not above zero often
  ///   enough for an upper bound.
  public static func ratioInterval(
    baseline: [Double], candidate: [Double], resamples: Int = 2_000
  ) -> ClosedRange<Double>? {
    guard baseline.count > 1, candidate.count > 1 else { return nil }
    var generator = SplitMix64(seed: 0x5eed)
    var ratios: [Double] = []
    ratios.reserveCapacity(resamples)
    for _ in 0..<resamples {
      guard let below = median(resampled(baseline, &generator)), below > 0,
        let above = median(resampled(candidate, &generator))
      else { continue }
      ratios.append(above / below)
    }
    guard Double(ratios.count) >= 0.95 * Double(resamples) else { return nil }
    ratios.sort()
    let tail = Int((0.025 * Double(ratios.count)).rounded(.down))
    return ratios[tail]...ratios[ratios.count - 1 - tail]
  }

  private static func resampled(
    _ values: [Double], _ generator: inout SplitMix64
  ) -> [Double] {
    values.indices.map { _ in values[Int(generator.next() % UInt64(values.count))] }
  }

  /// Each value's rank from 1 on, twice, so that the middle of two is whole.
  private static func doubledRanks(_ values: [Double]) -> [Int] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = Array(repeating: 0, count: values.count)
    var first = 0
    while first < order.count {
      var last = first
      while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
      for place in first...last { ranks[order[place]] = first + last + 2 }
      first = last + 1
    }
    return ranks
  }
}

/// A small generator that gives the same numbers for the same seed, on every machine.
///
/// Source: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
