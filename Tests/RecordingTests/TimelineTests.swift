// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Recording
import Testing

/// A recording read interval by interval, as findings are judged by.
@Suite struct TimelineTests {
  let scratch: Scratch
  let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.file("a.spoor")
  }

  private func record(_ intervals: [Interval]) throws -> Timeline {
    let writer = try RecordingWriter(example: path)
    for interval in intervals { writer.append(interval) }
    try writer.finish(end: 5_000)
    return try Timeline(reading: path)
  }

  private func lossless(_ number: Int) throws -> Interval {
    var interval = try Interval.example(number)
    interval.loss = Loss()
    interval.gaps = []
    return interval
  }

  @Test func whatWasRecordedComesBackByInterval() throws {
    var intervals = try (0..<2).map(lossless)
    intervals[1].usages = [ProcessUsage(process: 0, cpuTime: 7, residentBytes: 4_096)]
    intervals[1].processEvents = [
      ProcessEvent(time: 1_150, process: 0, kind: .exit),
      ProcessEvent(time: 1_120, process: 0, kind: .exec),
    ]
    let timeline = try record(intervals)
    #expect(
      timeline.intervals == [
        Timeline.Span(start: 1_000, end: 1_100), Timeline.Span(start: 1_100, end: 1_200),
      ])
    #expect(!timeline.isIncomplete)
    #expect(timeline.processes[0]?.key == ProcessKey(processID: 42, startTime: 900))
    #expect(timeline.processes[0]?.lookupsByOperation == ["openat": 2])
    #expect(timeline.paths[1]?.given == Array("/path/1".utf8))
    #expect(timeline.terminals == [0: Terminal(instance: 7, major: 136, minor: 3)])
    var lookups = [
      Timeline.Lookups(interval: 0, process: 0, path: 0, count: 2, failed: 1),
      Timeline.Lookups(interval: 1, process: 0, path: 1, count: 3, failed: 1),
    ]
    for place in lookups.indices { lookups[place].opens = lookups[place].count }
    #expect(timeline.lookups == lookups)
    #expect(timeline.usages == [Timeline.Usage(interval: 1, process: 0, cpuTime: 7, rss: 4_096)])
    #expect(timeline.events.map(\.time) == [1_120, 1_150])
    #expect(timeline.events.map(\.kind) == [.exec, .exit])
  }

  @Test func anOutputHasItsFramesAndItsClears() throws {
    var intervals = try (0..<2).map(lossless)
    intervals[0].terminalWrites.append(
      TerminalWriteCount(
        process: 0, terminal: 0, direction: .input, bytes: 99, writes: 1, failed: 0))
    intervals[0].inspections = [
      TerminalInspection(process: 0, terminal: 0, figures: .clears(2), markedFrames: [:])
    ]
    // The frame that was open at the end of the first interval is over in the second.
    intervals[1].terminalWrites = []
    intervals[1].frames = [
      FrameCount(process: 0, terminal: 0, bytes: 10, frames: 2),
      FrameCount(process: 0, terminal: 0, bytes: 12, frames: 1),
    ]
    var written = Timeline.Output(
      interval: 0, process: 0, terminal: 0, bytes: 10, writes: 2, failed: 1)
    written.clears = 2
    var drawn = Timeline.Output(
      interval: 1, process: 0, terminal: 0, bytes: 0, writes: 0, failed: 0)
    drawn.frames = 3
    #expect(try record(intervals).outputs == [written, drawn])
  }

  @Test func aProgramsOwnMarksAreItsFrames() throws {
    var intervals = try (0..<2).map(lossless)
    for number in intervals.indices {
      intervals[number].frames = [FrameCount(process: 0, terminal: 0, bytes: 10, frames: 40)]
    }
    intervals[1].inspections = [
      TerminalInspection(
        process: 0, terminal: 0, figures: .clears(0), markedFrames: [10: 3, 12: 2])
    ]
    #expect(try record(intervals).outputs.map(\.frames) == [0, 5])
  }

  @Test func inputMarksAndTheTargetComeBack() throws {
    var intervals = try (0..<2).map(lossless)
    intervals[1].inputs = [TerminalInputCount(terminal: 0, lastTime: 1_160, writes: 2, bytes: 9)]
    intervals[1].resizes = [ResizeCount(process: 0, lastTime: 1_170, count: 3)]
    intervals[1].terminalWrites[0].isRaw = true
    let writer = try RecordingWriter(example: path)
    for interval in intervals { writer.append(interval) }
    let key = ProcessKey(processID: 42, startTime: 900)
    writer.note(target: key, end: nil)
    writer.append(Timeline.Mark(time: 1_170, name: "later"))
    writer.append(Timeline.Mark(time: 1_165, name: "é\u{1b}"))
    writer.drain()
    #expect(try Timeline(reading: path).targetEnd == nil)
    writer.note(target: key, end: 1_180)
    try writer.finish(end: 5_000)
    let timeline = try Timeline(reading: path)
    #expect(timeline.target == 0)
    #expect(timeline.targetEnd == 1_180)
    #expect(timeline.marks.map(\.time) == [1_165, 1_170])
    #expect(timeline.marks.map(\.name) == ["é\u{1b}", "later"])
    #expect(timeline.inputs == [Timeline.Input(interval: 1, terminal: 0, lastTime: 1_160)])
    #expect(timeline.resizes == [Timeline.Resize(interval: 1, process: 0, lastTime: 1_170)])
    #expect(timeline.outputs.map(\.isRaw) == [false, true])
  }

  @Test func aPassTellsDescriptorsMastersAndTheirLimit() throws {
    var interval = try lossless(0)
    let use = PseudoterminalUse(used: 20, limit: 4_096, reserve: 1_024)
    interval.descriptors.passes = [
      DescriptorPassRow(
        number: 0, time: 1_050, duration: 7, cpuTime: 6, descriptors: 1, tables: 1,
        pseudoterminals: use)
    ]
    interval.descriptors.changes = [
      DescriptorChange(pass: 0, process: 0, descriptorClass: .ptyMaster, count: 9)
    ]
    let key = ProcessKey(processID: 42, startTime: 900)
    let master = PTYMaster(
      instance: 7, index: 3, slave: .closed, madeTime: 1_010, opener: key, openerIsSeen: true,
      holders: [key: 1])
    interval.descriptors.masters = [(0, master)]
    interval.processes[0].process.descriptors = DescriptorUse()
    let timeline = try record([interval])
    #expect(
      timeline.descriptors == [
        Timeline.Descriptors(time: 1_050, process: 0, kind: "ptyMaster", count: 9)
      ])
    #expect(timeline.masters == [master])
    #expect(timeline.pseudoterminals == use)
    #expect(timeline.processes[0]?.descriptors?.last[.ptyMaster] == 9)
  }

  @Test func anIntervalWithLossIsIncompleteAndNoOther() throws {
    var intervals = try (0..<4).map(lossless)
    intervals[1].loss.kinds = [
      "lookup": .init(observed: 2, delivered: 1, dropped: ["ringFull": 1])
    ]
    intervals[3].loss.notes = ["compatCalls": 1]
    // A path without text is a lookup all the same.
    intervals[2].loss.notes = ["pathTruncated": 5, "lookupCountsMissed": 1]
    let timeline = try record(intervals)
    #expect(timeline.intervals.map(\.isIncomplete) == [false, true, false, true])
    #expect(!timeline.isIncomplete)
  }

  @Test func aGapMakesEveryIntervalIncompleteThatItTouches() throws {
    var intervals = try (0..<4).map(lossless)
    intervals[3].gaps = [(0, Loss.Gap(start: 1_150, end: 1_250, dropped: 1))]
    #expect(
      try record(intervals).intervals.map(\.isIncomplete) == [false, true, true, false])
  }

  @Test func aProcessThatWasNotFollowedLeavesEverythingOpen() throws {
    var interval = try lossless(0)
    interval.loss.notes = ["tasksMissed": 1]
    #expect(try record([interval]).isIncomplete)
  }
}

extension InspectedFigures {
  fileprivate static func clears(_ count: UInt64) -> InspectedFigures {
    var figures = InspectedFigures()
    figures.bytes = 100
    figures.fullClears = count
    return figures
  }
}
