// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Foundation
import Recording
import Testing

@Suite struct RoundTripTests {
  let scratch: Scratch
  let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.file("a.spoor")
  }

  private func record(_ intervals: [Interval], end: UInt64 = 5_000) throws -> RecordedRun {
    let writer = try RecordingWriter(example: path)
    for interval in intervals { writer.append(interval) }
    try writer.finish(end: end, unseen: ["The clock of pid 7 is not seen."])
    return try RecordedRun(reading: path)
  }

  @Test func theHeaderComesBack() throws {
    let run = try record([])
    #expect(run.header.started == RecordingHeader.example.started)
    #expect(run.header.startTime == 1_000)
    #expect(run.header.kernel == "6.18.0")
    #expect(run.header.command == RecordingHeader.example.command)
    #expect(run.header.spoorVersion == "1.2.3")
    #expect(run.header.options == ["--interval", "1", "-o", "a b"])
    #expect(run.header.intervalLength == 1_000_000_000)
    #expect(run.header.unseen == ["io_uring is not seen.", "The clock of pid 7 is not seen."])
    #expect(run.duration == 4_000)
    #expect(run.isFinished)
    #expect(run.processes.isEmpty && run.lookups.isEmpty && run.terminals.isEmpty)
  }

  @Test func lookupsAreSummedOverTheIntervals() throws {
    var intervals = try (0..<3).map(Interval.example)
    // Path 0 again, in the last interval.
    intervals[2].lookups.append(
      LookupCount(
        process: 0, path: 0, operation: try .named("openat"), errno: 13, count: 40))
    let run = try record(intervals)
    #expect(
      run.lookups.map { String(decoding: $0.path, as: UTF8.self) }
        == ["/path/0", "/path/1", "/path/2"])
    #expect(run.lookups.map(\.count) == [42, 3, 4])
    #expect(run.lookups.map(\.failed) == [41, 1, 1])
    #expect(run.lookups[0].byErrno == [2: 1, 13: 40])
    #expect(run.lookups.allSatisfy { $0.process == ProcessKey(processID: 42, startTime: 900) })
    #expect(run.lookups.allSatisfy { $0.operation == "openat" })
  }

  @Test func oneOperationIsNotAnother() throws {
    var interval = try Interval.example(0)
    interval.lookups = try Operation.all.map {
      LookupCount(
        process: 0, path: 0, operation: try .named($0.name), errno: 0,
        count: UInt64($0.rawValue))
    }
    let run = try record([interval])
    #expect(run.lookups.map(\.operation) == Operation.all.map(\.name))
    #expect(run.lookups.map(\.count) == Operation.all.map { UInt64($0.rawValue) })
  }

  @Test func aProcessToldOfAfterItsEndStaysOne() throws {
    var intervals = try (0..<3).map(Interval.example)
    // The ledger had forgotten it, and gave it another number.
    var late = TracedProcess(key: ProcessKey(processID: 42, startTime: 900))
    late.lookups = 5
    late.lookupsByOperation = ["openat": 5]
    intervals[2].processes.append((7, late))
    intervals[2].lookups = [
      LookupCount(process: 7, path: 0, operation: try .named("openat"), errno: 0, count: 5)
    ]
    let run = try record(intervals)
    #expect(run.processes.map(\.executable) == [Array("/usr/bin/git".utf8)])
    #expect(run.processes.map(\.lookups) == [3 + 5])
    #expect(run.processes.map(\.lookupsByOperation) == [["openat": 3 + 5]])
    #expect(run.lookups.map(\.path) == ["/path/0", "/path/1"].map { Array($0.utf8) })
    #expect(run.lookups.map(\.count) == [2 + 5, 3])
    #expect(run.lookups.map(\.intervals) == [2, 1])
    let timeline = try Timeline(reading: path)
    #expect(timeline.processes.mapValues(\.lookups) == [0: 3 + 5])
    #expect(timeline.lookups.map(\.process) == [0, 0, 0])
  }

  @Test func aRowGivenTwiceInAnIntervalIsAdded() throws {
    var interval = try Interval.example(0)
    interval.lookups += interval.lookups
    interval.terminalWrites += interval.terminalWrites
    interval.frames = [FrameCount(process: 0, terminal: 0, bytes: 10, frames: 2)]
    interval.frames += interval.frames
    interval.inputs = [TerminalInputCount(terminal: 0, lastTime: 1_020, writes: 1, bytes: 3)]
    interval.inputs.append(TerminalInputCount(terminal: 0, lastTime: 1_050, writes: 1, bytes: 3))
    interval.resizes = [ResizeCount(process: 0, lastTime: 1_020, count: 1)]
    interval.resizes.append(ResizeCount(process: 0, lastTime: 1_050, count: 1))
    var figures = InspectedFigures()
    figures.fullClears = 2
    interval.inspections = [
      TerminalInspection(process: 0, terminal: 0, figures: figures, markedFrames: [10: 4])
    ]
    interval.inspections += interval.inspections
    let run = try record([interval])
    #expect(run.lookups.map(\.count) == [4])
    #expect(run.terminals.map(\.bytes) == [20])
    #expect(run.terminals[0].inspected?.fullClears == 4)
    #expect(run.terminals[0].frames.count == 8)
    let timeline = try Timeline(reading: path)
    #expect(timeline.inputs.map(\.lastTime) == [1_050])
    #expect(timeline.resizes.map(\.lastTime) == [1_050])
  }

  @Test func terminalWritesKeepTheirSides() throws {
    var intervals = try (0..<2).map(Interval.example)
    intervals[1].terminalWrites.append(
      TerminalWriteCount(
        process: 0, terminal: 0, direction: .input, bytes: 3, writes: 3, failed: 0))
    let run = try record(intervals)
    #expect(run.terminals.map(\.direction) == [.output, .input])
    #expect(run.terminals.map(\.bytes) == [20, 3])
    #expect(run.terminals.map(\.writes) == [4, 3])
    #expect(run.terminals.map(\.failed) == [2, 0])
    #expect(run.terminals[0].terminal == Terminal(instance: 7, major: 136, minor: 3))
  }

  @Test func lossIsSummedOverTheIntervals() throws {
    let run = try record(try (0..<3).map(Interval.example))
    #expect(
      run.loss
        == Loss(
          kinds: [
            "lookup": .init(observed: 12, delivered: 9, dropped: ["ringFull": 3]),
            "exec": .init(observed: 3, delivered: 3),
          ], notes: ["pathTruncated": 6]))
    #expect(run.loss.observed == 15)
    #expect(run.loss.droppedTotal == 3)
  }

  @Test func aGapIsToldAsItWasAtLast() throws {
    let intervals = try (0..<3).map(Interval.example)
    let run = try record(intervals)
    #expect(run.gaps == [Loss.Gap(start: 1_000, end: intervals[2].end, dropped: 3)])
  }

  @Test func pathsKeepWhatTheKernelMadeOfThem() throws {
    var interval = try Interval.example(0)
    let paths = [
      LookedUpPath(given: [0x61], absolute: [0x2f, 0x61], resolution: .resolved, opened: [0x2f]),
      LookedUpPath(given: [0x61], absolute: [0x2f, 0x61], resolution: .resolved),
      LookedUpPath(given: [], absolute: nil, resolution: .unresolved, opened: []),
      LookedUpPath(given: [0xff], absolute: nil, resolution: .truncated),
    ]
    interval.newPaths = PathList(paths)
    let openat = try Operation.named("openat")
    interval.lookups = paths.indices.map {
      LookupCount(process: 0, path: PathIndex($0), operation: openat, errno: 0, count: 1)
    }
    let run = try record([interval])
    #expect(
      run.lookups.map {
        LookedUpPath(
          given: $0.path, absolute: $0.absolute, resolution: $0.resolution, opened: $0.opened)
      } == paths)
  }

  @Test func anIntervalMayComeInParts() throws {
    let writer = try RecordingWriter(example: path)
    for number in 0...1 {
      var interval = try Interval.example(number)
      var part = Interval(number: number, start: interval.start, end: interval.end - 50)
      (part.firstNewPath, part.newPaths) = (interval.firstNewPath, interval.newPaths)
      (part.lookups, part.processes) = (interval.lookups, interval.processes)
      writer.append(part: part)
      writer.drain()
      // What there is can be read at any time.
      let now = try RecordedRun(reading: path)
      #expect(now.lookups.count == number + 1)
      #expect(
        try query(path, "SELECT max(end_ns) FROM interval") == ["\(interval.end - 50)"])
      interval.firstNewPath += PathIndex(interval.newPaths.count)
      interval.newPaths = []
      writer.append(interval)
    }
    try writer.finish(end: 5_000)
    let run = try RecordedRun(reading: path)
    // All of them twice.
    #expect(run.lookups.map(\.count) == [4, 6])
    #expect(run.lookups.map { $0.opened } == [Array("/own/0".utf8), Array("/own/1".utf8)])
    #expect(try query(path, "SELECT end_ns - start_ns FROM interval") == ["100", "100"])
  }

  @Test func pathsNeedBeNoText() throws {
    let bytes: [[UInt8]] = [
      [0xff, 0xfe, 0x2f], [], [0x61, 0x00, 0x62], [0x1b, 0x5b, 0x32, 0x4a],
    ]
    var interval = try Interval.example(0)
    interval.newPaths = PathList(bytes.map { LookedUpPath(given: $0) })
    interval.lookups = try bytes.indices.map {
      LookupCount(
        process: 0, path: PathIndex($0), operation: try .named("stat"), errno: 2, count: 1)
    }
    interval.processes[0].process.executable = bytes[0]
    interval.processes[0].process.comm = []
    let run = try record([interval])
    #expect(run.lookups.map(\.path) == bytes)
    #expect(run.processes.map(\.executable) == [bytes[0]])
    #expect(run.processes.map(\.comm) == [[]])
  }

  @Test func countsBeyondSQLiteBecomeTheLargest() throws {
    var interval = try Interval.example(0)
    interval.lookups = [
      LookupCount(process: 0, path: 0, operation: try .named("stat"), errno: 0, count: .max)
    ]
    #expect(try record([interval]).lookups.map(\.count) == [UInt64(Int64.max)])
  }
}
