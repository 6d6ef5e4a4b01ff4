// SPDX-License-Identifier: Apache-2.0

import Attribution

/// The intervals of a run that are of one phase, or after one mark.
package struct PhaseSection: Sendable, Hashable {
  /// As `Phase` names it, or what the user called the mark.
  package var name: String
  /// It lasts from a mark until the next one, beside the phases.
  package var isMark: Bool
  /// Of its first stretch: nanoseconds since boot.
  package var start: UInt64
  /// Of its last stretch: nanoseconds since boot.
  package var end: UInt64
  /// In their order; a phase may come and go.
  package var intervals: [Int]

  package init(name: String, isMark: Bool, start: UInt64, end: UInt64, intervals: [Int]) {
    self.name = name
    self.isMark = isMark
    self.start = start
    self.end = end
    self.intervals = intervals
  }

  /// The phases that there were, in the order of `Phase`, and the marks in theirs.
  package static func all(of timeline: Timeline, settings: FindingSettings) -> [PhaseSection] {
    all(of: History(of: timeline, settings: settings))
  }

  static func all(of history: History) -> [PhaseSection] {
    let timeline = history.timeline
    let phases = history.runPhases()
    let byPhase = Phase.allCases.compactMap { phase -> PhaseSection? in
      let places = timeline.intervals.indices.filter { phases[$0] == phase }
      guard let first = places.first, let last = places.last else { return nil }
      return PhaseSection(
        name: phase.rawValue, isMark: false, start: timeline.intervals[first].start,
        end: timeline.intervals[last].end, intervals: places)
    }
    let marks = timeline.marks.sorted { $0.time < $1.time }
    let byMark = marks.indices.map { place in
      let start = marks[place].time
      let end = place + 1 < marks.count ? marks[place + 1].time : max(start, timeline.end)
      // An interval belongs to the mark that has the greater part of it.
      let first = timeline.intervals.partition { $0.middle >= start }
      let last = max(first, timeline.intervals.partition { $0.middle >= end })
      return PhaseSection(
        name: marks[place].name, isMark: true, start: start, end: end,
        intervals: Array(first..<last))
    }
    return byPhase + byMark
  }
}

extension Timeline.Span {
  fileprivate var middle: UInt64 { start < end ? start + (end - start) / 2 : start }
}
