// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Names of moments, and what a command leaves behind.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct MarkTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Ends, with 5, when somebody opens the named pipe "end" for writing.
  private func start(_ name: String = "run.spoor") throws -> Running {
    try Running(
      [
        "record", "-q", "--interval", "0.05", "-o", name, "--", "sh", "-c",
        "mkfifo end 2>/dev/null; : <end; exit 5",
      ], in: scratch)
  }

  private func end(_ spoor: Running) throws {
    try scratch.release("end")
    #expect(spoor.wait() == 5)
  }

  @Test func marksBySocketAndBySignalAreInTheRecording() throws {
    let spoor = try start()
    let id = "\(try spoor.id)"
    #expect(try Spoor.run(["mark", "-p", id, "before"]).status == 0)
    // Unprintable bytes stay as they are in the file.
    #expect(try Spoor.run(["mark", "-p", id, "a\u{1b}[2J é"]).status == 0)
    try spoor.send(SIGUSR1)
    try waitUntil("three marks are recorded") {
      try scratch.query("run.spoor", "SELECT count(*) FROM mark") == "3"
    }
    try end(spoor)
    #expect(
      try scratch.query("run.spoor", "SELECT group_concat(hex(name), ' ') FROM mark")
        == ["before", "a\u{1b}[2J é", "mark 1"].map { name in
          name.utf8.map { String(format: "%02X", $0) }.joined()
        }.joined(separator: " "))
    #expect(
      try scratch.query(
        "run.spoor",
        "SELECT count(*) FROM mark, recording WHERE time_ns BETWEEN start_time_ns AND end_time_ns")
        == "3")
  }

  @Test(arguments: [
    ([], " mark 1\n"), (["--json"], "\"operation\":\"mark\",\"name\":\"mark 1\"}\n"),
  ])
  func aTraceHasALineForAMarkWhateverItsFilter(options: [String], line: String) throws {
    let spoor = try Running(
      ["trace", "--op", "exit"] + options + [
        "--", "sh", "-c", "mkfifo end; : <end; exit 5",
      ], in: scratch)
    try spoor.send(SIGUSR1)
    try waitUntil("the mark's line") { try spoor.output.contains(line) }
    try end(spoor)
    #expect(try spoor.output.components(separatedBy: line).count == 2)
  }

  /// Connects as `spoor mark` does. The socket is to be closed.
  private func connect(to processID: pid_t) throws -> Int32 {
    let peer = socket(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try #require(peer >= 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = [0] + Array("spoor-mark-\(processID)".utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let length = MemoryLayout<sa_family_t>.size + name.count
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(peer, $0, socklen_t(length))
      }
    }
    try #require(status == 0)
    return peer
  }

  @Test func whoConnectsAndIsSilentKeepsNobodyWaitingAndMaySpeakLater() throws {
    let spoor = try start()
    let peers = try (0..<9).map { _ in try connect(to: try spoor.id) }
    defer { for peer in peers { close(peer) } }
    var answer: UInt8 = 0
    // Of nine silent ones the first is let go of.
    #expect(recv(peers[0], &answer, 1, 0) == 0)
    #expect(try Spoor.run(["mark", "-p", "\(try spoor.id)", "quick"]).status == 0)
    #expect(send(peers[8], "late", 4, 0) == 4)
    #expect(recv(peers[8], &answer, 1, 0) == 1)
    try end(spoor)
    #expect(
      try scratch.query(
        "run.spoor",
        "SELECT group_concat(CAST(name AS TEXT)) FROM (SELECT name FROM mark ORDER BY time_ns)")
        == "quick,late")
  }

  @Test func aMarkNeedsARecorder() throws {
    let result = try Spoor.run(["mark", "-p", "1", "name"])
    #expect(result.status == 2)
    #expect(result.errors.contains("process 1 takes no marks"))
    #expect(result.errors.count { $0 == "\n" } == 1)
    #expect(try Spoor.run(["mark", String(repeating: "x", count: 65)]).status == 2)
    #expect(try Spoor.run(["mark", ""]).status == 2)
  }

  @Test func theCommandAndItsEndAreInTheRecording() throws {
    let result = try Spoor.run(
      ["record", "-q", "-o", "run.spoor", "--", "sh", "-c", "exit 3"], in: scratch.folder)
    #expect(result.status == 3)
    #expect(
      try scratch.query(
        "run.spoor",
        "SELECT target_end_ns = exit_time_ns AND exit_code = 3 FROM recording JOIN process"
          + " ON pid = target_pid AND process.start_time_ns = target_start_time_ns") == "1")
  }

  @Test(arguments: [("0", 0.0), ("0.5", 0.5)])
  func whatACommandLeavesIsTracedForTheGrace(_ grace: String, _ seconds: Double) throws {
    let result = try Spoor.run(
      [
        "record", "-q", "--grace", grace, "--interval", "0.05", "-o", "run.spoor", "--",
        "sh", "-c", "(sleep 30 </dev/null >/dev/null 2>&1 & echo $!); exit 4",
      ], in: scratch.folder)
    #expect(result.status == 4)
    let left = try #require(pid_t(result.text.trimmingCharacters(in: .newlines)))
    kill(left, SIGKILL)
    let after = try scratch.query(
      "run.spoor", "SELECT (end_time_ns - target_end_ns) / 1e9 FROM recording")
    let time = try #require(Double(after))
    #expect(time >= seconds)
    #expect(
      try scratch.query(
        "run.spoor", "SELECT count(*) FROM process WHERE pid = \(left) AND exit_time_ns IS NULL")
        == "1")
  }

  @Test func theGraceEndsWithTheLastSurvivor() throws {
    // Its $$ is the command's, which spoor has reaped then.
    let survivor = "while kill -0 $$; do :; done; sleep 0.3"
    let result = try Spoor.run(
      [
        "record", "-q", "--grace", "60", "-o", "run.spoor", "--",
        "sh", "-c", "({ \(survivor); } </dev/null >/dev/null 2>&1 &); exit 4",
      ], in: scratch.folder)
    #expect(result.status == 4)
    let after = "SELECT (end_time_ns - target_end_ns) / 1e9 BETWEEN 0.3 AND 30 FROM recording"
    #expect(try scratch.query("run.spoor", after) == "1")
    #expect(
      try scratch.query(
        "run.spoor",
        "SELECT count(*) FROM process WHERE CAST(comm AS TEXT) = 'sleep' AND exit_code = 0") == "1")
  }
}
