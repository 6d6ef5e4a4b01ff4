// SPDX-License-Identifier: Apache-2.0

import CAllocationCounter
import Foundation

/// What some rounds of the same work cost.
struct Figures {
  /// Nanoseconds of CPU time per event, by round.
  private var costs: [Double] = []
  private var events = 0
  /// Over all rounds.
  private(set) var allocations: UInt64 = 0

  /// Measures one round.
  mutating func take(events: Int, _ body: () -> Void) {
    let allocated = spoor_allocation_count()
    let start = Self.threadTime
    body()
    let end = Self.threadTime
    allocations += spoor_allocation_count() - allocated
    costs.append(Double(end - start) / Double(events))
    self.events += events
  }

  /// This thread's CPU time in nanoseconds: other work on the machine counts less that way.
  private static var threadTime: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  func print(_ name: String, per unit: String = "event") {
    let sorted = costs.sorted()
    guard let least = sorted.first else { return }
    let figures = String(
      format: "%10.1f %8.1f %13.4f", sorted[sorted.count / 2], least,
      Double(allocations) / Double(max(1, events)))
    Swift.print(name.padding(toLength: 34, withPad: " ", startingAt: 0), figures, "  ", unit)
  }
}
