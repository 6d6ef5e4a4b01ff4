// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `record --pty`: the command has a terminal of its own, and spoor stands between it and the
/// user's.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct OwnTerminalTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func start(
    _ script: String, _ screen: TerminalScreen, by program: [String] = [Spoor.binary]
  ) throws -> Running {
    try Running(
      ["record", "--pty", "-q", "-o", "run.spoor", "--", "sh", "-c", script], in: scratch,
      terminal: screen.slave, program: program)
  }

  /// What a shell does with `$spoor`, which records a command in a terminal of its own.
  private func run(_ script: String) throws -> Spoor.Result {
    try Spoor.run(
      URL(filePath: "/bin/sh"), ["-c", script], in: scratch.folder,
      environment: ["spoor": "\(Spoor.binary) record --pty -q -o run.spoor --"])
  }

  private var output: [Report.TTY] {
    get throws { try scratch.report("run.spoor").ttys.filter { $0.direction == "output" } }
  }

  @Test func keysGoInAndTextComesOutAndBothAreCounted() throws {
    let screen = try TerminalScreen()
    let modes = screen.modes
    let spoor = try start(
      "echo started; while read -r line; do echo got $line; done; echo end; exit 4", screen)
    try screen.wait("the start") { $0.contains("started") }
    #expect(screen.modes != modes)
    try screen.type("hello\r")
    try screen.wait("the answer") { $0.contains("got hello") }
    try screen.type("\u{4}")
    #expect(spoor.wait() == 4)
    // Its own echo came back through the relay, and spoor's terminal added none.
    try screen.wait("the end") { $0.prefix(5) == ["started", "hello", "got hello", "end", ""] }
    #expect(screen.modes == modes)
    #expect(try output.map(\.bytes) == ["started\ngot hello\nend\n".utf8.count])
    #expect(try output.allSatisfy { "/dev/" + $0.tty != screen.name })
    let input = "SELECT name, sum(bytes) FROM terminal_input JOIN terminal ON id = terminal"
    #expect(try scratch.query("run.spoor", input) == "\(try output[0].tty)|7")
  }

  @Test func itIsAsLargeAsTheUsersAlsoWhenThatChanges() throws {
    let screen = try TerminalScreen(columns: 100, rows: 30)
    let spoor = try start(
      """
      trap 'stty size >second; kill $!; exit 3' WINCH
      mkfifo never; stty size >first; echo started
      cat <never & while :; do wait; done
      """, screen)
    try screen.wait("the start") { $0.contains("started") }
    screen.resize(columns: 123, rows: 45)
    #expect(spoor.wait() == 3)
    #expect(try scratch.read("first") == "30 100\n")
    #expect(try scratch.read("second") == "45 123\n")
  }

  @Test func aSignalThatEndsTheCommandLeavesTheUsersTerminalAsItWas() throws {
    let screen = try TerminalScreen()
    let modes = screen.modes
    let spoor = try start(
      """
      trap 'kill $!; exit 6' TERM
      mkfifo never; cat <never & echo started; while :; do wait; done
      """, screen)
    try screen.wait("the start") { $0.contains("started") }
    #expect(screen.modes != modes)
    try spoor.send(SIGTERM)
    #expect(spoor.wait() == 6)
    #expect(screen.modes == modes)
  }

  @Test func killedItLeavesTheUsersTerminalSetAsItWasAndTheCommandWithoutOne() throws {
    let end = try scratch.makePipe("end")
    defer { close(end) }
    let screen = try TerminalScreen()
    let modes = screen.modes
    let starter = try start(
      "trap 'echo >end; exit' HUP; echo started; read -r line", screen, by: Running.starter)
    try screen.wait("the start") { $0.contains("started") }
    #expect(screen.modes != modes)
    try starter.killStarted()
    try scratch.awaitWriter(end)
    try screen.wait("the modes of before") { _ in screen.modes == modes }
    try starter.send(SIGTERM)
    #expect(starter.wait() != 0)
  }

  @Test func allThatTheCommandWroteIsPassedOnBeforeTheEnd() throws {
    let text = "head -c 300000 /dev/zero | tr '\\0' x; exit 7"
    let result = try run("$spoor sh -c \"\(text)\"")
    #expect(result.status == 7)
    #expect(result.errors == "")
    #expect(result.output == Data(repeating: UInt8(ascii: "x"), count: 300_000))
    #expect(try output.map(\.bytes) == [300_000])
  }

  @Test(arguments: ["one\ntwo\n", "one\ntwo"])
  func aPipeIsTypedAndItsEndIsToldInsideALineToo(text: String) throws {
    let result = try run("printf '\(text)' | $spoor sh -c 'cat >got; exit 5'")
    #expect(result.status == 5)
    #expect(try scratch.read("got") == text)
  }

  @Test func theCommandMayOpenItsTerminalAgainWhenItHasClosedIt() throws {
    let result = try run(
      "$spoor sh -c 'exec </dev/null >/dev/null 2>&1; (exit 0); echo late >/dev/tty'")
    #expect(result.status == 0)
    #expect(result.text == "late\r\n")
  }

  @Test func aReaderThatGoesClosesTheTerminal() throws {
    #expect(try run("$spoor yes | head -n 1").text == "y\r\n")
    let command = try scratch.report("run.spoor").processes.first { $0.exe.hasSuffix("/yes") }
    #expect(command?.exit == Truth.Exit(signal: Int(SIGHUP)))
  }

  @Test func whatCannotBePassedOnIsSaid() throws {
    let result = try run("$spoor yes >/dev/full")
    #expect(result.status == 128 + SIGHUP)
    #expect(result.errors.contains("No space left on device"))
  }

  @Test func itIsForACommandAlone() throws {
    let result = try Spoor.run(["record", "--pty", "-p", "1"])
    #expect(result.status == 2)
    #expect(result.errors.contains("name a command after --"))
  }
}
