// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The three bugs that started spoor, reproduced by tools/demos: it counts what they say of
/// themselves, and finds the bug where it is and nothing where it is not.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct DemoTests {
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
    let finding = try demo.finding(first: "hot-path", of: ["hot-path"])
    #expect(finding.sentence.contains("opened /dev/tty"))
    #expect(finding.evidence.map(\.subject) == ["/dev/tty"])
  }

  @Test func theFixedRedrawDrawsAsManyFramesAndOpensNothing() throws {
    let demo = try Demo("redraw", .fixed, seconds: 6, inTerminal: true)
    let frames = try #require(demo.truth.frames)
    #expect(frames > 100)
    #expect(demo.truth.opens == 0)
    #expect(demo.report.lookups(of: "/dev/tty") == 0)
    #expect(try demo.terminal.frames == frames)
    #expect(try demo.terminal.writes == frames)
    #expect(demo.findings == [])
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
    let finding = try demo.finding(first: "leaked-children", of: ["leaked-children"])
    #expect(finding.value == Double(4 * sets))
    #expect(finding.sentence.contains("4 commands x \(sets) alive, in lockstep, one set per"))
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
    #expect(demo.findings == [])
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
    let kinds: Set = ["pty-leak", "unreaped"]
    #expect(try demo.finding(first: "pty-leak", of: kinds).value == Double(shells))
    #expect(demo.findings.last?.value == Double(shells))
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
    #expect(demo.findings == [])
  }
}
