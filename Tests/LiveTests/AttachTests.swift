// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What a tracer that comes late finds at once, and what it leaves behind when it is killed.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct AttachTests {
  private struct Present: Decodable {
    struct Zombie: Decodable {
      var pid: Int
      var before: Int
      var after: Int
    }

    var pid: Int
    var leaderless: Int
    /// Nanoseconds in which nothing ended after the last zombie.
    var pause: Int
    var zombies: [Zombie]
  }

  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func startPresent(zombies: Int, mebibytes: Int) throws -> (Process, Present) {
    let present = try scratch.makePipe("present")
    defer { close(present) }
    try #require(mkfifo(scratch.file("gate").path, 0o666) == 0)
    try Data().write(to: scratch.file("truth"))
    let program = Process()
    program.executableURL = URL(filePath: Spoor.conformance + "/attached")
    program.arguments = [scratch.folder.path, "\(zombies)", "\(mebibytes)"]
    program.standardOutput = try FileHandle(forWritingTo: scratch.file("truth"))
    try program.run()
    try scratch.awaitWriter(present)
    let truth = try JSONDecoder().decode(
      Present.self, from: Data(contentsOf: scratch.file("truth")))
    return (program, truth)
  }

  /// What smaps_rollup counts by walking the page tables, in bytes.
  private func residentBytes(of id: Int) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(id)/smaps_rollup", encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("Rss:") })
    return try #require(Int(line.split(separator: " ")[1])) * 1024
  }

  @Test(arguments: [["-p"], ["-a"]])
  func zombiesOfLongAgoShowAtOnceWithTheirAges(scope: [String]) throws {
    let (program, truth) = try startPresent(zombies: 30, mebibytes: 64)
    let spoor = try Running(
      ["record", "-q", "-o", "run.spoor"] + scope + (scope == ["-p"] ? ["\(truth.pid)"] : []),
      in: scratch)
    try spoor.send(SIGINT)
    #expect(spoor.wait() == 0)
    let resident = try residentBytes(of: truth.pid)
    let report = try scratch.report("run.spoor")
    let own = try #require(report.process(truth.pid))
    #expect(own.children.zombies == 30)
    #expect(own.children.zombiesPeak == 30)
    #expect(own.children.alive == 1)
    #expect(!own.children.everWaited)
    #expect(own.rssBytes == resident)
    #expect(resident > 64 << 20)
    // No false zombie: its first thread has ended, another lives.
    #expect(report.process(truth.leaderless)?.state == "alive")
    for expected in truth.zombies {
      let zombie = try #require(report.process(expected.pid))
      #expect(zombie.state == "zombie")
      #expect(zombie.exit == Truth.Exit(code: 7))
      #expect(!zombie.spawnerKnown)
      let query = "SELECT exit_time_ns, exit_estimated FROM process WHERE pid = \(expected.pid)"
      let row = try scratch.query("run.spoor", query).split(separator: "|").compactMap { Int($0) }
      #expect(row[1] == 1)
      // To within a tick, and what a hypervisor took: far less than the program waited then.
      #expect(row[0] > expected.before - truth.pause / 2, "\(expected)")
      #expect(row[0] < expected.after + truth.pause / 2, "\(expected)")
    }
    try scratch.release("gate")
    program.waitUntilExit()
  }

  @Test func killedTwentyTimesItLeavesNothingInTheKernel() throws {
    let pins = try KernelObjects.pins()
    for round in 0..<20 {
      let folder = try Scratch()
      let spoor = try Running(["record", "-q", "-o", "run.spoor", "-a"], in: folder)
      let held = try KernelObjects.held(by: spoor.id)
      #expect(held.count > 10, "round \(round)")
      try spoor.send(SIGKILL)
      #expect(spoor.wait() == 137)
      #expect(try KernelObjects.remaining(of: held) == [], "round \(round)")
    }
    #expect(try KernelObjects.pins() == pins)
  }
}
