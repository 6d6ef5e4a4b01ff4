// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Testing

struct LifeTests {
  @Test func aForkedChildHasItsSpawnersImageUntilItExecs() {
    var script = EventScript()
    script.exec(1, "/bin/sh")
    script.fork(2, by: 1)
    #expect(script.process(2)?.executable == Array("/bin/sh".utf8))
    script.exec(2, "/bin/ls")
    #expect(script.process(2)?.executable == Array("/bin/ls".utf8))
    #expect(script.process(1)?.executable == Array("/bin/sh".utf8))
    #expect(script.process(2)?.spawner == EventScript.key(1))
  }

  @Test func aChildIsAliveThenAZombieThenReaped() {
    var script = EventScript()
    script.exec(1, "/bin/sh")
    script.fork(2, by: 1)
    #expect(script.process(1)?.children == ChildCounts(spawned: 1, alive: 1))
    script.exit(2, waitStatus: 3 << 8)
    #expect(script.process(1)?.children == ChildCounts(spawned: 1, zombies: 1))
    #expect(script.process(2)?.exit?.code == 3)
    #expect(script.process(2)?.isReaped == false)
    script.wait(1, for: 2)
    #expect(script.process(1)?.children == ChildCounts(spawned: 1, reaped: 1))
    script.release(2)
    #expect(script.process(1)?.children == ChildCounts(spawned: 1, reaped: 1))
    #expect(script.process(2)?.isReaped == true)
    #expect(script.process(2)?.cpuTime == 5)
  }

  @Test func aReleaseAloneProvesAWait() {
    var script = EventScript()
    script.exec(1, "/bin/sh")
    script.fork(2, by: 1)
    script.exit(2)
    script.release(2)
    #expect(script.process(1)?.children == ChildCounts(spawned: 1, reaped: 1))
  }

  @Test func aZombieWhoseParentEndsWithoutWaitingStaysUnreaped() {
    var script = EventScript()
    script.exec(1, "/bin/sh")
    script.fork(2, by: 1)
    script.exit(2)
    script.exit(1)
    script.release(2, by: 99, isInit: true)
    #expect(script.process(1)?.children == ChildCounts(spawned: 1, zombies: 1))
    #expect(script.process(2)?.isReaped == false)
  }

  @Test func anAbandonedZombieStaysUnreapedHoweverLateInitComes() {
    var script = EventScript()
    script.exec(1, "/bin/sh")
    script.fork(2, by: 1)
    script.fork(3, by: 1)
    script.exit(2)
    script.exit(1)
    script.exit(3, parent: 99)  // an orphan by now: init's to wait for
    script.release(1)
    for _ in 0..<3 { _ = script.endInterval() }
    #expect(script.process(1) == nil)
    script.release(2, by: 99, isInit: true)
    script.release(3, by: 99, isInit: true)
    #expect(script.process(2)?.isReaped == false)
    #expect(script.process(2)?.isReleased == true)
    #expect(script.process(2)?.reapedBy == .initProcess)
    #expect(script.process(3)?.isReaped == true)
  }

  @Test func aReleaseThatComesAfterTheParentsEndBelongsToItsWait() {
    var script = EventScript()
    script.exec(1, "/bin/sh")
    script.fork(2, by: 1)
    script.fork(3, by: 1)
    script.exit(2)
    script.exit(3)
    script.wait(1, for: 2)
    script.wait(1, for: nil)  // waitid without a siginfo
    script.exit(1)
    script.release(2)
    script.release(3)
    #expect(script.process(1)?.children == ChildCounts(spawned: 2, reaped: 2))
  }

  @Test func anOrphanCountsAsAliveForWhoLeftIt() {
    var script = EventScript()
    script.exec(1, "/bin/sh")
    script.fork(2, by: 1)
    script.exit(1)
    script.exit(2, parent: 99)
    script.release(2, by: 99, isInit: true)
    #expect(script.process(1)?.children == ChildCounts(spawned: 1, alive: 1))
    #expect(script.process(2)?.isReaped == true)
    #expect(script.process(2)?.spawner == EventScript.key(1))
  }

  @Test func aChildOfAParentThatIgnoresItIsNeverAZombie() {
    var script = EventScript()
    script.exec(1, "/bin/sh")
    script.fork(2, by: 1)
    script.exit(2, isAutoReaped: true)
    #expect(script.process(1)?.children == ChildCounts(spawned: 1, reaped: 1))
  }

  @Test func aStoppedChildIsNotReapedByAWait() {
    var script = EventScript()
    script.exec(1, "/bin/sh")
    script.fork(2, by: 1)
    script.wait(1, for: 2)  // WUNTRACED
    #expect(script.process(1)?.children == ChildCounts(spawned: 1, alive: 1))
    #expect(script.process(2)?.isReaped == false)
  }

  @Test func aStepThatIsToldTwiceCountsOnce() {
    var script = EventScript()
    script.exec(1, "/bin/sh")
    for _ in 0..<2 { script.fork(2, by: 1) }
    for _ in 0..<2 { script.exit(2) }
    for _ in 0..<2 { script.wait(1, for: 2) }
    for _ in 0..<2 { script.release(2) }
    #expect(script.process(1)?.children == ChildCounts(spawned: 1, reaped: 1))
  }

  @Test func aSignalIsNoExitCode() {
    var script = EventScript()
    script.fork(2, by: 1)
    script.exit(2, waitStatus: 9)
    #expect(script.process(2)?.exit?.signal == 9)
    #expect(script.process(2)?.exit?.code == nil)
  }

  @Test func anIdUsedAgainIsAnotherProcess() {
    var script = EventScript()
    script.fork(2, by: 1)
    script.exit(2)
    let again = ProcessKey(processID: 2, startTime: 999)
    #expect(script.ledger.process(again) == nil)
    #expect(script.ledger.index(of: again) != script.ledger.index(of: EventScript.key(2)))
  }
}
