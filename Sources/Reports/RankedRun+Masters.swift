// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Recording

extension RankedRun {
  /// Kept ones first, those whose slave is closed first of them, then the oldest.
  var masters: [PTYMaster] {
    run.descriptors.masters.enumerated()
      .map { (offset: $0.offset, master: $0.element, rank: rank($0.element)) }
      .sorted { one, other in
        if one.rank != other.rank { return one.rank < other.rank }
        let (first, second) = (one.master.madeTime, other.master.madeTime)
        return first == second ? one.offset < other.offset : first < second
      }
      .map(\.master)
  }

  private func rank(_ master: PTYMaster) -> Int {
    guard isKept(master) else { return 3 }
    return switch master.slave {
    case .closed: 0
    case .neverOpened: 1
    case .open: 2
    }
  }

  /// Whether a master's last known holders kept it until they ended, or the recording did.
  func isKept(_ master: PTYMaster) -> Bool {
    guard let gone = master.goneTime else { return true }
    return master.holders.keys.allSatisfy { ends[$0].map { $0 <= gone } ?? false }
  }

  /// How old a master became, or is at the end of the recording, in nanoseconds.
  func age(of master: PTYMaster) -> UInt64 {
    let end = master.goneTime ?? .saturating(run.header.startTime, run.duration)
    return end > master.madeTime ? end - master.madeTime : 0
  }
}
