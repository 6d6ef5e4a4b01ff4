// SPDX-License-Identifier: Apache-2.0

import Events

/// Turns counters that run from the start into loss, of the whole and by interval.
struct LossAccount {
  /// Records that the ledger took in.
  var received: UInt64 = 0
  /// Records that could not be read.
  var malformed: UInt64 = 0
  /// Passes over descriptors that came to no end.
  var failedPasses: UInt64 = 0
  /// Lookups of paths that there was no room for.
  var otherPaths: UInt64 = 0
  /// Releases of processes that the kernel did not hand over.
  var releasesMissed: UInt64 = 0
  /// Those of them of whom nothing tells who reaped them.
  var reapersUnknown: UInt64 = 0
  private(set) var statistics = ProbeStatistics()
  private(set) var gaps: [Loss.Gap] = []
  /// Gaps from this one on changed in the present interval.
  private var firstOpenGap = 0
  private var told = Loss()

  var total: Loss {
    let notes = [
      "pathUnreadable": statistics.pathUnreadable,
      "pathTruncated": statistics.pathTruncated,
      "lookupCountsMissed": statistics.lookupCountsMissed,
      "terminalCountsMissed": statistics.terminalCountsMissed,
      "terminalInputsMissed": statistics.terminalInputsMissed,
      "processStatesMissed": statistics.processStatesMissed,
      "tasksMissed": statistics.tasksMissed,
      "compatCalls": statistics.compatCalls,
      "ringMissed": statistics.ringMissed,
      "recursionMisses": statistics.recursionMisses,
      "malformed": malformed,
      "failedPasses": failedPasses,
      "otherPaths": otherPaths,
      "releasesMissed": releasesMissed,
      "reapersUnknown": reapersUnknown,
    ]
    return Loss(kinds: statistics.records, notes: notes)
  }

  /// Takes over the kernel's counters.
  ///
  /// - Returns: of which kinds something was dropped since the last call.
  mutating func update(_ now: ProbeStatistics) -> Set<EventKind> {
    let dropped = now.dropped - statistics.dropped
    let kinds = now.kinds.filter { kind, records in
      records.dropped != (statistics.kinds[kind] ?? .init()).dropped
    }
    let lost = Set(kinds.keys)
    let lastDrop = statistics.lastDrop
    statistics = now
    guard dropped > 0 else { return lost }
    let spans = now.drops.filter { $0.last > lastDrop }
    guard let start = spans.map(\.first).min(), let end = spans.map(\.last).max() else {
      return lost
    }
    if let last = gaps.indices.last, start <= gaps[last].end {
      gaps[last].end = max(gaps[last].end, end)
      gaps[last].dropped += dropped
      firstOpenGap = min(firstOpenGap, last)
    } else {
      gaps.append(Loss.Gap(start: start, end: end, dropped: dropped))
    }
    return lost
  }

  /// The gaps that began or went on since the last call, with their places.
  mutating func takeGaps() -> [(index: Int, gap: Loss.Gap)] {
    defer { firstOpenGap = gaps.count }
    return (firstOpenGap..<gaps.count).map { ($0, gaps[$0]) }
  }

  /// What came since the last call.
  mutating func takeInterval() -> Loss {
    let now = total
    defer { told = now }
    return Loss(
      kinds: now.kinds.reduce(into: [:]) { kinds, entry in
        let before = told.kinds[entry.key] ?? Loss.Records()
        kinds[entry.key] = Loss.Records(
          observed: entry.value.observed - before.observed,
          delivered: entry.value.delivered - before.delivered,
          dropped: entry.value.dropped.difference(from: before.dropped))
      },
      notes: now.notes.difference(from: told.notes))
  }
}

extension ProbeStatistics {
  fileprivate var lastDrop: UInt64 { drops.map(\.last).max() ?? 0 }

  fileprivate var records: [String: Loss.Records] {
    kinds.reduce(into: [:]) { records, entry in
      let dropped = zip(DropReason.allCases, entry.value.dropped).map { ($0.name, $1) }
      records[entry.key.name] = Loss.Records(
        observed: entry.value.observed, delivered: entry.value.delivered,
        dropped: Dictionary(uniqueKeysWithValues: dropped))
    }
  }
}

extension [String: UInt64] {
  fileprivate func difference(from earlier: [String: UInt64]) -> [String: UInt64] {
    Dictionary(uniqueKeysWithValues: map { ($0.key, $0.value - earlier[$0.key, default: 0]) })
  }
}
