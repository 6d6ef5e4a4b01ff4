// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Testing

struct ChildrenByCommandTests {
  private static let second: UInt64 = 1_000_000_000
  private let daemon = ProcessKey(processID: 10, startTime: 1)

  private func child(
    _ id: UInt32, at seconds: UInt64, _ arguments: String, spawner: ProcessKey? = nil
  ) -> TracedProcess {
    var process = TracedProcess(
      key: ProcessKey(processID: id, startTime: seconds * Self.second))
    process.spawner = spawner ?? daemon
    process.forkTime = process.key.startTime
    process.executable = Array("/usr/bin/node".utf8)
    process.arguments = Array("node".utf8) + [0] + Array(arguments.utf8) + [0]
    process.cpuTime = 2 * Self.second
    process.residentBytes = 1000
    return process
  }

  private func groups(
    _ processes: [TracedProcess], start: UInt64 = 0, end: UInt64 = 100_000
  ) -> [CommandGroup] {
    ChildrenByCommand.groups(of: processes, start: start * Self.second, end: end * Self.second)
  }

  /// 123 cycles of 7 minutes, each of which starts four servers and ends none: CX#18881.
  @Test func fourServersThatADaemonNeverEndsAreInLockstep() throws {
    var processes: [TracedProcess] = []
    for cycle in 0..<123 as Range<UInt32> {
      for (place, name) in ["a", "b", "c", "d"].enumerated() {
        processes.append(
          child(
            1000 + cycle * 4 + UInt32(place), at: UInt64(cycle) * 420 + UInt64(place),
            "/home/me/mcp-\(name)/server.js --port=\(4000 + cycle)"))
      }
    }
    let found = groups(processes, end: 52_000)
    #expect(found.count == 4)
    #expect(found.allSatisfy { $0.alive == 123 && $0.lockstep == 1 && $0.spawner == daemon })
    #expect(found[0].oldest == 52_000 * Self.second)
    #expect(found[0].youngest == (52_000 - 122 * 420) * Self.second)
    #expect(found[0].cpuTime == 246 * Self.second)
    #expect(found[0].residentBytes == 123_000)
    #expect(found[0].growth(intervals: 246) == 0.5)
  }

  @Test func equalNumbersThatStartAtOtherTimesAreNotInLockstep() {
    let found = groups([
      child(11, at: 10, "a"), child(12, at: 500, "a"), child(13, at: 11, "b"),
      child(14, at: 900, "b"), child(15, at: 10, "c"),
    ])
    #expect(found.map(\.lockstep) == [nil, nil, nil])
  }

  @Test func equalNumbersOfTwoSpawnersAreNotInLockstep() {
    let other = ProcessKey(processID: 20, startTime: 1)
    let found = groups([
      child(11, at: 10, "a"), child(12, at: 11, "a"), child(13, at: 10, "b", spawner: other),
      child(14, at: 11, "b", spawner: other),
    ])
    #expect(found.map(\.lockstep) == [nil, nil])
  }

  /// As their spawner's own counts say it, whoever took them out of the process table since.
  @Test func theDeadAreToldByWhetherTheyWereWaitedFor() throws {
    var zombie = child(11, at: 10, "a")
    zombie.exitTime = 20 * Self.second
    zombie.residentBytes = nil
    var reaped = zombie
    reaped.isReaped = true
    var abandoned = zombie
    abandoned.isReleased = true
    let group = try #require(groups([zombie, reaped, abandoned, child(12, at: 30, "a")]).first)
    #expect(group.alive == 1)
    #expect(group.zombies == 2)
    #expect(group.ended == 1)
    #expect(group.residentBytes == 1000)
    #expect(group.cpuTime == 8 * Self.second)
  }

  @Test func growthCountsWhoWasThereAtTheStart() throws {
    var gone = child(13, at: 20, "a")
    gone.exitTime = 60 * Self.second
    gone.isReaped = true
    let processes = [child(11, at: 10, "a"), child(12, at: 70, "a"), gone]
    let group = try #require(groups(processes, start: 50, end: 90).first)
    #expect(group.aliveAtStart == 2)
    #expect(group.growth(intervals: 40) == 0)
    #expect(group.growth(intervals: 0) == nil)
  }

  @Test func anOrphanStaysWithWhoForkedIt() {
    var orphan = child(11, at: 10, "a")
    orphan.presentParent = ProcessKey(processID: 1, startTime: 0)
    #expect(groups([orphan]).map(\.spawner) == [daemon])
  }
}
