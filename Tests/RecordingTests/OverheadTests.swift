// SPDX-License-Identifier: Apache-2.0

import Attribution
import Foundation
import GRDB
import Recording
import Testing

/// What spoor itself took, over a recording.
@Suite struct OverheadTests {
  let scratch: Scratch
  let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.file("a.spoor")
  }

  private func program(_ name: String, runs: UInt64?, misses: UInt64 = 0) -> Overhead.Program {
    Overhead.Program(
      name: name, runs: runs, runTime: runs.map { $0 * 100 }, recursionMisses: misses,
      verifiedInstructions: 7)
  }

  private func record(_ parts: [Overhead?]) throws -> Overhead? {
    let writer = try RecordingWriter(example: path)
    for (number, overhead) in parts.enumerated() {
      var interval = try Interval.example(number)
      interval.overhead = overhead
      writer.append(interval)
    }
    try writer.finish(end: 5_000)
    return try RecordedRun(reading: path).overhead
  }

  private var parts: [Overhead] {
    [
      Overhead(
        cpuTime: 30, residentBytes: 400, peakResidentBytes: 900,
        timing: Overhead.Timing(timed: 20, untimed: 0),
        programs: [program("a", runs: 3, misses: 1), program("b", runs: 10)]),
      Overhead(
        cpuTime: 12, residentBytes: 500, peakResidentBytes: 600,
        timing: Overhead.Timing(timed: 1, untimed: 979),
        programs: [program("a", runs: 4, misses: 2), program("b", runs: 0)]),
    ]
  }

  @Test func intervalsAddUpAndThePeakIsTheHighestOfAll() throws {
    let read = try #require(try record(parts))
    #expect(
      read
        == Overhead(
          cpuTime: 42, residentBytes: 500, peakResidentBytes: 900,
          timing: Overhead.Timing(timed: 21, untimed: 979),
          programs: [program("a", runs: 7, misses: 3), program("b", runs: 10)]))
    #expect(read.runs == 17)
    #expect(read.runTime == 1_700)
    #expect(try query(path, "SELECT rss_bytes FROM overhead") == ["400", "500"])
  }

  @Test func intervalsReadAsOneAreTheSame() throws {
    var both = try Interval.example(0)
    both.overhead = parts[0]
    var next = try Interval.example(1)
    next.overhead = parts[1]
    both.merge(next)
    #expect(try both.overhead == record(parts))
    var none = try Interval.example(0)
    none.merge(next)
    #expect(none.overhead == parts[1])
  }

  @Test func whatIsUnknownOnceIsUnknownAndNotZero() throws {
    var parts = parts
    parts[1].programs[0] = program("a", runs: nil, misses: 2)
    let read = try #require(try record(parts))
    #expect(read.programs[0] == program("a", runs: nil, misses: 3))
    #expect(read.programs[1].runs == 10)
    #expect(read.runs == nil)
    #expect(read.runTime == nil)
    #expect(read.timing == nil)
  }

  @Test func aTimeWithoutTimingIsUnknownForAll() throws {
    var parts = parts
    parts[1].timing = nil
    #expect(try #require(try record(parts)).timing == nil)
    var both = try Interval.example(0)
    both.overhead = parts[0]
    var next = try Interval.example(1)
    next.overhead = parts[1]
    both.merge(next)
    #expect(try #require(both.overhead).timing == nil)
  }

  @Test func aRecordingWithoutItHasNone() throws {
    #expect(try record([nil, nil]) == nil)
  }

  @Test func aRecordingOfTheSchemaBeforeIsReadWithoutIt() throws {
    _ = try record(parts)
    try DatabaseQueue(path: path).write {
      try $0.execute(
        sql: "DROP TABLE overhead; DROP TABLE program; DROP TABLE timing; PRAGMA user_version = 4")
    }
    let run = try RecordedRun(reading: path)
    #expect(run.overhead == nil)
    #expect(run.lookups.sum { $0.count } == 5)
  }

  /// All the time, or never.
  @Test(arguments: [true, false]) func inTheSchemaBeforeProgramsWereTimedSo(_ were: Bool) throws {
    _ = try record(parts)
    try DatabaseQueue(path: path).write {
      try $0.execute(sql: "DROP TABLE timing; PRAGMA user_version = 5")
      if !were { try $0.execute(sql: "UPDATE program SET runs = NULL, run_ns = NULL") }
    }
    let run = try RecordedRun(reading: path)
    let overhead = try #require(run.overhead)
    #expect(overhead.cpuTime == 42)
    let lengths = try query(path, "SELECT sum(end_ns - start_ns) FROM interval")
    let expected = Overhead.Timing(
      timed: try #require(lengths.compactMap { $0.flatMap(UInt64.init) }.first))
    #expect(expected.timed > 0)
    #expect(overhead.timing == (were ? expected : nil))
  }
}
