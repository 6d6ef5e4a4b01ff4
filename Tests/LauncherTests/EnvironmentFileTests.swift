// SPDX-License-Identifier: Apache-2.0

import Glibc
import Launcher
import Testing

@Suite(.enabled(if: geteuid() == 0, "needs root")) struct EnvironmentFileTests {
  private static let user: UInt32 = 65534
  private let scratch: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
  }

  private func take(_ path: String) throws -> TargetEnvironment {
    try EnvironmentFile.take(path: Array(path.utf8), userID: Self.user, groupID: Self.user)
  }

  @Test func theUsersFileIsReadAndGone() throws {
    let path = try scratch.file("environment", "A=1\0PATH=/x:/y\0E=\0", owner: Self.user)
    #expect(try take(path).entries == ["A=1", "PATH=/x:/y", "E="].map { Array($0.utf8) })
    #expect(access(path, F_OK) != 0)
    #expect(geteuid() == 0)
  }

  @Test(arguments: [0o644, 0o660, 0o400, 0o4600] as [mode_t])
  func anotherModeIsRefused(mode: mode_t) throws {
    try expectRefusal(of: try scratch.file("environment", "A=1\0", mode: mode, owner: Self.user))
  }

  @Test func anotherUsersFileIsRefused() throws {
    try expectRefusal(of: try scratch.file("environment", "A=1\0"))
    try expectRefusal(of: try scratch.file("other", "A=1\0", owner: 54321))
  }

  @Test func aLinkIsRefused() throws {
    let target = try scratch.file("environment", "A=1\0", owner: Self.user)
    let soft = scratch.path + "/soft"
    #expect(symlink(target, soft) == 0)
    try expectRefusal(of: soft)
    #expect(link(target, scratch.path + "/hard") == 0)
    try expectRefusal(of: target)
  }

  @Test func whatIsNoFileIsRefusedWithoutWaiting() throws {
    let pipe = scratch.path + "/fifo"
    #expect(mkfifo(pipe, 0o600) == 0 && chown(pipe, Self.user, Self.user) == 0)
    try expectRefusal(of: pipe)
    #expect(throws: LaunchError.self) { try take(scratch.path) }
    #expect(throws: LaunchError.self) { try take(scratch.path + "/missing") }
  }

  private func expectRefusal(of path: String) throws {
    let error = #expect(throws: LaunchError.self) { try take(path) }
    #expect(error?.code == .environment)
    #expect(access(path, F_OK) == 0)
  }
}
