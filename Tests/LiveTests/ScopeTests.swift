// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Whom -p, -a and the filters take in, and whom not.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct ScopeTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// A shell that runs a script once the named pipe `gate` lets it; a program of this test's.
  private func startShell(
    _ script: String, wrapper: [String] = [], _ gate: String = "gate"
  ) throws -> Process {
    try #require(mkfifo(scratch.file(gate).path, 0o666) == 0)
    let shell = Process()
    let all = wrapper + ["/bin/sh", "-c", "read line <\(gate); \(script)"]
    shell.executableURL = URL(filePath: all[0])
    shell.arguments = Array(all.dropFirst())
    shell.currentDirectoryURL = scratch.folder
    shell.standardError = FileHandle.nullDevice
    try shell.run()
    return shell
  }

  private func record(_ options: String...) throws -> Running {
    try Running(["record", "-q", "-o", "run.spoor"] + options, in: scratch)
  }

  /// What a recording tells that ends once these have.
  private func report(of spoor: Running, after others: Process...) throws -> Report {
    for other in others { other.waitUntilExit() }
    try spoor.send(SIGINT)
    #expect(spoor.wait() == 0)
    return try scratch.report("run.spoor")
  }

  @Test func aProcessIsFollowedWithPresentAndFutureDescendantsAndNobodyElse() throws {
    // The background shell is there before spoor is, and `cat` comes after.
    let present = try scratch.makePipe("present")
    try #require(mkfifo(scratch.file("child").path, 0o666) == 0)
    let target = try startShell(
      "cat /nonesuch-own; wait",
      wrapper: [
        "/bin/sh", "-c",
        "(: >present; read line <child; cat /nonesuch-present) & \"$@\"; wait", "sh",
      ])
    let other = try startShell("cat /nonesuch-other", "other-gate")
    try scratch.awaitWriter(present)
    close(present)
    let spoor = try record("-p", "\(target.processIdentifier)")
    try scratch.release("other-gate")
    other.waitUntilExit()
    try scratch.release("child")
    try scratch.release("gate")
    #expect(spoor.wait() == 0)
    let report = try scratch.report("run.spoor")
    #expect(report.lookups(of: "/nonesuch-own") == 1)
    #expect(report.lookups(of: "/nonesuch-present") == 1)
    #expect(report.lookups(of: "/nonesuch-other") == 0)
    #expect(report.process(Int(target.processIdentifier))?.exit == .init(code: 0))
    #expect(report.process(Int(other.processIdentifier)) == nil)
    #expect(report.recording.loss.complete)
  }

  @Test func allSeesAnUnrelatedProcessAndNotSpoorItself() throws {
    let other = try startShell("cat /nonesuch-other")
    let spoor = try record("-a")
    try scratch.release("gate")
    let report = try report(of: spoor, after: other)
    #expect(report.lookups(of: "/nonesuch-other") == 1)
    #expect(report.process(Int(try spoor.id)) == nil)
  }

  /// What a thread out there has counted, no iterator of spoor's would show.
  @Test func allInAPIDNamespaceSeesALivingProcessOutsideOfIt() throws {
    let answer = try scratch.makePipe("answer")
    // An end of its own: the one that opens the gate may not have let go of it yet.
    try #require(mkfifo(scratch.file("end").path, 0o666) == 0)
    let other = try startShell("true </nonesuch-outside; echo >answer; read line <end")
    let spoor = try Running(
      ["record", "-q", "-o", "run.spoor", "-a"], in: scratch,
      program: ["/usr/bin/unshare", "--pid", "--fork", "--mount-proc", Spoor.binary])
    try scratch.release("gate")
    try scratch.awaitWriter(answer)
    try spoor.sendToChild(SIGINT)
    #expect(spoor.wait() == 0)
    #expect(other.isRunning)
    try scratch.release("end")
    other.waitUntilExit()
    let report = try scratch.report("run.spoor")
    #expect(report.lookups(of: "/nonesuch-outside") == 1)
    try report.expectTotalsOfOperations(Int(other.processIdentifier))
    #expect(report.recording.loss.complete)
  }

  @Test func aUserFilterTakesInThatUserAlone() throws {
    let nobody = ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    chmod(scratch.folder.path, 0o777)
    let inside = try startShell("cat /nonesuch-nobody", wrapper: nobody)
    let outside = try startShell("cat /nonesuch-root", "other-gate")
    let spoor = try record("-a", "--uid", "65534")
    for gate in ["gate", "other-gate"] { try scratch.release(gate) }
    for shell in [inside, outside] { shell.waitUntilExit() }
    try spoor.send(SIGTERM)
    #expect(spoor.wait() == 0)
    let report = try scratch.report("run.spoor")
    #expect(report.lookups(of: "/nonesuch-nobody") == 1)
    #expect(report.lookups(of: "/nonesuch-root") == 0)
    #expect(report.processes.allSatisfy { $0.uid == nil || $0.uid == 65534 })
  }

  @Test func aNameFilterTakesInThatNameAlone() throws {
    let folder = scratch.folder.path
    try FileManager.default.copyItem(atPath: "/bin/cat", toPath: "\(folder)/spoor-cat")
    let other = try startShell("./spoor-cat /nonesuch-named; cat /nonesuch-other")
    let spoor = try record("-a", "--comm", "spoor-cat")
    try scratch.release("gate")
    let report = try report(of: spoor, after: other)
    #expect(report.lookups(of: "/nonesuch-named") == 1)
    #expect(report.lookups(of: "/nonesuch-other") == 0)
  }

  /// Its exec is no event then, and the shell waits for what it has started or is gone at once.
  @Test(arguments: [["sh", "-c", "cat /nonesuch-named; true"], ["true"]])
  func theCommandHasItsNameWhereAFilterLeavesItOut(command: [String]) throws {
    let options = ["record", "-q", "--comm", "cat", "-o", "run.spoor", "--"]
    _ = try Spoor.run(options + command, in: scratch.folder)
    let report = try scratch.report("run.spoor")
    let found = report.processes.first { $0.argv == command }
    #expect([command[0], "dash"].contains(try #require(found).comm), "\(report.processes)")
    let text = try Spoor.run(["report", "run.spoor"], in: scratch.folder).text
    #expect(text.hasPrefix("--comm cat -- \(command[0])"))
  }

  @Test func whoHadTheNameWhileItLookedSomethingUpIsToldToItsEnd() throws {
    let shell = try startShell(
      """
      printf spoor-named >/proc/$$/comm; true </nonesuch-named
      printf spoor-other >/proc/$$/comm; true </nonesuch-other; exit 7
      """)
    let spoor = try record("-a", "--comm", "spoor-named")
    try scratch.release("gate")
    let report = try report(of: spoor, after: shell)
    #expect(report.lookups(of: "/nonesuch-named") == 1)
    #expect(report.lookups(of: "/nonesuch-other") == 0)
    #expect(report.process(Int(shell.processIdentifier))?.exit == .init(code: 7))
  }

  @Test(.enabled(if: Cgroup.root != nil, "no cgroup v2 hierarchy is mounted writable"))
  func aCgroupFilterTakesInThatCgroupAndThoseBelowItAlone() throws {
    let cgroup = try Cgroup()
    let inside = try startShell("cat /nonesuch-inside")
    let outside = try startShell("cat /nonesuch-outside", "other-gate")
    try cgroup.takeIn(inside.processIdentifier)
    let spoor = try record("-a", "--cgroup", cgroup.folder.path)
    for gate in ["gate", "other-gate"] { try scratch.release(gate) }
    let report = try report(of: spoor, after: inside, outside)
    #expect(report.lookups(of: "/nonesuch-inside") == 1)
    #expect(report.lookups(of: "/nonesuch-outside") == 0)
  }

  @Test func aDurationEndsARecordingOfAnIdleProcess() throws {
    let idle = try startShell("true")
    let spoor = try record(
      "-p", "\(idle.processIdentifier)", "--duration", "0.05", "--interval", "3600")
    #expect(spoor.wait() == 0)
    #expect(idle.isRunning)
    try scratch.release("gate")
    idle.waitUntilExit()
  }
}

/// A cgroup of this test's, with one below it.
final class Cgroup {
  static let root: String? = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first {
    FileManager.default.fileExists(atPath: "\($0)/cgroup.procs") && access($0, W_OK) == 0
      && !FileManager.default.fileExists(atPath: "\($0)/memory.limit_in_bytes")
  }

  let folder: URL
  private var below: URL { folder.appending(path: "below") }

  init() throws {
    folder = URL(filePath: try #require(Self.root)).appending(path: "spoor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: below, withIntermediateDirectories: true)
  }

  deinit {
    rmdir(below.path)
    rmdir(folder.path)
  }

  func takeIn(_ id: pid_t) throws {
    let members = try FileHandle(forWritingTo: below.appending(path: "cgroup.procs"))
    try members.write(contentsOf: Data("\(id)\n".utf8))
    try members.close()
  }
}
