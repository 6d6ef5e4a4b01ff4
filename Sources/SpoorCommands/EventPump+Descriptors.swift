// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Probe

/// When passes over all descriptors are made.
struct CensusSchedule {
  /// Nanoseconds between two passes; nil for those at the start and at the end alone.
  let interval: UInt64?
  /// When the next one is due, in nanoseconds since boot; nil when none is.
  private(set) var next: UInt64?
  private var earliest: UInt64 = 0

  /// Passes that something calls for stay apart so far, in nanoseconds, and take at most a
  /// fiftieth of the time.
  private static let smallestGap: UInt64 = 250_000_000
  private static let share: UInt64 = 50

  init(interval: UInt64?) {
    self.interval = interval
  }

  /// Whether a pass is due.
  ///
  /// - Parameter isCalledFor: something happened that only a pass tells more of.
  func isDue(at time: UInt64, isCalledFor: Bool) -> Bool {
    guard let next else { return false }
    return time >= next || isCalledFor && time >= earliest
  }

  /// A pass was made; times in nanoseconds since boot.
  mutating func made(from start: UInt64, to end: UInt64) {
    next = interval.map { max(start + $0, end) }
    earliest = end + max(Self.smallestGap, (end - start) * Self.share)
  }
}

extension EventPump {
  /// Makes a pass over all descriptors and takes it in, for a verb that wants passes.
  final func takeDescriptors(_ probe: borrowing Probe) {
    guard censusSchedule != nil else { return }
    let start = BootClock.now
    do {
      if let pass = try descriptorCensus.pass(probe) { ledger.apply(pass) }
    } catch {
      ledger.countFailedPass()
    }
    censusSchedule?.made(from: start, to: BootClock.now)
  }

  /// The same, if it is time.
  final func takeDescriptorsIfDue(_ probe: borrowing Probe, at time: UInt64) {
    let isCalledFor = ledger.hasOpenedMasters
    if censusSchedule?.isDue(at: time, isCalledFor: isCalledFor) == true {
      takeDescriptors(probe)
    }
  }
}
