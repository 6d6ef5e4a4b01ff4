// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Testing

/// CPU time by interval: what censuses tell, and what a process's end does.
@Suite struct TimelineCPUTests {
  private static let second: UInt64 = 1_000_000_000
  private static let start = 1_000 * second

  /// Three intervals of a second.
  private let timeline: Timeline

  init() {
    var timeline = Timeline()
    timeline.intervals = (0..<3).map {
      Timeline.Span(
        start: Self.start + UInt64($0) * Self.second,
        end: Self.start + UInt64($0 + 1) * Self.second)
    }
    self.timeline = timeline
  }

  private func process(
    from start: Double, to end: Double?, using milliseconds: UInt64
  ) -> TracedProcess {
    func time(_ seconds: Double) -> UInt64 { UInt64(Double(Self.start) + seconds * 1e9) }
    var process = TracedProcess(key: ProcessKey(processID: 7, startTime: time(start)))
    process.exitTime = end.map(time)
    process.cpuTime = milliseconds * 1_000_000
    return process
  }

  /// In milliseconds.
  private func used(
    by process: TracedProcess, counted milliseconds: [Int: UInt64]
  ) -> [Int: Double] {
    let usages = milliseconds.sorted { $0.key < $1.key }.map {
      Timeline.Usage(interval: $0.key, process: 0, cpuTime: $0.value * 1_000_000, rss: 0)
    }
    let rows = timeline.cpuSeconds(of: 0, process, usages: usages)
    return Dictionary(
      rows.map { ($0.interval, ($0.seconds * 1_000).rounded()) }, uniquingKeysWith: { _, _ in -1 })
  }

  @Test func whatNoCensusSawIsOfTheIntervalOfTheEnd() {
    let ended = process(from: 0.1, to: 1.5, using: 700)
    #expect(used(by: ended, counted: [0: 300]) == [0: 300, 1: 400])
    #expect(used(by: ended, counted: [0: 300, 1: 600]) == [0: 300, 1: 400])
    #expect(used(by: ended, counted: [:]) == [1: 700])
    let later = process(from: 0.1, to: 3.5, using: 700)
    #expect(used(by: later, counted: [0: 300]) == [0: 300, 2: 400])
  }

  @Test func whoLivesHasWhatCensusesTold() {
    let alive = process(from: 0.1, to: nil, using: 700)
    #expect(used(by: alive, counted: [0: 300, 2: 700]) == [0: 300, 2: 400])
  }

  @Test func whatWasUsedBeforeTheRecordingIsOfNoInterval() {
    let older = process(from: -5, to: 2.5, using: 9_700)
    #expect(used(by: older, counted: [0: 9_000, 1: 9_300]) == [0: 0, 1: 300, 2: 400])
    #expect(used(by: older, counted: [:]) == [:])
  }
}
