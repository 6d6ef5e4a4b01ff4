// SPDX-License-Identifier: Apache-2.0

/// Contiguous intervals with what they are together.
struct Window {
  var intervals: Range<Int>
  var mean: Double
}

extension Series {
  /// Where the mean is highest over a window of the limit's weight, made as long as the mean stays
  /// about that; nil where no window passes.
  func strongest(
    _ limit: Limit, within bounds: Range<Int>, where accepts: (Range<Int>) -> Bool
  ) -> Window? {
    func isValid(_ range: Range<Int>) -> Bool {
      limit.isPassed(by: mean(range)) && presence(range) >= limit.presence && accepts(range)
    }
    let least = limit.leastWeight
    var best: Range<Int>?
    var end = bounds.lowerBound
    for start in bounds {
      end = max(end, start)
      while end < bounds.upperBound, weight(start..<end) < least { end += 1 }
      guard weight(start..<end) >= least else { break }
      let range = start..<end
      if mean(range) > best.map(mean) ?? -1, isValid(range) { best = range }
    }
    return best.map { extended($0, within: bounds, while: isValid) }
  }

  /// The longest window around this one that has at least nine tenths of its mean, without quiet
  /// ends.
  private func extended(
    _ range: Range<Int>, within bounds: Range<Int>, while isValid: (Range<Int>) -> Bool
  ) -> Window {
    let floor = mean(range) * 0.9
    func belongs(_ place: Int) -> Bool { mean(place..<place + 1) >= floor }
    func isAlike(_ range: Range<Int>) -> Bool { mean(range) >= floor && isValid(range) }
    var longest = range
    for end in range.upperBound..<bounds.upperBound
    where belongs(end) && isAlike(longest.lowerBound..<end + 1) {
      longest = longest.lowerBound..<end + 1
    }
    for start in (bounds.lowerBound..<range.lowerBound).reversed()
    where belongs(start) && isAlike(start..<longest.upperBound) {
      longest = start..<longest.upperBound
    }
    return Window(intervals: longest, mean: mean(longest))
  }
}
