// SPDX-License-Identifier: Apache-2.0

import Foundation
import Recording
import Testing

@Suite(.enabled(if: isRoot, "only root writes for others")) struct OwnerTests {
  let scratch: Scratch
  let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.file("a.spoor")
  }

  @Test func theRecordingBelongsToItsOwner() throws {
    chown(scratch.path, somebody.userID, somebody.groupID)
    let writer = try RecordingWriter(example: path, owner: somebody)
    writer.append(try .example(0))
    writer.drain()
    for suffix in ["", "-wal", "-shm"] {
      let status = try status(path + suffix)
      #expect(status.st_uid == somebody.userID && status.st_gid == somebody.groupID)
      #expect(status.st_mode & 0o7777 == 0o600)
    }
    try writer.finish(end: 5_000)
    #expect(try status(path).st_uid == somebody.userID)
    #expect(try scratch.names == ["a.spoor"])
    #expect(try somebody.perform { try RecordedRun(reading: path) }.lookups.count == 1)
  }

  @Test func rootWritesNowhereThatTheOwnerCouldNot() throws {
    #expect(
      message { _ = try RecordingWriter(example: path, owner: somebody) }
        == "cannot create \(path): Permission denied;"
        + " use -o to choose a directory that you may write to")
    #expect(try scratch.names.isEmpty)
  }

  @Test func rootsGroupsAreNotTheOwners() throws {
    chmod(scratch.path, 0o770)
    let refused = message { _ = try RecordingWriter(example: path, owner: somebody) }
    #expect(refused?.contains("Permission denied") == true)
  }

  @Test func theOwnersFurtherGroupsCount() throws {
    chown(scratch.path, 0, 54_323)
    chmod(scratch.path, 0o770)
    var owner = somebody
    owner.supplementaryGroupIDs = [54_323]
    try RecordingWriter(example: path, owner: owner).finish(end: 5_000)
    #expect(try status(path).st_uid == somebody.userID)
  }

  @Test func forceReplacesNothingThatTheOwnerCouldNot() throws {
    try scratch.write([1], to: "a.spoor")
    #expect(
      message { _ = try RecordingWriter(example: path, owner: somebody, force: true) }
        == "cannot replace \(path): Permission denied;"
        + " remove it yourself or use -o to choose another name")
    #expect(try status(path).st_size == 1)
  }

  @Test func rootIsItselfAgainAfterwards() throws {
    chown(scratch.path, somebody.userID, somebody.groupID)
    try RecordingWriter(example: path, owner: somebody).discard()
    try scratch.write([1], to: "roots")
    let made = try status(scratch.file("roots"))
    #expect(made.st_uid == 0 && made.st_gid == getegid())
    #expect(try scratch.names == ["roots"])
  }

  @Test func aRecorderMayGiveUpRootForGood() async throws {
    chown(scratch.path, somebody.userID, somebody.groupID)
    await #expect(processExitsWith: .success) { [path = path as String] in
      let writer = try RecordingWriter(example: path, owner: somebody)
      writer.append(try .example(0))
      #expect(setgroups(0, nil) == 0)
      #expect(setgid(somebody.groupID) == 0)
      #expect(setuid(somebody.userID) == 0)
      for number in 1..<20 { writer.append(try .example(number)) }
      try writer.finish(end: 5_000)
    }
    #expect(try RecordedRun(reading: path).lookups.count == 20)
    #expect(try scratch.names == ["a.spoor"])
  }
}
