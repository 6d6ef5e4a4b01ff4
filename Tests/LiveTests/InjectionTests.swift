// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Commands that type into a terminal by themselves (TIOCSTI), and which one they reach.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct InjectionTests {
  private struct Injection: Decodable {
    struct Attempt: Decodable {
      var `where`: String
      var error: String?
    }

    var pid: Int
    var session: Int
    var terminal: String
    var attempts: [Attempt]
  }

  private static let user: uid_t = 65534

  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// What the command says that it did, and spoor's terminal, which it may have reached.
  private func inject(
    _ options: [String], as user: uid_t = 0, alsoInto others: Bool = false
  ) throws -> (said: Injection, screen: TerminalScreen) {
    let screen = try TerminalScreen()
    let program = scratch.file("injection").path
    try FileManager.default.copyItem(atPath: Spoor.conformance + "/injection", toPath: program)
    // As a login does it: the terminal is the user's.
    for path in [scratch.folder.path, screen.name] { try #require(chown(path, user, user) == 0) }
    let spoor = try Running(
      ["record", "-q", "-o", "run.spoor"] + options + ["--", program, "said"]
        + (others ? [screen.name] : []),
      in: scratch, terminal: screen.slave,
      environment: user == 0 ? [:] : ["SUDO_UID": "\(user)", "SUDO_GID": "\(user)"])
    #expect(spoor.wait() == 0)
    let said = try JSONDecoder().decode(
      Injection.self, from: try Data(contentsOf: scratch.file("said")))
    return (said, screen)
  }

  /// Nothing came into spoor's terminal: nor has spoor taken it from there.
  private func expectNothingTyped(_ screen: TerminalScreen) throws {
    #expect(screen.unread == 0)
    #expect(try scratch.query("run.spoor", "SELECT count(*) FROM terminal_write") == "1")
    #expect(try scratch.query("run.spoor", "SELECT count(*) FROM terminal_input") == "0")
  }

  @Test func inTheUsersTerminalACommandMayTypeWhatItLikes() throws {
    let (said, screen) = try inject([])
    #expect(said.terminal == screen.name)
    #expect(said.attempts.count == 2)
    let refused = said.attempts.compactMap(\.error)
    #expect(refused.allSatisfy { $0 == "EIO" })
    #expect(screen.unread == 2 * (said.attempts.count - refused.count))
    if !refused.isEmpty { print("skipped: TIOCSTI in spoor's terminal: \(refused)") }
  }

  @Test(arguments: [0, Self.user])
  func inOneOfItsOwnNothingOfThatReachesTheUsers(user: uid_t) throws {
    let (said, screen) = try inject(["--pty"], as: user)
    #expect(said.session == said.pid)
    #expect(said.terminal.hasPrefix("/dev/pts/") && said.terminal != screen.name)
    #expect(said.attempts.compactMap(\.error).allSatisfy { $0 == "EIO" })
    try expectNothingTyped(screen)
  }

  @Test func theUsersTerminalIsClosedToItByNameToo() throws {
    let (said, screen) = try inject(["--pty"], as: Self.user, alsoInto: true)
    let byName = try #require(said.attempts.first { $0.where == screen.name })
    #expect(["EPERM", "EIO"].contains(byName.error))
    try expectNothingTyped(screen)
  }
}
