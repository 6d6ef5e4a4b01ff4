// SPDX-License-Identifier: Apache-2.0

import Attribution

/// The activities of the processes that did something, interval by interval.
struct ActivityLog: Sendable {
  /// In the order of the timeline's intervals.
  private(set) var intervals: [[ProcessIndex: Activity]] = []
  private var account = ActivityAccount()

  init() {}

  /// All of a recording, by its rows: what was lost is missing.
  init(of timeline: Timeline) {
    intervals = Array(repeating: [:], count: timeline.intervals.count)
    for row in timeline.lookups where intervals.indices.contains(row.interval) {
      intervals[row.interval][row.process, default: Activity()].add(row)
    }
    for row in timeline.outputs where intervals.indices.contains(row.interval) {
      intervals[row.interval][row.process, default: Activity()].add(row)
    }
    let usages = Dictionary(grouping: timeline.usages, by: \.process)
    for (index, process) in timeline.processes {
      for row in timeline.cpuSeconds(of: index, process, usages: usages[index] ?? [])
      where row.seconds > 0 && intervals.indices.contains(row.interval) {
        intervals[row.interval][index, default: Activity()].cpuSeconds = row.seconds
      }
    }
  }

  /// Takes the next interval of a tracing, which the timeline ends with: what the kernel counted
  /// where it did, which is exact whatever was lost.
  mutating func append(_ interval: Interval, to timeline: Timeline) {
    var rows = Dictionary(
      uniqueKeysWithValues: account.take(interval).map { ($0.index, $0.activity) })
    let number = timeline.intervals.count - 1
    for row in timeline.lookups.reversed() {
      guard row.interval == number else { break }
      rows[row.process, default: Activity()].noteHottest(row.path, count: row.count)
    }
    intervals.append(rows)
  }

  /// Forgets the first intervals.
  mutating func drop(_ count: Int) {
    intervals.removeFirst(min(count, intervals.count))
  }
}

extension Activity {
  fileprivate mutating func add(_ row: Timeline.Lookups) {
    lookups = .saturating(lookups, row.count)
    failedLookups = .saturating(failedLookups, row.failed)
    opens = .saturating(opens, row.opens)
    noteHottest(row.path, count: row.count)
  }

  fileprivate mutating func add(_ row: Timeline.Output) {
    frames = .saturating(frames, row.frames)
    outputBytes = .saturating(outputBytes, row.bytes)
  }
}
