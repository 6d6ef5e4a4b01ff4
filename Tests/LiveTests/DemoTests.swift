// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The three bugs that started spoor, reproduced by tools/demos: it counts what they say of
/// themselves, and finds the bug where it is and nothing where it is not.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct DemoTests {
  enum Mode: String { case faulty, fixed }

  @Test func theFaultyRedrawOpensItsTerminalTwiceAFrame() throws {
    let demo = try Demo("redraw", .faulty, seconds: 6, inTerminal: true)
    let frames = try #require(demo.truth.frames)
    // 31 a second if the machine lets it, two of them to come and to go.
    #expect(frames > 100)
    #expect(demo.truth.opens == 2 * (frames - 2))
    let opens = try #require(
      demo.report.paths.first { $0.pid == demo.truth.pid && $0.path == "/dev/tty" })
    #expect(opens.operation == "openat")
    #expect(opens.count == demo.truth.opens)
    #expect(opens.perFrame == Double(opens.count) / Double(frames))
    #expect(try demo.terminal.frames == frames)
    #expect(try demo.terminal.writes == frames)
  }

  @Test func theFixedRedrawDrawsAsManyFramesAndOpensNothing() throws {
    let demo = try Demo("redraw", .fixed, seconds: 6, inTerminal: true)
    let frames = try #require(demo.truth.frames)
    #expect(frames > 100)
    #expect(demo.truth.opens == 0)
    #expect(demo.report.lookups(of: "/dev/tty") == 0)
    #expect(try demo.terminal.frames == frames)
    #expect(try demo.terminal.writes == frames)
  }

  @Test func theFaultyDaemonForgetsASetOfServersPerRefresh() throws {
    let demo = try Demo("daemon", .faulty, seconds: 7)
    let sets = try #require(demo.truth.sets)
    #expect(sets == 7)
    #expect(demo.truth.spawned == 4 * sets)
    #expect(demo.truth.alive == 4 * sets)
    #expect(try demo.children.spawned == 4 * sets)
    #expect(try demo.children.alive == 4 * sets)
    #expect(try demo.children.zombies == 0)
    let groups = demo.groups
    #expect(Set(groups.map(\.command)) == demo.serverCommands)
    for group in groups {
      #expect(group.alive == sets)
      #expect(group.ended == 0)
      #expect(group.lockstepGroup == groups[0].lockstepGroup)
      #expect(group.lockstepGroup != nil)
    }
  }

  @Test func theFixedDaemonLeavesNoServer() throws {
    let demo = try Demo("daemon", .fixed, seconds: 7)
    let sets = try #require(demo.truth.sets)
    #expect(sets == 7)
    #expect(demo.truth.alive == 0)
    #expect(try demo.children.spawned == 4 * sets)
    #expect(try demo.children.reaped == 4 * sets)
    #expect(try demo.children.alive == 0)
    #expect(Set(demo.groups.map(\.command)) == demo.serverCommands)
    #expect(demo.groups.allSatisfy { $0.alive == 0 && $0.ended == sets })
  }

  @Test func theFaultyAppKeepsMastersAndZombies() throws {
    let demo = try Demo("ptys", .faulty, seconds: 6)
    let shells = try #require(demo.truth.shells)
    #expect(shells >= 20)
    #expect(demo.truth.mastersHeld == shells)
    #expect(demo.truth.zombies == shells)
    #expect(demo.masters?.masters == shells)
    #expect(demo.masters?.slaveClosed == shells)
    #expect(try demo.children.zombies == shells)
    #expect(try demo.children.everWaited == false)
  }

  @Test func theFixedAppKeepsNeither() throws {
    let demo = try Demo("ptys", .fixed, seconds: 6)
    let shells = try #require(demo.truth.shells)
    #expect(demo.truth.mastersHeld == 0)
    #expect(demo.truth.zombies == 0)
    #expect(demo.masters?.masters == 0)
    #expect(demo.report.lookups(of: "/dev/ptmx") == shells)
    #expect(try demo.children.reaped == shells)
    #expect(try demo.children.zombies == 0)
  }
}

/// What a demo writes of itself; each writes the parts that it knows.
private struct DemoTruth: Decodable {
  var pid: Int
  var opens: Int?
  var frames: Int?
  var sets: Int?
  var spawned: Int?
  var alive: Int?
  var servers: [String]?
  var shells: Int?
  var mastersHeld: Int?
  var zombies: Int?
}

/// The parts of spoor.report/1 that tell of children by command.
private struct FamilyReport: Decodable {
  struct Group: Decodable {
    var command: String
    var spawnerPid: Int
    var alive: Int
    var ended: Int
    var lockstepGroup: Int?
  }

  var childrenByCommand: [Group]
}

/// A demo that was recorded, with what it says of itself and what spoor does.
private struct Demo {
  /// Debian's: what version managers put in PATH is a script that starts others.
  private static let python = "/usr/bin/python3"
  private static let checkout = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  let truth: DemoTruth
  let report: Report
  private let families: FamilyReport
  private let descriptors: DescriptorReport

  init(_ name: String, _ mode: DemoTests.Mode, seconds: Int, inTerminal: Bool = false) throws {
    let scratch = try Scratch()
    let recording = scratch.file("run.spoor").path
    let truthFile = scratch.file("truth")
    let record =
      [Spoor.binary, "record", "-q", "-o", recording, "--", Self.python]
      + ["tools/demos/\(name).py", "--mode", mode.rawValue]
      + ["--seconds", "\(seconds)", "--truth", truthFile.path]
    let command =
      inTerminal ? ["/usr/bin/script", "-qec", Self.quoted(record), "/dev/null"] : record
    let run = try Spoor.run(
      URL(filePath: command[0]), Array(command.dropFirst()), in: Self.checkout)
    try #require(run.status == 0, "\(run.errors) \(run.text)")
    let json = try Spoor.run(["report", "--json", recording])
    #expect(json.status == 0, "\(json.errors)")
    let decoder = JSONDecoder()
    truth = try decoder.decode(DemoTruth.self, from: Data(contentsOf: truthFile))
    report = try decoder.decode(Report.self, from: json.output)
    families = try decoder.decode(FamilyReport.self, from: json.output)
    descriptors = try decoder.decode(DescriptorReport.self, from: json.output)
    report.expectNothingLost()
  }

  /// For a shell.
  private static func quoted(_ words: [String]) -> String {
    words.map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
  }

  var terminal: Report.TTY {
    get throws {
      let rows = report.ttys.filter { $0.pid == truth.pid }
      #expect(rows.count == 1)
      return try #require(rows.first)
    }
  }

  var children: Report.Process.Children {
    get throws { try #require(report.process(truth.pid)).children }
  }

  var groups: [FamilyReport.Group] {
    families.childrenByCommand.filter { $0.spawnerPid == truth.pid }
  }

  var masters: PTYMasters? { descriptors.process(truth.pid)?.ptyMasters }

  /// As spoor writes commands.
  var serverCommands: Set<String> {
    let program = URL(filePath: Self.python).resolvingSymlinksInPath().lastPathComponent
    return Set((truth.servers ?? []).map { "\(program) tools/demos/mcp_server.py --name \($0)" })
  }
}
