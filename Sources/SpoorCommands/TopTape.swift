// SPDX-License-Identifier: Apache-2.0

import Attribution

/// The last intervals as they came, for a report of them.
struct TopTape {
  /// The state before the first of them.
  private var base = LiveTimeline(room: 2)
  private(set) var intervals: [Interval] = []
  private var rows = 0
  private static let room = 600
  private static let rowRoom = 400_000

  mutating func append(_ interval: Interval) {
    intervals.append(interval)
    rows += Self.rows(of: interval)
    guard intervals.count > Self.room || rows > Self.rowRoom else { return }
    let gone = max(1, intervals.count / 2)
    for old in intervals.prefix(gone) { base.append(old) }
    intervals.removeFirst(gone)
    rows = intervals.reduce(0) { $0 + Self.rows(of: $1) }
  }

  /// A process takes about as much room as ten counts.
  private static func rows(of interval: Interval) -> Int {
    interval.lookups.count + interval.usages.count + interval.processes.count * 10
  }

  /// All of them, as a tracing of their own.
  var excerpt: [Interval] {
    guard let first = intervals.first else { return [] }
    var excerpt = Excerpt(from: base, at: first.start)
    return intervals.map { excerpt.next($0) }
  }
}
