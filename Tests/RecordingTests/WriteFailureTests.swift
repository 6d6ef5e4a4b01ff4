// SPDX-License-Identifier: Apache-2.0

import Attribution
import Foundation
import Recording
import Testing

@Suite struct WriteFailureTests {
  @Test func aDiskThatRefusesKeepsWhatWasWritten() async throws {
    let scratch = try Scratch()
    let path = scratch.file("a.spoor")
    await #expect(processExitsWith: .success) { [path = path as String] in
      let writer = try RecordingWriter(example: path)
      for number in 0..<3 { writer.append(try .example(number)) }
      writer.drain()
      #expect(writer.failure == nil)
      // A limit on the size of files stands in for the disk's.
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 200_000, rlim_max: 200_000)
      #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      var number = 3
      while writer.failure == nil, number < 10_000 {
        writer.append(try .example(number))
        writer.drain()
        number += 1
      }
      let failure = try #require(writer.failure).description
      #expect(failure.hasPrefix("cannot write \(path): the disk refused it ("))
      #expect(
        failure.hasSuffix(
          "; what was recorded before that stays readable: check the disk, its quota and ulimit -f")
      )
      writer.append(try .example(number))
      #expect(message { try writer.finish(end: 5_000) } == failure)
    }
    let run = try RecordedRun(reading: path)
    #expect(run.lookups.count >= 3)
    #expect(run.loss.observed == UInt64(run.lookups.count * 5))
    #expect(!run.isFinished)
  }

  @Test(.enabled(if: mayMount, "a small disk takes CAP_SYS_ADMIN"))
  func aFullDiskKeepsWhatWasWritten() throws {
    let scratch = try Scratch()
    try #require(mount("tmpfs", scratch.path, "tmpfs", 0, "size=512k") == 0)
    defer { umount2(scratch.path, Int32(MNT_DETACH)) }
    let path = scratch.file("a.spoor")
    let writer = try RecordingWriter(example: path)
    var number = 0
    while writer.failure == nil, number < 10_000 {
      writer.append(try .example(number))
      writer.drain()
      number += 1
    }
    #expect(
      message { try writer.finish(end: 5_000) }
        == "cannot write \(path): the disk is full; what was recorded before that stays"
        + " readable: free some space, or use -o to write to another disk")
    #expect(try RecordedRun(reading: path).lookups.count == number - 1)
  }

  @Test(.enabled(if: mayMount, "a small disk takes CAP_SYS_ADMIN"))
  func aFullDiskGetsNoHalfRecording() throws {
    let scratch = try Scratch()
    try #require(mount("tmpfs", scratch.path, "tmpfs", 0, "size=16k") == 0)
    defer { umount2(scratch.path, Int32(MNT_DETACH)) }
    let path = scratch.file("a.spoor")
    #expect(
      message { _ = try RecordingWriter(example: path) }
        == "cannot create \(path): database or disk is full;"
        + " free some space, or use -o to choose another directory")
    #expect(try scratch.names.isEmpty)
  }

  @Test func anErrorDoesNotStopTheCaller() throws {
    let scratch = try Scratch()
    let writer = try RecordingWriter(example: scratch.file("a.spoor"))
    writer.append(try .example(0))
    // Its number is taken.
    for _ in 0..<200 { writer.append(try .example(0)) }
    writer.append(try .example(1))
    let thrown = message { try writer.finish(end: 5_000) }
    #expect(thrown?.hasPrefix("cannot write \(writer.path): UNIQUE constraint failed") == true)
    #expect(try RecordedRun(reading: writer.path).lookups.count == 1)
  }
}
