// SPDX-License-Identifier: Apache-2.0

import Attribution

/// What processes did in one interval, as a JSON object on one line.
package struct ActivityDocument: Encodable {
  private struct Row: Encodable {
    var pid: UInt32
    var startTimeNs: UInt64
    var exe: String
    var lookups: UInt64
    var failedLookups: UInt64
    var opens: UInt64
    var outputBytes: UInt64
    var inputBytes: UInt64
    var frames: UInt64
    var spawned: UInt64
  }

  private struct Records: Encodable {
    var observed: UInt64
    var delivered: UInt64
    var dropped: [String: UInt64]
    var complete: Bool
  }

  private var timeNs: UInt64
  private var durationNs: UInt64
  private var processes: [Row]
  private var loss: Records

  /// - Parameter time: of the interval's end, in nanoseconds since 1970.
  package init(_ rows: [ProcessActivity], of interval: Interval, time: UInt64) {
    timeNs = time
    durationNs = interval.end > interval.start ? interval.end - interval.start : 0
    loss = Records(
      observed: interval.loss.observed, delivered: interval.loss.delivered,
      dropped: interval.loss.dropped, complete: interval.loss.isComplete)
    processes = rows.busiestFirst.map { row in
      let activity = row.activity
      return Row(
        pid: row.process.key.processID, startTimeNs: row.process.key.startTime,
        exe: JSONText.decode(row.process.executable), lookups: activity.lookups,
        failedLookups: activity.failedLookups, opens: activity.opens,
        outputBytes: activity.outputBytes, inputBytes: activity.inputBytes,
        frames: activity.frames, spawned: activity.spawned)
    }
  }

  /// With a newline at its end.
  package func encoded() throws -> String {
    try JSONText.line(self)
  }
}
