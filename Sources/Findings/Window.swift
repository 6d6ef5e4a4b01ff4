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

  private func sum(_ sums: [Double], _ range: Range<Int>) -> Double {
    sums[range.upperBound - first] - sums[range.lowerBound - first]
  }
}

/// What a series has to do to be a finding.
struct Limit {
  /// Of the mean.
  var threshold: Double
  /// Reached is enough; else it must be passed.
  var isInclusive = true
  /// The least weight of a window: seconds, or frames.
  var weight: Double
  /// Of the intervals with a weight, at least this share must have a count.
  var presence = 0.0

  /// A rate that goes on: one burst in an otherwise quiet window is none.
  static func sustained(
    _ threshold: Double, isInclusive: Bool = true, seconds: Double
  ) -> Limit {
    // One every other second cannot be there each second.
    Limit(
      threshold: threshold, isInclusive: isInclusive, weight: seconds,
      presence: 0.8 * min(1, max(0, threshold)))
  }

  func isPassed(by mean: Double) -> Bool {
    isInclusive ? mean >= threshold && mean > 0 : mean > threshold
  }
}

/// Contiguous intervals with what they are together.
struct Window {
  var intervals: Range<Int>
  var mean: Double
}

extension Series {
  /// A timer's intervals are not a second to the nanosecond.
  private static let slack = 0.99

  /// Where the mean is highest over a window of the limit's weight, made as long as the mean stays
  /// about that; nil where no window passes.
  func strongest(_ limit: Limit, where accepts: (Range<Int>) -> Bool = { _ in true }) -> Window? {
    func isValid(_ range: Range<Int>) -> Bool {
      limit.isPassed(by: mean(range)) && presence(range) >= limit.presence && accepts(range)
    }
    let least = max(limit.weight * Self.slack, .leastNonzeroMagnitude)
    var best: Range<Int>?
    var end = first
    for start in intervals {
      end = max(end, start)
      while end < intervals.upperBound, weight(start..<end) < least { end += 1 }
      guard weight(start..<end) >= least else { break }
      let range = start..<end
      if mean(range) > best.map(mean) ?? -1, isValid(range) { best = range }
    }
    return best.map { extended($0, while: isValid) }
  }

  /// The longest window around this one that has at least nine tenths of its mean, without quiet
  /// ends.
  private func extended(_ range: Range<Int>, while isValid: (Range<Int>) -> Bool) -> Window {
    let floor = mean(range) * 0.9
    func belongs(_ place: Int) -> Bool { mean(place..<place + 1) >= floor }
    func isAlike(_ range: Range<Int>) -> Bool { mean(range) >= floor && isValid(range) }
    var longest = range
    for end in range.upperBound..<intervals.upperBound
    where belongs(end) && isAlike(longest.lowerBound..<end + 1) {
      longest = longest.lowerBound..<end + 1
    }
    for start in (intervals.lowerBound..<range.lowerBound).reversed()
    where belongs(start) && isAlike(start..<longest.upperBound) {
      longest = start..<longest.upperBound
    }
    return Window(intervals: longest, mean: mean(longest))
  }
}
