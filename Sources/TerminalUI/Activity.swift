// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// What one process did in one interval.
public struct Activity: Sendable, Hashable {
  public var lookups: UInt64 = 0
  public var failed: UInt64 = 0
  public var opens: UInt64 = 0
  /// Written to terminals, as the calls returned them.
  public var outputBytes: UInt64 = 0
  public var frames: UInt64 = 0
  /// Seconds.
  public var cpuSeconds = 0.0
  /// The path that it looked up most often; -1 for none.
  public var hottest: PathIndex = -1
  public var hottestCount: UInt64 = 0

  public init() {}
}

/// The activities of the processes that did something, interval by interval.
struct ActivityLog: Sendable {
  /// In the order of the timeline's intervals.
  private(set) var intervals: [[ProcessIndex: Activity]] = []
  private var totals: [ProcessIndex: Totals] = [:]

  /// What was counted of a process since the beginning.
  private struct Totals {
    var lookups: UInt64 = 0
    var failed: UInt64 = 0
    var opens: UInt64 = 0
    var outputBytes: UInt64 = 0
    var cpuTime: UInt64 = 0

    init() {}

    init(_ process: TracedProcess) {
      lookups = process.lookups
      failed = process.failedLookups
      outputBytes = process.outputBytes
      cpuTime = process.cpuTime
      for (name, count) in process.lookupsByOperation
      where Operation.openNames.contains(name) { opens += count }
    }
  }

  init() {}

  /// All of a recording, by its rows: what was lost is missing.
  init(of timeline: Timeline) {
    intervals = Array(repeating: [:], count: timeline.intervals.count)
    for row in timeline.lookups where intervals.indices.contains(row.interval) {
      intervals[row.interval][row.process, default: Activity()].add(row)
    }
    for row in timeline.outputs where intervals.indices.contains(row.interval) {
      intervals[row.interval][row.process, default: Activity()].frames += row.frames
      intervals[row.interval][row.process, default: Activity()].outputBytes += row.bytes
    }
    for (index, rows) in Dictionary(grouping: timeline.usages, by: \.process) {
      let start = timeline.processes[index]?.key.startTime ?? 0
      for row in rows.cpuSeconds(isBorn: start >= timeline.start)
      where intervals.indices.contains(row.interval) {
        intervals[row.interval][index, default: Activity()].cpuSeconds = row.seconds
      }
    }
  }

  /// Takes the interval that the timeline ends with: what the kernel counted where it did, which
  /// is exact whatever was lost.
  ///
  /// - Parameter start: of the tracing, in nanoseconds since boot.
  mutating func append(_ interval: Interval, to timeline: Timeline, since start: UInt64) {
    let number = timeline.intervals.count - 1
    var found: [ProcessIndex: Activity] = [:]
    for row in timeline.lookups.reversed() {
      guard row.interval == number else { break }
      found[row.process, default: Activity()].noteHottest(row)
    }
    for row in timeline.outputs.reversed() {
      guard row.interval == number else { break }
      found[row.process, default: Activity()].frames += row.frames
    }
    for (index, process) in interval.processes {
      let now = Totals(process)
      var before = totals[index] ?? Totals()
      // What it had used before anybody looked is of no interval.
      if totals[index] == nil, process.began < start { before.cpuTime = process.cpuTime }
      totals[index] = now
      var activity = found[index] ?? Activity()
      activity.lookups = now.lookups - min(now.lookups, before.lookups)
      activity.failed = now.failed - min(now.failed, before.failed)
      activity.opens = now.opens - min(now.opens, before.opens)
      activity.outputBytes = now.outputBytes - min(now.outputBytes, before.outputBytes)
      activity.cpuSeconds = Double(now.cpuTime - min(now.cpuTime, before.cpuTime)) / 1e9
      if activity != Activity() { found[index] = activity }
    }
    intervals.append(found)
  }

  /// Forgets the first intervals, and processes that the timeline has forgotten.
  mutating func drop(_ count: Int, keeping timeline: Timeline) {
    intervals.removeFirst(min(count, intervals.count))
    totals = totals.filter { timeline.processes[$0.key] != nil }
  }
}

extension Activity {
  fileprivate mutating func add(_ row: Timeline.Lookups) {
    lookups += row.count
    failed += row.failed
    opens += row.opens
    noteHottest(row)
  }

  fileprivate mutating func noteHottest(_ row: Timeline.Lookups) {
    guard row.count > hottestCount else { return }
    hottest = row.path
    hottestCount = row.count
  }
}
