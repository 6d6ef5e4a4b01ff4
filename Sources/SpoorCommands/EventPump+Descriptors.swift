// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Probe

/// When passes over all descriptors are made.
struct CensusSchedule {
  /// Nanoseconds between two passes; nil for those at the start and at the end alone.
  let interval: UInt64?
  private var next: UInt64?
  private var earliest: UInt64 = 0

  /// Passes that something calls for stay apart so far, in nanoseconds.
  private static let smallestGap: UInt64 = 250_000_000
  /// Passes take at most a fifth of the time, and those called for a fiftieth.
  private static let share: UInt64 = 5
  private static let calledShare: UInt64 = 50

  init(interval: UInt64?) {
    self.interval = interval
  }

  /// When the next pass is due, in nanoseconds since boot; nil when none is.
  ///
  /// - Parameter isCalledFor: something happened that only a pass tells more of.
  func due(isCalledFor: Bool) -> UInt64? {
    next.map { isCalledFor ? min($0, earliest) : $0 }
  }

  /// A pass was made; times in nanoseconds since boot.
  mutating func made(from start: UInt64, to end: UInt64) {
    next = interval.map { start + max($0, (end - start) * Self.share) }
    earliest = start + max(Self.smallestGap, (end - start) * Self.calledShare)
  }
}

extension EventPump {
  /// Makes a pass over all descriptors and takes it in, for a verb that wants passes.
  final func takeDescriptors(_ probe: borrowing Probe) {
    guard censusSchedule != nil else { return }
    let start = BootClock.now
    do {
      if let pass = try descriptorCensus.pass(probe) {
        // A process that the pass misses has ended, and if that was lost, the ledger must hear
        // of it first.
        heal(probe, at: start)
        ledger.apply(pass)
      }
    } catch {
      ledger.countFailedPass()
    }
    censusSchedule?.made(from: start, to: BootClock.now)
  }

  /// The same, if it is time.
  final func takeDescriptorsIfDue(_ probe: borrowing Probe, at time: UInt64) {
    if let due = nextDescriptors, time >= due { takeDescriptors(probe) }
  }

  /// When the next pass is due, in nanoseconds since boot: soon after a master was opened, as
  /// its holder may not live long.
  final var nextDescriptors: UInt64? {
    let isCalledFor = ledger.hasOpenedMasters
    return censusSchedule?.due(isCalledFor: isCalledFor)
  }
}
