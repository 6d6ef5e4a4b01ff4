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
    guard distance > 0 else { return 1 }
    // Counted from the other end, the high sums are the low ones.
    let mirrored = ranks.map { 2 * (ranks.count + 1) - $0 }
    let asFar = [ranks, mirrored].reduce(0) {
      $0 + ways(choosing: one.count, of: $1, sumAtMost: expected - distance)
    }
    return min(1, asFar / choices(one.count, of: ranks.count))
  }

  /// How many choices of so many ranks have a sum of at most `most`.
  ///
  /// Only the sums that some choice can have, and that still lead to no more than `most`, are gone
  /// through.
  private static func ways(choosing count: Int, of ranks: [Int], sumAtMost most: Int) -> Double {
    let ranks = ranks.sorted()
    // What the ranks before each place add up to.
    let sums = ranks.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    guard most >= sums[count] else { return 0 }
    // Of k values with the sum s, at k * width + s.
    let width = most + 1
    var ways = Array(repeating: 0.0, count: (count + 1) * width)
    ways[0] = 1
    for (place, rank) in ranks.enumerated() {
      let next = place + 1
      for chosen in stride(
        from: min(count, next), through: max(1, count - (ranks.count - next)), by: -1)
      {
        let rest = sums[next + count - chosen] - sums[next]
        let high = min(most - rest, sums[next] - sums[next - chosen])
        let low = sums[chosen - 1] + rank
        guard low <= high else { continue }
        let (here, before) = (chosen * width, (chosen - 1) * width - rank)
        for sum in low...high { ways[here + sum] += ways[before + sum] }
      }
    }
    return ways[(count * width)...].reduce(0, +)
  }

  /// The binomial coefficient: in how many ways so many of `all` can be chosen.
  private static func choices(_ count: Int, of all: Int) -> Double {
    (0..<min(count, all - count)).reduce(1) { ($0 * Double(all - $1) / Double($1 + 1)).rounded() }
  }

  /// The least p that samples of these sizes can have: when all of one are above all of the other.
  public static func leastP(_ one: Int, _ other: Int) -> Double {
    guard one > 0, other > 0 else { return 1 }
    return min(1, 2 / choices(one, of: one + other))
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
