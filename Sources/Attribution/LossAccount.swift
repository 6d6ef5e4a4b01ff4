// SPDX-License-Identifier: Apache-2.0

import Events

/// Turns counters that run from the start into loss, of the whole and by interval.
struct LossAccount {
  /// Records that the ledger took in.
  var received: UInt64 = 0
  /// Records that could not be read.
  var malformed: UInt64 = 0
  var statistics = ProbeStatistics()
  private var told = Loss()

  var total: Loss {
    let notes = [
      "pathUnreadable": statistics.pathUnreadable,
      "pathTruncated": statistics.pathTruncated,
      "countsMissed": statistics.countsMissed,
      "tasksMissed": statistics.tasksMissed,
      "compatCalls": statistics.compatCalls,
      "recursionMisses": statistics.recursionMisses,
      "malformed": malformed,
    ]
    return Loss(
      observed: statistics.observed,
      delivered: statistics.delivered,
      dropped: ["ringFull": statistics.ringFull, "noScratch": statistics.noScratch],
      notes: notes)
  }

  /// What came since the last call.
  mutating func takeInterval() -> Loss {
    let now = total
    defer { told = now }
    return Loss(
      observed: now.observed - told.observed,
      delivered: now.delivered - told.delivered,
      dropped: now.dropped.difference(from: told.dropped),
      notes: now.notes.difference(from: told.notes))
  }
}

extension [String: UInt64] {
  fileprivate func difference(from earlier: [String: UInt64]) -> [String: UInt64] {
    Dictionary(uniqueKeysWithValues: map { ($0.key, $0.value - earlier[$0.key, default: 0]) })
  }
}
