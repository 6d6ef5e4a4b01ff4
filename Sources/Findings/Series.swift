// SPDX-License-Identifier: Apache-2.0

/// Counts by interval, and what they are divided by: seconds for a rate, frames for a share.
struct Series {
  /// Of the first count.
  let first: Int
  /// Sums of the counts, of the weights, and of the intervals with a weight, and with a count too,
  /// before each interval.
  private var counts: [Double]
  private var weights: [Double]
  private var weighted: [Int]
  private var present: [Int]

  init(first: Int, counts: [Double], weights: [Double]) {
    self.first = first
    let length = min(counts.count, weights.count)
    // An hour is thousands of intervals, and each path that is looked up often has a series.
    self.counts = Array(repeating: 0, count: length + 1)
    self.weights = self.counts
    weighted = Array(repeating: 0, count: length + 1)
    present = weighted
    for place in 0..<length {
      let (count, weight) = (counts[place], max(weights[place], 0))
      self.counts[place + 1] = self.counts[place] + count
      self.weights[place + 1] = self.weights[place] + weight
      weighted[place + 1] = weighted[place] + (weight > 0 ? 1 : 0)
      present[place + 1] = present[place] + (weight > 0 && count > 0 ? 1 : 0)
    }
  }

  var intervals: Range<Int> { first..<first + counts.count - 1 }

  func count(_ range: Range<Int>) -> Double { sum(counts, range) }

  func weight(_ range: Range<Int>) -> Double { sum(weights, range) }

  func mean(_ range: Range<Int>) -> Double {
    let weight = weight(range)
    return weight > 0 ? count(range) / weight : 0
  }

  /// Of the intervals with a weight, those that also have a count.
  func presence(_ range: Range<Int>) -> Double {
    let all = weighted[range.upperBound - first] - weighted[range.lowerBound - first]
    let some = present[range.upperBound - first] - present[range.lowerBound - first]
    return all > 0 ? Double(some) / Double(all) : 0
  }

  /// More than half of the intervals hold at least half of it: one burst and a few stragglers do
  /// not go on for all that time.
  func isSteady(_ range: Range<Int>, at mean: Double) -> Bool {
    range.count { self.mean($0..<$0 + 1) >= mean / 2 } * 2 > range.count
  }

  private func sum(_ sums: [Double], _ range: Range<Int>) -> Double {
    sums[range.upperBound - first] - sums[range.lowerBound - first]
  }
}
