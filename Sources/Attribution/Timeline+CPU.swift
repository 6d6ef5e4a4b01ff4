// SPDX-License-Identifier: Apache-2.0

extension Timeline {
  /// Whether a process was not there before the recording: a target is started, stopped, and let
  /// go when the recording begins.
  package func isBorn(_ index: ProcessIndex, _ process: TracedProcess) -> Bool {
    index == target && isFromStart || process.key.startTime >= start
  }

  /// CPU time of one process by interval until its end, in seconds, each interval once.
  ///
  /// A census tells only what changed, so what a process used since the one before is all of the
  /// interval's. What no census saw, as the process ended since the last one or lived between two,
  /// is of the interval in which it ended; of the last one if that is after all of them. Of a
  /// process that was there before the recording, what it had used before is of no interval.
  ///
  /// - Parameter usages: the process's, sorted by interval.
  package func cpuSeconds(
    of index: ProcessIndex, _ process: TracedProcess, usages: [Usage]
  ) -> [(interval: Int, seconds: Double)] {
    let isBorn = isBorn(index, process)
    var before = isBorn ? 0 : usages.first?.cpuTime ?? process.cpuTime
    var used = usages.map { row in
      defer { before = max(before, row.cpuTime) }
      return (interval: row.interval, seconds: row.cpuTime.cpuSeconds(since: before))
    }
    guard let end = process.exitTime, process.cpuTime > before, !intervals.isEmpty else {
      return used
    }
    let rest = process.cpuTime.cpuSeconds(since: before)
    let interval = min(intervals.partition { $0.end > end }, intervals.count - 1)
    if let last = used.indices.last, used[last].interval >= interval {
      used[last].seconds += rest
    } else {
      used.append((interval, rest))
    }
    return used
  }
}

extension UInt64 {
  /// Seconds that were used since, both in nanoseconds; 0 if it is less.
  fileprivate func cpuSeconds(since before: UInt64) -> Double {
    self > before ? Double(self - before) / 1e9 : 0
  }
}
