// SPDX-License-Identifier: Apache-2.0

import Comparison
import Testing

struct StatisticsTests {
  @Test func medianIsTheMiddleOrTheMeanOfTheTwoThere() {
    #expect(Statistics.median([]) == nil)
    #expect(Statistics.median([3]) == 3)
    #expect(Statistics.median([9, 1, 5]) == 5)
    #expect(Statistics.median([9, 1, 5, 7]) == 6)
  }

  /// Of the C(10, 5) = 252 ways to split ten values, two are as far apart as can be.
  @Test func fullySeparatedFivesHaveTwoOf252Ways() {
    #expect(Statistics.permutationP([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]) == 2.0 / 252)
    #expect(Statistics.permutationP([6, 7, 8, 9, 10], [1, 2, 3, 4, 5]) == 2.0 / 252)
    #expect(Statistics.leastP(5, 5) == 2.0 / 252)
    #expect(Statistics.leastP(4, 4) == 2.0 / 70)
    #expect(Statistics.leastP(1, 1) == 1)
  }

  /// Against a count of all splits, one by one.
  @Test func permutationTestCountsTiesAsTheSplitsDo() {
    let samples: [([Double], [Double])] = [
      ([1, 1, 2], [2, 3]), ([0, 0, 0, 0], [0, 0, 0]), ([5, 1, 4, 1], [1, 9, 2, 6]),
      ([2], [1, 3, 2, 2, 7]),
    ]
    for (one, other) in samples {
      #expect(abs(Statistics.permutationP(one, other) - countedP(one, other)) < 1e-12)
    }
  }

  /// Against a table of all sums, for sizes whose splits are too many to go through.
  @Test func permutationTestOfManyRunsCountsAsTheWholeTableDoes() {
    var generator = SplitMix64(seed: 7)
    for (sizes, distribution) in zip(
      [(9, 9), (3, 14), (14, 3), (12, 11), (20, 20)],
      [Distribution.counts, .steady, .counts, .skewed, .counts])
    {
      let one = distribution.sample(sizes.0, scale: 1, &generator)
      for scale in [1, 1.02, 1.3] {
        let other = distribution.sample(sizes.1, scale: scale, &generator)
        let table = tabledP(one, other)
        #expect(abs(Statistics.permutationP(one, other) - table) <= 1e-12 * table)
      }
    }
  }

  /// `diff` asks for one of each figure: hundreds for 40 recordings of each version.
  @Test func fortyRunsOfEachSideGiveAFewHundredFiguresAtOnce() {
    var generator = SplitMix64(seed: 11)
    for _ in 0..<200 {
      let one = Distribution.counts.sample(40, scale: 1, &generator)
      let other = Distribution.counts.sample(40, scale: 1, &generator)
      let p = Statistics.permutationP(one, other)
      #expect(p > 0 && p <= 1)
      #expect(p == Statistics.permutationP(other, one))
    }
    #expect(Statistics.leastP(40, 40) < 1e-22)
  }

  @Test func equalSamplesAreNoEvidence() {
    #expect(Statistics.permutationP([7, 7, 7, 7, 7], [7, 7, 7, 7, 7]) == 1)
    #expect(Statistics.permutationP([], [1]) == 1)
  }

  /// The test is exact, so the rate is at most what it says; whatever the distribution.
  @Test(arguments: [Distribution.steady, .skewed, .counts])
  func twoHundredPairsThatAreAlikeRaiseAtMostOneInAHundred(_ distribution: Distribution) {
    var generator = SplitMix64(seed: 20_261_121)
    var raised = 0
    for _ in 0..<200 {
      let one = distribution.sample(10, scale: 1, &generator)
      let other = distribution.sample(10, scale: 1, &generator)
      if Statistics.permutationP(one, other) < 0.01 { raised += 1 }
    }
    #expect(raised <= 2)
  }

  @Test func theIntervalHoldsTheRatioThatWasPlanted() throws {
    var generator = SplitMix64(seed: 3)
    var holding = 0
    for _ in 0..<100 {
      let one = Distribution.steady.sample(10, scale: 1, &generator)
      let other = Distribution.steady.sample(10, scale: 1.5, &generator)
      let interval = try #require(Statistics.ratioInterval(baseline: one, candidate: other))
      if interval.contains(1.5) { holding += 1 }
    }
    // 95 is what it says; a percentile bootstrap of ten values is known to be a little narrow.
    #expect(holding >= 88)
  }

  @Test func thereIsNoIntervalOfOneRunOrOverZero() {
    #expect(Statistics.ratioInterval(baseline: [1], candidate: [2, 3]) == nil)
    #expect(Statistics.ratioInterval(baseline: [0, 0, 0], candidate: [2, 3, 4]) == nil)
  }

  /// The same by a table of how many choices of k values have the doubled rank sum s.
  private func tabledP(_ one: [Double], _ other: [Double]) -> Double {
    let all = one + other
    let ranks = all.map { value in all.count { $0 < value } * 2 + all.count { $0 == value } + 1 }
    let expected = one.count * (all.count + 1)
    let distance = abs(ranks.prefix(one.count).reduce(0, +) - expected)
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
    let counts = ways[one.count]
    let asFar = counts.indices.filter { abs($0 - expected) >= distance }
    return asFar.reduce(0) { $0 + counts[$1] } / counts.reduce(0, +)
  }

  /// The same by trying all splits.
  private func countedP(_ one: [Double], _ other: [Double]) -> Double {
    let all = one + other
    func rank(_ value: Double) -> Double {
      Double(all.count { $0 < value }) + Double(all.count { $0 == value } + 1) / 2
    }
    let ranks = all.map(rank)
    let expected = Double(one.count * (all.count + 1)) / 2
    let distance = abs(ranks.prefix(one.count).reduce(0, +) - expected)
    var ways = 0
    var asFar = 0
    for mask in 0..<(1 << all.count) where mask.nonzeroBitCount == one.count {
      let sum = ranks.indices.filter { mask >> $0 & 1 == 1 }.reduce(0) { $0 + ranks[$1] }
      ways += 1
      if abs(sum - expected) >= distance { asFar += 1 }
    }
    return Double(asFar) / Double(ways)
  }
}

/// What simulated runs are drawn from.
enum Distribution: Sendable, CaseIterable {
  /// 100, give or take some.
  case steady
  /// Mostly small, now and then large: times on a busy machine.
  case skewed
  /// Small whole numbers, with many ties.
  case counts

  func sample(_ count: Int, scale: Double, _ generator: inout SplitMix64) -> [Double] {
    (0..<count).map { _ in scale * value(&generator) }
  }

  private func value(_ generator: inout SplitMix64) -> Double {
    let uniform = { (generator: inout SplitMix64) in Double(generator.next() >> 11) / 0x1p53 }
    switch self {
    case .steady:
      // The sum of twelve is nearly normal, with a deviation of one.
      let normal = (0..<12).reduce(-6.0) { sum, _ in sum + uniform(&generator) }
      return 100 + 5 * normal
    case .skewed:
      let small = max(uniform(&generator), 1e-9)
      return 10 / small.squareRoot()
    case .counts: return Double(20 + generator.next() % 4)
    }
  }
}
