// SPDX-License-Identifier: Apache-2.0

import Attribution
import CSpoorABI
import Events
import Testing

struct CensusTests {
  /// A thread as the iterator tells it; the process is named as in an `EventScript`.
  private func thread(
    _ id: UInt32, parent: UInt32, tid: UInt32? = nil, cpu: UInt64 = 0, resident: UInt64 = 0,
    isDead: Bool = false, lastRan: UInt64 = 0, status: Int32 = 0
  ) -> spoor_census {
    var raw = spoor_census()
    raw.tgid = id
    raw.tid = tid ?? id
    raw.start_time_ns = UInt64(id) * 10
    raw.parent_tgid = parent
    raw.parent_start_ns = UInt64(parent) * 10
    raw.parent_tid = parent
    raw.namespace_pid = id
    raw.wait_id = spoor_wait_id(pid_namespace: 1, pid: id)
    raw.cpu_ns = cpu
    raw.rss_bytes = resident
    raw.peak_rss_bytes = resident
    raw.last_ran_ns = lastRan
    raw.status = status
    raw.flags = isDead ? UInt32(SPOOR_CENSUS_DEAD) : 0
    return raw
  }

  private func take(
    _ threads: [spoor_census], in script: inout EventScript, at time: UInt64,
    isComplete: Bool = false
  ) {
    script.ledger.apply(
      census: CensusEntry.processes(from: threads), at: time, isComplete: isComplete)
  }

  @Test func whatWasThereBeforeCountsUnderItsPresentParent() {
    var script = EventScript()
    take(
      [
        thread(20, parent: 30), thread(21, parent: 30, isDead: true, lastRan: 500, status: 9),
        thread(30, parent: 1),
      ], in: &script, at: 1000)
    #expect(script.process(30)?.children == ChildCounts(spawned: 2, alive: 1, zombies: 1))
    #expect(script.process(30)?.zombiePeak == 1)
    #expect(script.process(20)?.isSpawnerAssumed == true)
    #expect(script.process(21)?.exitTime == 500)
    #expect(script.process(21)?.isExitTimeEstimated == true)
    #expect(script.process(21)?.exit?.signal == 9)
    script.wait(30, for: 21)
    #expect(script.process(30)?.children == ChildCounts(spawned: 2, alive: 1, reaped: 1))
  }

  @Test func aWaitAfterWhichNobodyIsGoneWasATracersNotice() {
    var script = EventScript()
    let parent = thread(1, parent: 9)
    let zombie = thread(2, parent: 1, isDead: true)
    script.exec(1, "/bin/sh")
    script.fork(2, by: 1)
    script.exit(2)
    script.wait(1, for: nil)
    #expect(script.process(1)?.children == ChildCounts(spawned: 1, reaped: 1))
    // The first may have been under way when it waited.
    for zombies in [0, 1] {
      take([parent, zombie], in: &script, at: 1000, isComplete: true)
      #expect(script.process(1)?.children.zombies == zombies)
    }
    script.wait(1, for: nil)
    for present in [[parent, zombie], [parent], [parent]] {
      take(present, in: &script, at: 2000, isComplete: true)
      #expect(script.process(1)?.children == ChildCounts(spawned: 1, reaped: 1))
    }
  }

  @Test func aProcessHasTheNameAndTheUserThatItTookOnSinceItsExec() {
    var script = EventScript()
    script.fork(20, by: 1)
    script.exec(20, "/usr/sbin/server")
    var later = thread(20, parent: 1)
    later.uid = 33
    withUnsafeMutableBytes(of: &later.comm) { $0.copyBytes(from: "worker".utf8) }
    take([later], in: &script, at: 1000)
    #expect(script.process(20)?.comm == Array("worker".utf8))
    #expect(script.process(20)?.userID == 33)
    script.exec(20, "/bin/cat")
    #expect(script.process(20)?.comm != Array("worker".utf8))
  }

  @Test func aLeaderThatEndedBeforeItsThreadsIsNoZombie() {
    var script = EventScript()
    take(
      [
        thread(20, parent: 1, cpu: 5, isDead: true),
        thread(20, parent: 1, tid: 22, cpu: 7, resident: 4096),
      ], in: &script, at: 1000)
    #expect(script.process(20)?.exitTime == nil)
    #expect(script.process(20)?.cpuTime == 12)
    #expect(script.process(20)?.residentBytes == 4096)
  }

  @Test func aForkThatTheCensusSawFirstCountsOnceAndForItsSpawner() {
    var script = EventScript()
    script.exec(2, "/bin/sh")
    script.exec(3, "/bin/sh")
    // 20 was forked by 2 and adopted by 3 by the time of the census; its events come now.
    take([thread(20, parent: 3, isDead: true, lastRan: 900)], in: &script, at: 1000)
    script.fork(20, by: 2)
    #expect(script.process(3)?.children == ChildCounts())
    #expect(script.process(2)?.children == ChildCounts(spawned: 1, alive: 1))
    script.exit(20, waitStatus: 256)
    #expect(script.process(2)?.children == ChildCounts(spawned: 1, zombies: 1))
    #expect(script.process(20)?.isSpawnerAssumed == false)
    #expect(script.process(20)?.exit?.code == 1)
  }

  @Test func anEndThatTheCensusSawFirstCountsOnceWithItsTrueTime() {
    var script = EventScript()
    take(
      [thread(2, parent: 1), thread(20, parent: 2, isDead: true, lastRan: 1)], in: &script, at: 2)
    script.time = 10
    script.exit(20, waitStatus: 512)
    #expect(script.process(2)?.children == ChildCounts(spawned: 1, zombies: 1))
    #expect(script.process(20)?.exitTime == 11)
    #expect(script.process(20)?.isExitTimeEstimated == false)
  }

  @Test func aZombieThatATelllessWaitSeemedToReapIsOneStill() {
    var script = EventScript()
    script.exec(1, "/bin/sh")
    script.fork(2, by: 1)
    script.exit(2)
    script.wait(1, for: 2, news: .untold)
    #expect(script.process(1)?.children.reaped == 1)
    take([thread(2, parent: 1, isDead: true)], in: &script, at: 100)
    #expect(script.process(1)?.children == ChildCounts(spawned: 1, zombies: 1))
    #expect(script.process(2)?.isReaped == false)
    #expect(script.process(2)?.reapedBy == nil)
  }

  @Test func onlyWhatChangedIsToldAgain() {
    var script = EventScript()
    take(
      [thread(20, parent: 1, cpu: 5, resident: 4096), thread(21, parent: 1, resident: 4096)],
      in: &script, at: 1)
    #expect(
      script.endInterval().usages == [
        ProcessUsage(process: 0, cpuTime: 5, residentBytes: 4096),
        ProcessUsage(process: 1, cpuTime: 0, residentBytes: 4096),
      ])
    take(
      [thread(20, parent: 1, cpu: 5, resident: 4096), thread(21, parent: 1, resident: 8192)],
      in: &script, at: 2)
    let interval = script.endInterval()
    #expect(interval.usages == [ProcessUsage(process: 1, cpuTime: 0, residentBytes: 8192)])
    #expect(interval.processes.map(\.index) == [1])
    #expect(script.process(21)?.peakResidentBytes == 8192)
  }

  @Test func theAdopterOfAProcessIsItsPresentParent() {
    var script = EventScript()
    script.fork(20, by: 2)
    take([thread(20, parent: 1)], in: &script, at: 1)
    #expect(script.process(20)?.presentParent == EventScript.key(1))
    #expect(script.process(20)?.spawner == EventScript.key(2))
    #expect(script.process(20)?.parent == EventScript.key(2))
  }
}
