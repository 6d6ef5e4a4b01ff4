// SPDX-License-Identifier: Apache-2.0

import Attribution
import Foundation
import Recording
import Testing

@Suite struct EndingTests {
  let scratch: Scratch
  let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.file("a.spoor")
  }

  @Test func aFinishedRecordingIsOneFile() throws {
    let writer = try RecordingWriter(example: path)
    writer.append(try .example(0))
    try writer.finish(end: 5_000)
    #expect(try scratch.names == ["a.spoor"])
    #expect(try query(path, "PRAGMA journal_mode") == ["delete"])
  }

  @Test func aRecordingCanBeReadWhileItIsWritten() throws {
    let writer = try RecordingWriter(example: path)
    #expect(try RecordedRun(reading: path).duration == 0)
    for number in 0..<3 {
      writer.append(try .example(number))
      writer.drain()
      let run = try RecordedRun(reading: path)
      #expect(run.lookups.count == number + 1)
      #expect(run.duration == UInt64(100 * (number + 1)))
      #expect(!run.isFinished)
    }
    try writer.finish(end: 5_000)
    #expect(try RecordedRun(reading: path).isFinished)
  }

  @Test func aKilledRecorderLeavesAReadableFile() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let writer = try RecordingWriter(example: path)
      for number in 0..<20 { writer.append(try .example(number)) }
      writer.drain()
      kill(getpid(), SIGKILL)
    }
    let run = try RecordedRun(reading: path)
    #expect(run.lookups.map(\.count) == (0..<20).map { UInt64($0 + 2) })
    #expect(run.loss.observed == 100)
    #expect(run.duration == 2_000)
    #expect(!run.isFinished)
  }

  @Test func aRecorderKilledAtItsWorkLeavesWholeIntervals() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let writer = try RecordingWriter(example: path)
      for number in 0..<2_000 { writer.append(try .example(number)) }
      kill(getpid(), SIGKILL)
    }
    let run = try RecordedRun(reading: path)
    // At most 64 were waiting, and one was under way.
    #expect((2_000 - 65...2_000).contains(run.lookups.count))
    #expect(run.lookups.map(\.count) == run.lookups.indices.map { UInt64($0 + 2) })
    #expect(run.loss.observed == UInt64(run.lookups.count * 5))
    #expect(run.processes.map(\.lookups) == [UInt64(run.lookups.count)])
  }

  @Test func aFileThatLostItsJournalStillTellsWhatItIs() throws {
    let writer = try RecordingWriter(example: path)
    writer.append(try .example(0))
    writer.drain()
    let copy = scratch.file("copy.spoor")
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    let run = try RecordedRun(reading: copy)
    #expect(run.header.command == RecordingHeader.example.command)
    #expect(run.lookups.isEmpty && !run.isFinished)
    try writer.discard()
  }

  @Test func aDiscardedRecordingLeavesNothing() throws {
    let writer = try RecordingWriter(example: path)
    for number in 0..<3 { writer.append(try .example(number)) }
    try writer.discard()
    writer.append(try .example(3))
    #expect(try scratch.names.isEmpty)
  }

  @Test func discardingSparesAFileThatTookTheName() throws {
    let writer = try RecordingWriter(example: path)
    #expect(unlink(path) == 0)
    try scratch.write(Array("mine".utf8), to: "a.spoor")
    try writer.discard()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
  }

  @Test func finishingWaitsForWhatWasAppended() throws {
    let writer = try RecordingWriter(example: path)
    for number in 0..<200 { writer.append(try .example(number)) }
    try writer.finish(end: 50_000)
    #expect(try RecordedRun(reading: path).lookups.count == 200)
  }

  @Test func aReaderDoesNotKeepARecordingFromItsEnd() throws {
    let writer = try RecordingWriter(example: path)
    writer.append(try .example(0))
    writer.drain()
    let reader = try HeldReader(path)
    try writer.finish(end: 5_000)
    #expect(try RecordedRun(reading: path).isFinished)
    withExtendedLifetime(reader) {}
  }
}
