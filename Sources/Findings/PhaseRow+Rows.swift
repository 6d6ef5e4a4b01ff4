// SPDX-License-Identifier: Apache-2.0

import Attribution

extension PhaseRow {
  /// The most values of a series: what fits in a line of a report.
  static let seriesLength = 60

  /// The phases that there were, in the order of `Phase`, and the marks in theirs.
  static func rows(of history: History) -> [PhaseRow] {
    let sums = IntervalSum.all(of: history.timeline)
    return PhaseSection.all(of: history).map { section in
      var row = PhaseRow(
        name: section.name, isMark: section.isMark, start: section.start, end: section.end)
      row.add(section.intervals, of: history.timeline, sums)
      return row
    }
  }

  private mutating func add(_ places: [Int], of timeline: Timeline, _ sums: [IntervalSum]) {
    for place in places {
      seconds += timeline.intervals[place].duration
      lookups = .saturating(lookups, sums[place].lookups)
      failed = .saturating(failed, sums[place].failed)
      outputBytes = .saturating(outputBytes, sums[place].outputBytes)
      frames = .saturating(frames, sums[place].frames)
    }
    let points = min(places.count, Self.seriesLength)
    for point in 0..<points {
      let bucket = places[
        (point * places.count / points)..<((point + 1) * places.count / points)]
      let duration = bucket.reduce(0) { $0 + timeline.intervals[$1].duration }
      func rate(_ count: (IntervalSum) -> UInt64) -> Double {
        duration > 0 ? bucket.reduce(0) { $0 + Double(count(sums[$1])) } / duration : 0
      }
      lookupsSeries.append(rate(\.lookups))
      outputSeries.append(rate(\.outputBytes))
    }
  }
}

/// What all followed processes did in one interval.
private struct IntervalSum {
  var lookups: UInt64 = 0
  var failed: UInt64 = 0
  var outputBytes: UInt64 = 0
  var frames: UInt64 = 0

  static func all(of timeline: Timeline) -> [IntervalSum] {
    var sums = Array(repeating: IntervalSum(), count: timeline.intervals.count)
    for row in timeline.lookups where sums.indices.contains(row.interval) {
      sums[row.interval].lookups = .saturating(sums[row.interval].lookups, row.count)
      sums[row.interval].failed = .saturating(sums[row.interval].failed, row.failed)
    }
    for row in timeline.outputs where sums.indices.contains(row.interval) {
      sums[row.interval].outputBytes = .saturating(sums[row.interval].outputBytes, row.bytes)
      sums[row.interval].frames = .saturating(sums[row.interval].frames, row.frames)
    }
    return sums
  }
}
