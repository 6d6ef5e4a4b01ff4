// SPDX-License-Identifier: Apache-2.0

extension [Timeline.Usage] {
  /// CPU time of one process by interval, in seconds: what it used since the census before.
  ///
  /// A census tells only what changed, so the difference is all of the interval's.
  ///
  /// - Parameter isBorn: it was not there before the recording; of one that was, what it had used
  ///   before is of no interval.
  package func cpuSeconds(isBorn: Bool) -> [(interval: Int, seconds: Double)] {
    var before = isBorn ? 0 : first?.cpuTime ?? 0
    return map { row in
      defer { before = Swift.max(before, row.cpuTime) }
      return (row.interval, row.cpuTime > before ? Double(row.cpuTime - before) / 1e9 : 0)
    }
  }
}
