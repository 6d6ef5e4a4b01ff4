// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// The timeline's rows by process, grouped once for all detectors.
struct History {
  let timeline: Timeline
  let settings: FindingSettings
  let kin: Kin
  /// In the order of their indices.
  private(set) var lives: [Life]
  private let places: [ProcessIndex: Int]
  /// Paths of one name have one number, whichever way they were given: the lowest of theirs.
  let canonicalPaths: [PathIndex: PathIndex]
  /// How many intervals before each one lost something.
  private let incompleteBefore: [Int]
  /// The seconds of the intervals before each one.
  private let secondsBefore: [Double]

  init(of timeline: Timeline, settings: FindingSettings) {
    self.timeline = timeline
    self.settings = settings
    kin = Kin(of: timeline)
    let canonical = Self.canonicalPaths(timeline.paths)
    canonicalPaths = canonical
    incompleteBefore = timeline.intervals.reduce(into: [0]) { sums, span in
      sums.append((sums.last ?? 0) + (span.isIncomplete ? 1 : 0))
    }
    secondsBefore = timeline.intervals.reduce(into: [0]) { sums, span in
      sums.append((sums.last ?? 0) + span.duration)
    }
    let processes = timeline.processes.sorted { $0.key < $1.key }
    lives = processes.map { index, process in
      Life(
        index: index, process: process,
        presence: Self.presence(of: process, in: timeline.intervals),
        isBorn: timeline.isBorn(index, process))
    }
    let places = Dictionary(
      uniqueKeysWithValues: processes.enumerated().map { ($1.key, $0) })
    self.places = places
    let valid = timeline.intervals.indices

    // A process's rows of one interval come one after the other.
    var looker: (process: ProcessIndex, place: Int?)?
    for row in timeline.lookups where valid.contains(row.interval) {
      if row.process != looker?.process { looker = (row.process, places[row.process]) }
      guard let place = looker?.place else { continue }
      lives[place].add(row, path: canonical[row.path] ?? row.path)
    }
    for row in timeline.outputs where valid.contains(row.interval) {
      guard let place = places[row.process] else { continue }
      lives[place].outputs.append(row)
    }
    for row in timeline.usages where valid.contains(row.interval) {
      guard let place = places[row.process] else { continue }
      lives[place].usages.append(row)
    }
    for row in timeline.resizes where valid.contains(row.interval) {
      guard let place = places[row.process] else { continue }
      lives[place].resized.formUnion(Repaint.intervals(after: row, in: timeline))
    }
    judgePhases()
  }

  subscript(process: ProcessIndex) -> Life? { places[process].map { lives[$0] } }

  mutating func setStretches(_ stretches: [Stretch], of place: Int) {
    lives[place].stretches = stretches
  }

  // MARK: Time

  /// Seconds of the intervals together.
  func seconds(_ intervals: Range<Int>) -> Double {
    timeline.intervals[intervals].reduce(0) { $0 + $1.duration }
  }

  /// Whether there may be a window for a verdict on such a rate: where this is false there is none.
  /// An hour has thousands of paths and of intervals, and few paths that are hot for long; a series
  /// of each would take seconds.
  ///
  /// - Parameter sums: sorted by interval.
  func mayPass(
    _ limit: Limit, of life: Life, _ sums: [Life.LookupSum], _ count: (Life.LookupSum) -> UInt64
  ) -> Bool {
    // A window is no longer than its weight asks for; sums of fractions are not exact.
    let weight = limit.leastWeight * 1.001
    let threshold = isLossy(life.presence) ? limit.threshold / 2 : limit.threshold
    let least = threshold * limit.leastWeight * 0.999
    var first = sums.startIndex
    var held: UInt64 = 0
    for sum in sums {
      held = .saturating(held, count(sum))
      while secondsBefore[sum.interval] - secondsBefore[sums[first].interval] >= weight {
        held -= min(held, count(sums[first]))
        first += 1
      }
      if Double(held) >= least { return true }
    }
    return false
  }

  /// Something was lost in one of them, or may have been in any.
  func isLossy(_ intervals: Range<Int>) -> Bool {
    timeline.isIncomplete
      || incompleteBefore[intervals.upperBound] > incompleteBefore[intervals.lowerBound]
  }

  /// The same for what is idle, where a lost key would matter that was typed shortly before.
  func isLossyWhileIdle(_ intervals: Range<Int>) -> Bool {
    var first = intervals.lowerBound
    let start = times(intervals).start
    while first > 0 {
      let end = timeline.intervals[first - 1].end
      if start > end, Double(start - end) / 1e9 > settings.phases.idleAfterSeconds { break }
      first -= 1
    }
    return isLossy(first..<intervals.upperBound)
  }

  /// Nanoseconds since boot.
  func times(_ intervals: Range<Int>) -> (start: UInt64, end: UInt64) {
    let spans = timeline.intervals[intervals]
    return (spans.first?.start ?? timeline.start, spans.last?.end ?? timeline.end)
  }

  // MARK: Names

  /// Raw bytes: the absolute path, else as it was given.
  func name(ofPath path: PathIndex) -> [UInt8] {
    timeline.paths[path].map { $0.absolute ?? $0.given } ?? []
  }

  /// Whether it is one path: others of the same text may be anywhere.
  func isResolved(_ path: PathIndex) -> Bool { timeline.paths[path]?.absolute != nil }

  private static func canonicalPaths(
    _ paths: [PathIndex: LookedUpPath]
  ) -> [PathIndex: PathIndex] {
    var firsts: [[UInt8]: PathIndex] = [:]
    var canonical: [PathIndex: PathIndex] = [:]
    for (index, path) in paths.sorted(by: { $0.key < $1.key }) {
      guard let name = path.absolute else { continue }
      if let first = firsts[name] { canonical[index] = first } else { firsts[name] = index }
    }
    return canonical
  }

  /// The intervals in which the process lived.
  private static func presence(
    of process: TracedProcess, in intervals: [Timeline.Span]
  ) -> Range<Int> {
    let first = intervals.partition { $0.end > process.key.startTime }
    let end = process.exitTime.map { exit in intervals.partition { $0.start > exit } }
    return first..<max(first, end ?? intervals.count)
  }
}
