// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Whatever ends spoor: a readable recording, and nothing attached.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct EndingTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func expectCleanEnd(_ held: Set<String>) throws {
    #expect(held.count > 10)
    #expect(try KernelObjects.remaining(of: held) == [])
    #expect(try scratch.query("run.spoor", "PRAGMA integrity_check") == "ok")
    #expect(try scratch.report("run.spoor").recording.finished)
  }

  @Test(arguments: [SIGHUP, SIGINT, SIGQUIT, SIGTERM])
  func aSignalEndsTheTracingOfOthersInOrder(signal: Int32) throws {
    let spoor = try Running(["record", "-q", "-o", "run.spoor", "-p", "\(getpid())"], in: scratch)
    let held = try KernelObjects.held(by: spoor.id)
    try spoor.send(signal)
    #expect(spoor.wait() == 0)
    #expect(try spoor.errors == "")
    try expectCleanEnd(held)
  }

  /// The slave of a pty whose master is closed by `hangUp`.
  private func makeTerminal() throws -> (slave: FileHandle, hangUp: () -> Void) {
    var (master, slave): (Int32, Int32) = (-1, -1)
    try #require(openpty(&master, &slave, nil, nil, nil) == 0)
    // Else spoor would hold the master of its own terminal, which then nobody can close.
    _ = fcntl(master, F_SETFD, FD_CLOEXEC)
    let open = master
    return (FileHandle(fileDescriptor: slave, closeOnDealloc: true), { close(open) })
  }

  @Test func aClosedTerminalEndsTheTracingOfOthersInOrder() throws {
    let (slave, hangUp) = try makeTerminal()
    let spoor = try Running(
      ["record", "-o", "run.spoor", "-p", "\(getpid())"], in: scratch, terminal: slave)
    let held = try KernelObjects.held(by: spoor.id)
    hangUp()
    #expect(spoor.wait() == 0)
    try expectCleanEnd(held)
  }

  @Test(arguments: [[], ["--pty"]])
  func aClosedTerminalIsTheTargetsAffairAndSpoorEndsWithIt(options: [String]) throws {
    let (slave, hangUp) = try makeTerminal()
    try #require(mkfifo(scratch.file("never").path, 0o600) == 0)
    let spoor = try Running(
      ["record", "-o", "run.spoor"] + options + ["--", "cat", scratch.file("never").path],
      in: scratch, terminal: slave)
    let held = try KernelObjects.held(by: spoor.id)
    hangUp()
    #expect(spoor.wait() == 128 + SIGHUP)
    try expectCleanEnd(held)
    let target = try scratch.report("run.spoor").processes.first { $0.exe.hasSuffix("/cat") }
    #expect(target?.exit == Truth.Exit(signal: Int(SIGHUP)))
  }
}
