// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Testing

struct ReapingTests {
  private func family() -> EventScript {
    var script = EventScript()
    script.exec(1, "/bin/sh")
    return script
  }

  @Test func whoWaitsIsTheParentOrAnotherThreadOfIt() {
    var script = family()
    for (child, thread) in [(2, 1), (3, 11)] as [(UInt32, UInt32)] {
      script.fork(child, by: 1)
      script.exit(child)
      script.wait(1, for: child, thread: thread)
    }
    #expect(script.process(2)?.reapedBy == .parent)
    #expect(script.process(3)?.reapedBy == .sibling)
    #expect(script.process(3)?.reaper == EventScript.key(1))
  }

  @Test func whoAdoptsIsAnInitOrASubreaper() {
    var script = family()
    script.fork(2, by: 1, namespaceID: 1)
    script.fork(3, by: 1)
    for (child, adopter) in [(4, 2), (5, 3)] as [(UInt32, UInt32)] {
      script.fork(child, by: 1)
      script.exit(child, parent: adopter)
      script.wait(adopter, for: child)
    }
    #expect(script.process(4)?.reapedBy == .initProcess)
    #expect(script.process(5)?.reapedBy == .subreaper)
  }

  @Test func anAbandonedZombieIsRemovedByItsAdopterWhateverACensusSaw() {
    var script = family()
    script.fork(2, by: 1, namespaceID: 1)
    script.fork(3, by: 1)
    script.fork(4, by: 3)
    script.exit(4)
    script.exit(3)
    script.wait(2, for: 4)
    script.release(4, by: 2, isInit: true)
    #expect(script.process(4)?.reapedBy == .initProcess)
    #expect(script.process(4)?.isReaped == false)
    #expect(script.process(3)?.children == ChildCounts(spawned: 1, zombies: 1))
  }

  @Test func aReleaseTellsWhoReapedWhereNoWaitDid() {
    var script = family()
    for child in 2...5 as ClosedRange<UInt32> {
      script.fork(child, by: 1)
      script.exit(child, isIgnored: child == 5, parent: child < 4 ? 90 : 1, tracer: 7)
    }
    script.release(2, by: 90, isInit: true)
    script.release(3, by: 90, isSubreaper: true)
    script.release(4, by: 1)
    script.release(5, by: 1)
    #expect(script.process(2)?.reapedBy == .initProcess)
    #expect(script.process(3)?.reapedBy == .subreaper)
    #expect(script.process(4)?.reapedBy == .parent)
    #expect(script.process(5)?.reapedBy == .kernel)
    #expect(script.process(5)?.reaper == nil)
  }

  @Test func aReleaseThatTheKernelKeptIsCountedAndAGuessOnlyWhereNobodyKnows() {
    var script = family()
    for child in 2...4 as ClosedRange<UInt32> { script.fork(child, by: 1) }
    script.fork(5, by: 4)
    // One whose parent lives, one that was waited for, and one whose parent has ended.
    for child in [2, 3, 5, 4] as [UInt32] { script.exit(child) }
    script.wait(1, for: 3)
    let ended = script.ledger.endedAndUnreleased
    #expect(ended.map(\.processID).sorted() == [2, 3, 4, 5])
    #expect(script.ledger.loss.isComplete)
    script.ledger.countMissedReleases(of: Set(ended.filter { $0.processID < 5 }))
    #expect(script.ledger.loss.notes["releasesMissed"] == 3)
    #expect(script.ledger.loss.isComplete)
    script.ledger.countMissedReleases(of: Set(ended.filter { $0.processID == 5 }))
    #expect(script.ledger.loss.notes["releasesMissed"] == 4)
    #expect(script.ledger.loss.notes["reapersUnknown"] == 1)
    #expect(!script.ledger.loss.isComplete)
  }

  @Test func whoIsGoneWithoutAReleaseWasReapedByTheParentItHad() {
    var script = family()
    script.fork(2, by: 1)
    script.fork(3, by: 1)
    script.exit(2)
    script.exit(3, parent: 90)
    script.ledger.apply(census: [], at: script.time, isComplete: true)
    #expect(script.process(2)?.reapedBy == .parent)
    #expect(script.process(3)?.reapedBy == .subreaper)
    #expect(script.process(3)?.reaper == EventScript.key(90))
  }

  @Test func aTracerIsToldAndReapsNothing() {
    var script = family()
    script.fork(2, by: 1)
    script.fork(3, by: 1)
    script.exit(2, parent: 1, tracer: 3)
    script.wait(3, for: 2)
    #expect(script.process(2)?.isReaped == false)
    #expect(script.process(1)?.children.zombies == 1)
    script.wait(1, for: 2)
    #expect(script.process(2)?.reapedBy == .parent)
    #expect(script.process(2)?.tracer == EventScript.key(3))
  }

  @Test func aWaitThatFoundItStoppedReapsNothing() {
    var script = family()
    script.fork(2, by: 1)
    script.exit(2)
    script.wait(1, for: 2, news: .lives)
    #expect(script.process(1)?.children == ChildCounts(spawned: 1, zombies: 1))
  }

  @Test func theMostZombiesAtOneTimeAreRemembered() {
    var script = family()
    for child in 2...5 as ClosedRange<UInt32> {
      script.fork(child, by: 1)
      script.exit(child)
    }
    for child in 2...4 as ClosedRange<UInt32> { script.wait(1, for: child) }
    script.fork(6, by: 1)
    script.exit(6)
    #expect(script.process(1)?.zombiePeak == 4)
    #expect(script.process(1)?.children.zombies == 2)
  }

  @Test func aWaitThatDoesNotSayForWhomLowersTheZombiesAtOnce() {
    var script = family()
    for child in 2...3 as ClosedRange<UInt32> {
      script.fork(child, by: 1)
      script.exit(child)
      script.wait(1, for: nil)
    }
    #expect(script.process(1)?.zombiePeak == 1)
    #expect(script.process(1)?.children == ChildCounts(spawned: 2, reaped: 2))
    script.release(2, by: 1)
    script.release(3, by: 1)
    #expect(script.process(1)?.children == ChildCounts(spawned: 2, reaped: 2))
    #expect(script.process(2)?.isReaped == true)
  }

  @Test func aWaitThatDoesNotSayForWhomIsOfWhomItsReleaseTells() {
    var script = family()
    for child in 2...3 as ClosedRange<UInt32> { script.fork(child, by: 1) }
    script.exit(2)
    script.fork(4, by: 3)
    script.exit(4)
    script.exit(3, parent: 1)
    script.wait(1, for: 3)
    script.wait(1, for: nil)
    script.release(4, by: 1, isSubreaper: true)
    #expect(script.process(1)?.children == ChildCounts(spawned: 2, zombies: 1, reaped: 1))
    #expect(script.process(4)?.reaper == EventScript.key(1))
    script.wait(1, for: 2)
    #expect(script.process(1)?.children == ChildCounts(spawned: 2, reaped: 2))
  }

  @Test func whatTheKernelReapsAtOnceNeverWasAZombie() {
    var script = family()
    script.fork(2, by: 1)
    script.exit(2, isAutoReaped: true)
    #expect(script.process(1)?.children == ChildCounts(spawned: 1, reaped: 1))
    #expect(script.process(1)?.zombiePeak == 0)
    #expect(script.process(2)?.reapedBy == .kernel)
  }

  @Test func aWaitIsRememberedWhateverItFound() {
    var script = family()
    script.fork(2, by: 1)
    #expect(script.process(1)?.hasWaited == false)
    script.wait(1, for: 99)
    #expect(script.process(1)?.hasWaited == true)
  }
}
