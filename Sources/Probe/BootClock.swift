// SPDX-License-Identifier: Apache-2.0

import Glibc

/// CLOCK_BOOTTIME, the clock of the events.
package enum BootClock {
  /// Nanoseconds since boot.
  package static var now: UInt64 { read(CLOCK_BOOTTIME) }

  /// What to add to a time since boot to get nanoseconds since 1970, with `&+`: a machine whose
  /// clock was not set may have been up for longer than that.
  package static var wallOffset: UInt64 { read(CLOCK_REALTIME) &- now }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
