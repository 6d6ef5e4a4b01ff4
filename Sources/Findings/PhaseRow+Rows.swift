// SPDX-License-Identifier: Apache-2.0

import Attribution

extension PhaseRow {
  /// The most values of a series: what fits in a line of a report.
  static let seriesLength = 60

  /// The phases that there were, in the order of `Phase`, and the marks in theirs.
  static func rows(of history: History) -> [PhaseRow] {
    let timeline = history.timeline
    let sums = IntervalSum.all(of: timeline)
    let phases = history.runPhases()
    let byPhase = Phase.allCases.compactMap { phase -> PhaseRow? in
      let places = timeline.intervals.indices.filter { phases[$0] == phase }
      guard let first = places.first, let last = places.last else { return nil }
      var row = PhaseRow(
        name: phase.rawValue, isMark: false, start: timeline.intervals[first].start,
        end: timeline.intervals[last].end)
      row.add(places, of: timeline, sums)
      return row
    }
    let marks = timeline.marks.sorted { $0.time < $1.time }
    let byMark = marks.indices.map { place in
      let start = marks[place].time
      let end = place + 1 < marks.count ? marks[place + 1].time : max(start, timeline.end)
      var row = PhaseRow(name: marks[place].name, isMark: true, start: start, end: end)
      // An interval belongs to the mark that has the greater part of it.
      let places = timeline.intervals.indices.filter {
        let middle = timeline.intervals[$0].middle
        return middle >= start && middle < end
      }
      row.add(places, of: timeline, sums)
      return row
    }
    return byPhase + byMark
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

extension Timeline.Span {
  fileprivate var middle: UInt64 { start < end ? start + (end - start) / 2 : start }
}
