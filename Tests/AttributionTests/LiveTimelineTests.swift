// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Testing

/// The last intervals of a ledger, as a timeline.
struct LiveTimelineTests {
  private static let second: UInt64 = 1_000_000_000

  private func interval(_ number: Int, _ change: (inout Interval) -> Void = { _ in }) -> Interval {
    let start = UInt64(number) * Self.second
    var interval = Interval(number: number, start: start, end: start + Self.second)
    change(&interval)
    return interval
  }

  private func lookup(
    _ process: ProcessIndex, _ path: PathIndex, _ count: UInt64, errno: UInt16 = 0,
    _ operation: String = "openat"
  ) -> LookupCount {
    LookupCount(
      process: process, path: path, operation: Operation(name: operation) ?? Operation(rawValue: 0),
      errno: errno, count: count)
  }

  private func process(_ id: UInt32, _ change: (inout TracedProcess) -> Void = { _ in })
    -> TracedProcess
  {
    var process = TracedProcess(key: ProcessKey(processID: id, startTime: UInt64(id)))
    change(&process)
    return process
  }

  @Test func lookupsOfOnePathAreOneRowWhateverTheOperation() {
    var live = LiveTimeline()
    live.append(
      interval(0) {
        $0.lookups = [
          lookup(2, 1, 5), lookup(1, 7, 1), lookup(2, 1, 3, errno: 2),
          lookup(2, 1, 4, "newfstatat"),
        ]
      })
    #expect(live.timeline.lookups.map(\.process) == [1, 2])
    #expect(live.timeline.lookups[1].count == 12)
    #expect(live.timeline.lookups[1].failed == 3)
    #expect(live.timeline.lookups[1].opens == 8)
  }

  @Test func theTargetsEndIsKnownAsSoonAsItIsTold() {
    var live = LiveTimeline(room: 4)
    live.append(interval(0) { $0.processes = [(3, process(7))] })
    live.note(target: process(7).key)
    #expect(live.timeline.targetEnd == nil)
    live.append(interval(1) { $0.processes = [(3, process(7) { $0.exitTime = 1_500_000_000 })] })
    #expect(live.timeline.targetEnd == 1_500_000_000)
  }

  /// What it had used in the intervals that are forgotten is of none that is kept.
  @Test func theTargetIsNotBornAgainWhenItsBeginningIsForgotten() {
    var live = LiveTimeline(room: 4)
    let target = process(7) { $0.cpuTime = 5 }
    live.append(interval(0) { $0.processes = [(3, target)] })
    live.note(target: target.key)
    #expect(live.timeline.isBorn(3, target))
    for number in 1..<5 { live.append(interval(number)) }
    #expect(live.dropped > 0)
    #expect(!live.timeline.isBorn(3, target))
  }

  @Test func theOlderHalfGoesWhenThereAreTooMany() {
    var live = LiveTimeline(room: 4)
    for number in 0..<5 {
      live.append(interval(number) { $0.lookups = [lookup(1, 0, UInt64(number + 1))] })
    }
    #expect(live.dropped == 2)
    #expect(live.timeline.intervals.map(\.start) == [2, 3, 4].map { $0 * Self.second })
    #expect(live.timeline.lookups.map(\.interval) == [0, 1, 2])
    #expect(live.timeline.lookups.map(\.count) == [3, 4, 5])
  }

  @Test func tooManyRowsShortenTheTimeAndNeverTheLastInterval() {
    var live = LiveTimeline(room: 100, rowRoom: 10)
    for number in 0..<6 {
      live.append(interval(number) { $0.lookups = (0..<8).map { lookup(1, $0, 1) } })
    }
    #expect(live.timeline.lookups.count <= 10 + 8)
    #expect(live.timeline.lookups.last?.interval == live.timeline.intervals.count - 1)
  }

  @Test func whoIsOverIsForgottenUnlessSomebodyCameFromThem() {
    var live = LiveTimeline(room: 2)
    let end = Self.second / 2
    live.append(
      interval(0) {
        $0.processes = [
          (0, process(10) { ($0.exitTime, $0.isReleased) = (end, true) }),
          (1, process(20) { ($0.exitTime, $0.isReleased) = (end, true) }),
          (2, process(30) { $0.spawner = ProcessKey(processID: 20, startTime: 20) }),
          (3, process(40) { $0.exitTime = end }),
        ]
      })
    live.append(interval(1))
    #expect(live.timeline.processes.count == 4)
    live.append(interval(2))
    #expect(Set(live.timeline.processes.keys) == [1, 2, 3])
  }

  @Test func whatAProcessHeldBeforeTheWindowStaysTold() {
    var live = LiveTimeline(room: 2)
    for number in 0..<4 {
      live.append(
        interval(number) { interval in
          guard number < 2 else { return }
          let time = interval.start + 1
          interval.descriptors.passes = [
            DescriptorPassRow(
              number: number, time: time, duration: 1, cpuTime: 1, descriptors: 1, tables: 1)
          ]
          interval.descriptors.changes = [
            DescriptorChange(
              pass: number, process: 1, descriptorClass: .pipe, count: UInt64(number + 1))
          ]
        })
    }
    #expect(live.timeline.descriptors.map(\.count) == [2])
  }

  @Test func programsThatMarkFramesAreCountedByTheirMarks() {
    var live = LiveTimeline()
    live.append(
      interval(0) {
        $0.frames = [FrameCount(process: 1, terminal: 0, bytes: 10, frames: 9)]
        $0.inspections = [
          TerminalInspection(
            process: 1, terminal: 0, figures: InspectedFigures(), markedFrames: [10: 3])
        ]
      })
    #expect(live.timeline.outputs.map(\.frames) == [3])
  }

  @Test func lossMarksItsIntervalAndAddsUp() {
    var live = LiveTimeline()
    for number in 0..<3 {
      live.append(
        interval(number) {
          guard number > 0 else { return }
          $0.loss.kinds["lookup"] = Loss.Records(
            observed: 10, delivered: 6, dropped: ["ringFull": 4])
        })
    }
    #expect(live.timeline.intervals.map(\.isIncomplete) == [false, true, true])
    #expect(live.loss.droppedTotal == 8)
    #expect(!live.timeline.isIncomplete)
  }

  @Test func twoIntervalsMergedTellWhatBothTold() {
    var one = interval(0) {
      $0.lookups = [lookup(1, 0, 2)]
      $0.processes = [(1, process(10)), (2, process(20))]
      $0.newPaths = [LookedUpPath(given: [65])]
      $0.usages = [ProcessUsage(process: 1, cpuTime: 5, residentBytes: 1)]
    }
    let other = interval(1) {
      $0.lookups = [lookup(1, 0, 3), lookup(2, 1, 1)]
      $0.processes = [(1, process(10) { $0.lookups = 5 })]
      $0.firstNewPath = 1
      $0.newPaths = [LookedUpPath(given: [66])]
      $0.usages = [ProcessUsage(process: 1, cpuTime: 9, residentBytes: 2)]
    }
    one.merge(other)
    #expect(one.end == 2 * Self.second)
    #expect(one.lookups.sorted { $0.process < $1.process }.map(\.count) == [5, 1])
    #expect(one.processes.map(\.index) == [1, 2])
    #expect(one.processes.first?.process.lookups == 5)
    #expect(one.newPaths.count == 2)
    #expect(one.usages == other.usages)
  }
}
