// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import Glibc

/// Every open descriptor, by the iterator over open files.
extension Probe {
  /// What one pass over all open descriptors told.
  public struct DescriptorWalk: Sendable {
    /// Records of `spoor_descriptors.h`, one after the other.
    public var records: [UInt8] = []
    /// Nanoseconds that it took.
    public var duration: UInt64 = 0
    /// Nanoseconds of this thread's CPU time for it.
    public var cpuTime: UInt64 = 0
  }

  /// A piece holds some nine tables, or parts of a large one: 5,000 descriptors at most, which
  /// take about 2 ms, before the ring is emptied again.
  private static let pieceLength = 1024

  /// Walks all open descriptors now; nil where the kernel has no such iterator.
  ///
  /// The ring is emptied meanwhile, so that a large system does not fill it up.
  public func walkDescriptors() throws(ProbeError) -> DescriptorWalk? {
    guard let descriptorsLink else { return nil }
    let reader = try IteratorReader(descriptorsLink, "walk the open descriptors")
    var walk = DescriptorWalk()
    while true {
      let start = (Self.read(CLOCK_MONOTONIC), Self.read(CLOCK_THREAD_CPUTIME_ID))
      let goesOn = try reader.readPiece(of: Self.pieceLength, into: &walk.records)
      walk.duration += Self.read(CLOCK_MONOTONIC) - start.0
      walk.cpuTime += Self.read(CLOCK_THREAD_CPUTIME_ID) - start.1
      // At the end too: a process that the walk missed as it ended has told so before.
      drain()
      if !goesOn { return walk }
    }
  }

  /// Nanoseconds.
  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
