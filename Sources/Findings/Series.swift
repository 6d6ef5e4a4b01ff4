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
    self.counts = [0]
    self.weights = [0]
    weighted = [0]
    present = [0]
    for (count, weight) in zip(counts, weights) {
      self.counts.append((self.counts.last ?? 0) + count)
      self.weights.append((self.weights.last ?? 0) + max(weight, 0))
      weighted.append((weighted.last ?? 0) + (weight > 0 ? 1 : 0))
      present.append((present.last ?? 0) + (weight > 0 && count > 0 ? 1 : 0))
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
