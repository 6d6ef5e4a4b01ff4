// SPDX-License-Identifier: Apache-2.0

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

  /// A timer's intervals are not a second to the nanosecond.
  var leastWeight: Double { max(weight * 0.99, .leastNonzeroMagnitude) }

  func isPassed(by mean: Double) -> Bool {
    isInclusive ? mean >= threshold && mean > 0 : mean > threshold
  }
}
