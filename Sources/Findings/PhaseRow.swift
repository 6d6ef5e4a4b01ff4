// SPDX-License-Identifier: Apache-2.0

import Attribution

/// What all followed processes did in one phase of the run, or after one mark.
public struct PhaseRow: Sendable, Hashable {
  /// As `Phase` names it, or what the user called the mark.
  public var name: String
  /// It lasts from a mark until the next one, beside the phases.
  public var isMark: Bool
  /// Of its first stretch: nanoseconds since boot.
  public var start: UInt64
  /// Of its last stretch: nanoseconds since boot.
  public var end: UInt64
  /// Of all its stretches together.
  public var seconds = 0.0
  public var lookups: UInt64 = 0
  public var failed: UInt64 = 0
  public var outputBytes: UInt64 = 0
  public var frames: UInt64 = 0
  /// A second, over its own time: at most 60 values, each of about as many intervals.
  public var lookupsSeries: [Double] = []
  /// Bytes a second, likewise.
  public var outputSeries: [Double] = []

  package init(name: String, isMark: Bool, start: UInt64, end: UInt64) {
    self.name = name
    self.isMark = isMark
    self.start = start
    self.end = end
  }
}
