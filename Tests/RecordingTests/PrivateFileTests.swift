// SPDX-License-Identifier: Apache-2.0

import Foundation
import Recording
import Testing

/// What is written beside recordings: reports in files.
@Suite struct PrivateFileTests {
  let scratch: Scratch
  let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.file("junit.xml")
  }

  private func write(_ text: String = "new", owner: FileOwner = .current) -> String? {
    message {
      try PrivateFile.write(text.utf8, to: path, owner: owner, remedy: "give another")
    }
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: scratch.file(name), encoding: .utf8)
  }

  @Test(arguments: [0, 0o777] as [mode_t])
  func noUmaskChangesWhoMayReadIt(_ mask: mode_t) async throws {
    await #expect(processExitsWith: .success) { [path = path as String, mask = mask as mode_t] in
      umask(mask)
      try PrivateFile.write("new".utf8, to: path, remedy: "")
      #expect(try status(path).st_mode & 0o7777 == 0o600)
    }
    #expect(try scratch.names == ["junit.xml"])
  }

  @Test func aFileOfThatNameIsReplacedWithItsMode() throws {
    try scratch.write("much longer than that".utf8, to: "junit.xml")
    chmod(path, 0o666)
    #expect(write() == nil)
    #expect(try text("junit.xml") == "new")
    #expect(try status(path).st_mode & 0o7777 == 0o600)
  }

  @Test func aHardLinkIsNotWrittenThrough() throws {
    try scratch.write("precious".utf8, to: "other")
    #expect(link(scratch.file("other"), path) == 0)
    #expect(write() == nil)
    #expect(try text("other") == "precious")
  }

  @Test func aSymbolicLinkIsRefused() throws {
    try scratch.write("precious".utf8, to: "other")
    #expect(symlink(scratch.file("other"), path) == 0)
    #expect(write() == "cannot write \(path): it is a symbolic link; give another")
    #expect(try text("other") == "precious")
  }

  @Test func aNamedPipeIsNotWaitedFor() throws {
    #expect(mkfifo(path, 0o666) == 0)
    #expect(write() == "cannot write \(path): it is a named pipe; give another")
  }

  @Test func aDirectoryAndADeviceAreRefused() throws {
    for (name, kind) in [(scratch.path, "a directory"), ("/dev/null", "a device")] {
      #expect(
        message { try PrivateFile.write([], to: name, remedy: "give another") }
          == "cannot write \(name): it is \(kind); give another")
    }
  }

  @Test(.enabled(if: mayMount, "a small disk takes CAP_SYS_ADMIN"))
  func aFullDiskLeavesWhatWasThere() throws {
    try #require(mount("tmpfs", scratch.path, "tmpfs", 0, "size=64k") == 0)
    defer { umount2(scratch.path, Int32(MNT_DETACH)) }
    try scratch.write("old".utf8, to: "junit.xml")
    #expect(
      write(String(repeating: "x", count: 100_000))
        == "cannot write \(path): No space left on device; give another")
    #expect(try text("junit.xml") == "old")
    #expect(try scratch.names == ["junit.xml"])
  }

  @Test(.enabled(if: isRoot, "only root writes for others"))
  func rootWritesItAsItsOwnerAndNowhereElse() throws {
    #expect(write(owner: somebody) == "cannot write \(path): Permission denied; give another")
    chown(scratch.path, somebody.userID, somebody.groupID)
    #expect(write(owner: somebody) == nil)
    #expect(try status(path).st_uid == somebody.userID)
  }
}
