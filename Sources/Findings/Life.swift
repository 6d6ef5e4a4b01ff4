// SPDX-License-Identifier: Apache-2.0

import Attribution

/// What one process did, interval by interval.
struct Life {
  /// Lookups of one path in one interval.
  struct LookupSum {
    var interval: Int
    var count: UInt64
    var failed: UInt64
    var opens: UInt64
  }

  let index: ProcessIndex
  let process: TracedProcess
  /// The intervals in which it lived, the first and the last perhaps in part.
  let presence: Range<Int>
  /// It was not there before the recording.
  let isBorn: Bool
  /// By canonical path, and sorted by interval.
  private(set) var lookups: [PathIndex: [LookupSum]] = [:]
  /// Of all paths: most lives are too short for any rule, and these tell so.
  private(set) var lookupCount: UInt64 = 0
  private(set) var failedLookupCount: UInt64 = 0
  /// Sorted by interval.
  var outputs: [Timeline.Output] = []
  /// The intervals in which it may draw all anew, as its terminal has got another size.
  var resized: Set<Int> = []
  /// Sorted by interval.
  var usages: [Timeline.Usage] = []
  /// Its phases one after the other, over all its presence.
  var stretches: [Stretch] = []

  init(index: ProcessIndex, process: TracedProcess, presence: Range<Int>, isBorn: Bool) {
    self.index = index
    self.process = process
    self.presence = presence
    self.isBorn = isBorn
  }

  mutating func add(_ row: Timeline.Lookups, path: PathIndex) {
    lookups[path, default: []].add(row)
    lookupCount = .saturating(lookupCount, row.count)
    failedLookupCount = .saturating(failedLookupCount, row.failed)
  }

  /// All its time but its start-up.
  var settled: Range<Int> {
    guard let first = stretches.first, first.phase == .startUp else { return presence }
    return first.intervals.upperBound..<presence.upperBound
  }

  /// To all terminals.
  var outputBytes: UInt64 { outputs.sum(\.bytes) }

  /// Nil where it did not live.
  func phase(in interval: Int) -> Phase? {
    let place = stretches.partition { $0.intervals.upperBound > interval }
    guard place < stretches.count, stretches[place].intervals.contains(interval) else { return nil }
    return stretches[place].phase
  }

  /// CPU time by interval until its end, in seconds.
  func cpuSeconds(in timeline: Timeline) -> [(interval: Int, seconds: Double)] {
    timeline.cpuSeconds(of: index, process, usages: usages)
  }
}

extension [Life.LookupSum] {
  fileprivate mutating func add(_ row: Timeline.Lookups) {
    if let last = indices.last, self[last].interval == row.interval {
      self[last].count = .saturating(self[last].count, row.count)
      self[last].failed = .saturating(self[last].failed, row.failed)
      self[last].opens = .saturating(self[last].opens, row.opens)
    } else {
      append(
        Life.LookupSum(
          interval: row.interval, count: row.count, failed: row.failed, opens: row.opens))
    }
  }
}

/// Intervals one after the other in which a process was in one phase.
struct Stretch: Equatable {
  var phase: Phase
  var intervals: Range<Int>
}
