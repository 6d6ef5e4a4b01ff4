// SPDX-License-Identifier: Apache-2.0

import Foundation
import Recording
import Testing

@Suite struct CreationTests {
  let scratch: Scratch
  let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.file("a.spoor")
  }

  private func refusal(force: Bool = false) -> String? {
    message { _ = try RecordingWriter(example: path, force: force) }
  }

  @Test func aLaxUmaskOpensNoRecording() async throws {
    await #expect(processExitsWith: .success) { [path = path as String] in
      umask(0)
      let writer = try RecordingWriter(example: path)
      writer.append(try .example(0))
      writer.drain()
      for suffix in ["", "-wal", "-shm"] {
        #expect(try status(path + suffix).st_mode & 0o7777 == 0o600)
      }
      try writer.finish(end: 5_000)
      #expect(try status(path).st_mode & 0o7777 == 0o600)
    }
  }

  @Test func aStrictUmaskClosesNoRecording() async throws {
    await #expect(processExitsWith: .success) { [path = path as String] in
      umask(0o777)
      let writer = try RecordingWriter(example: path)
      try writer.finish(end: 5_000)
      #expect(try status(path).st_mode & 0o7777 == 0o600)
    }
  }

  @Test func anExistingFileIsKept() throws {
    try scratch.write([1, 2, 3], to: "a.spoor")
    #expect(
      refusal()
        == "cannot create \(path): it exists already;"
        + " use --force to overwrite it or -o to choose another name")
    #expect(try status(path).st_size == 3)
  }

  @Test func forceReplacesAnExistingFile() throws {
    try scratch.write([1, 2, 3], to: "a.spoor")
    try scratch.write([4], to: "a.spoor-wal")
    try scratch.write([5], to: "a.spoor-shm")
    try RecordingWriter(example: path, force: true).finish(end: 5_000)
    #expect(try RecordedRun(reading: path).isFinished)
    #expect(try scratch.names == ["a.spoor"])
  }

  @Test func aDiscardedReplacementGivesTheOldFileBack() throws {
    try scratch.write([1, 2, 3], to: "a.spoor")
    try scratch.write([4], to: "a.spoor-wal")
    try RecordingWriter(example: path, force: true).discard()
    #expect(try status(path).st_size == 3)
    #expect(try scratch.names == ["a.spoor", "a.spoor-wal"])
  }

  @Test func forceDoesNotWriteThroughAHardLink() throws {
    try scratch.write([1, 2, 3], to: "precious")
    #expect(link(scratch.file("precious"), path) == 0)
    try RecordingWriter(example: path, force: true).finish(end: 5_000)
    #expect(try status(scratch.file("precious")).st_size == 3)
  }

  @Test func aStaleJournalIsNotTakenForTheRecordings() throws {
    try scratch.write([4], to: "a.spoor-wal")
    #expect(
      refusal()
        == "cannot create \(path): \(path)-wal exists already;"
        + " use --force to overwrite it or -o to choose another name")
    #expect(try scratch.names == ["a.spoor-wal"])
  }

  @Test(arguments: [false, true])
  func aSymbolicLinkIsNotFollowed(force: Bool) throws {
    #expect(symlink(scratch.file("target"), path) == 0)
    #expect(
      refusal(force: force)
        == "cannot create \(path): it is a symbolic link; use -o to choose another name")
    #expect(try scratch.names == ["a.spoor"])
  }

  @Test(arguments: [false, true])
  func aNamedPipeIsNotOpened(force: Bool) throws {
    #expect(mkfifo(path, 0o666) == 0)
    #expect(
      refusal(force: force)
        == "cannot create \(path): it is a named pipe; use -o to choose another name")
  }

  @Test(arguments: [false, true])
  func aDirectoryIsNotReplaced(force: Bool) throws {
    #expect(mkdir(path, 0o777) == 0)
    #expect(
      refusal(force: force)
        == "cannot create \(path): it is a directory; use -o to choose another name")
  }

  @Test func aPlantedJournalIsRefused() throws {
    #expect(symlink(scratch.file("target"), path + "-wal") == 0)
    #expect(
      refusal(force: true)
        == "cannot create \(path): \(path)-wal is a symbolic link;"
        + " use -o to choose another name")
  }

  @Test func whatIsRefusedLeavesTheOldFileInItsPlace() throws {
    try scratch.write([1, 2, 3], to: "a.spoor")
    #expect(mkdir(path + "-wal", 0o777) == 0)
    #expect(
      refusal(force: true)
        == "cannot create \(path): \(path)-wal is a directory; use -o to choose another name")
    #expect(try scratch.names == ["a.spoor", "a.spoor-wal"])
    #expect(try status(path).st_size == 3)
  }

  @Test func aMissingDirectoryIsNamed() throws {
    let path = scratch.file("no/a.spoor")
    #expect(
      message { _ = try RecordingWriter(example: path) }
        == "cannot create \(path): No such file or directory;"
        + " create its directory first or use -o to choose another one")
  }

  @Test(.enabled(if: mayMount, "a disk of its own takes CAP_SYS_ADMIN"))
  func aReadOnlyDiskIsNamed() throws {
    try #require(mount("tmpfs", scratch.path, "tmpfs", UInt(MS_RDONLY), "size=64k") == 0)
    defer { umount2(scratch.path, Int32(MNT_DETACH)) }
    #expect(
      refusal()
        == "cannot create \(path): Read-only file system;"
        + " use -o to choose a directory that you may write to")
  }

  @Test(arguments: ["-wal", "-shm", "-journal"])
  func aNamedPipeInAJournalsPlaceIsRefused(_ suffix: String) throws {
    #expect(mkfifo(path + suffix, 0o666) == 0)
    #expect(
      refusal(force: true)
        == "cannot create \(path): \(path)\(suffix) is a named pipe;"
        + " use -o to choose another name")
  }

  @Test func aRecordingNeedsAName() {
    #expect(
      message { _ = try RecordingWriter(example: "") }
        == "cannot create a recording without a name; use -o to give one")
  }

  @Test func forceSparesARecordingUnderWay() async throws {
    let writer = try RecordingWriter(example: path)
    await #expect(processExitsWith: .success) {
      [path = path as String, recorder = getpid() as pid_t] in
      #expect(
        message { _ = try RecordingWriter(example: path, force: true) }
          == "cannot replace \(path): process \(recorder) has it open;"
          + " end that first or use -o to choose another name")
    }
    writer.append(try .example(0))
    try writer.finish(end: 5_000)
    #expect(try RecordedRun(reading: path).lookups.count == 1)
  }
}
