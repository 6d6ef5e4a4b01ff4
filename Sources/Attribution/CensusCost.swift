// SPDX-License-Identifier: Apache-2.0

/// What it took to look at every thread.
public struct CensusCost: Hashable, Sendable {
  public var passes: UInt64
  /// Threads told, all passes together.
  public var threads: UInt64
  /// Nanoseconds, from the start to the end of each pass.
  public var duration: UInt64

  public init(passes: UInt64 = 0, threads: UInt64 = 0, duration: UInt64 = 0) {
    self.passes = passes
    self.threads = threads
    self.duration = duration
  }
}
