// SPDX-License-Identifier: Apache-2.0

/// What a living process had used, and had in memory, at the end of an interval.
public struct ProcessUsage: Hashable, Sendable {
  public var process: ProcessIndex
  /// Since it was forked, in nanoseconds.
  public var cpuTime: UInt64
  public var residentBytes: UInt64

  public init(process: ProcessIndex, cpuTime: UInt64, residentBytes: UInt64) {
    self.process = process
    self.cpuTime = cpuTime
    self.residentBytes = residentBytes
  }
}
