// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Testing

/// A pass at a time, with so many files and pipes of each process; who holds something lived
/// on, where nothing else is said.
func pass(
  at time: UInt64, _ held: [UInt32: (files: UInt64, pipes: UInt64)], survivors: [UInt32]? = nil
) -> DescriptorPass {
  var pass = DescriptorPass(time: time, duration: 5)
  pass.survivors = Set((survivors ?? Array(held.keys)).map(EventScript.key))
  pass.descriptors = held.values.reduce(0) { $0 + $1.files + $1.pipes }
  for (id, counts) in held {
    var descriptors = HeldDescriptors()
    descriptors.counts[.regular] = counts.files
    descriptors.counts[.pipe] = counts.pipes
    descriptors.limit = 1024
    pass.processes[EventScript.key(id)] = descriptors
  }
  return pass
}

struct DescriptorTests {
  @Test func onlyCountsThatChangedAreTold() {
    var script = EventScript()
    script.ledger.apply(pass(at: 10, [7: (3, 2)]))
    script.ledger.apply(pass(at: 20, [7: (3, 5)]))
    script.ledger.apply(pass(at: 30, [7: (3, 5)]))
    let found = script.endInterval().descriptors
    #expect(found.passes.map(\.number) == [0, 1, 2])
    #expect(found.passes.map(\.descriptors) == [5, 8, 8])
    let changes = found.changes.map { "\($0.pass) \($0.descriptorClass.name) \($0.count)" }
    #expect(changes == ["0 regular 3", "0 pipe 2", "1 pipe 5"])
    script.ledger.apply(pass(at: 40, [7: (3, 5)]))
    let quiet = script.endInterval()
    #expect(quiet.descriptors.passes.map(\.number) == [3])
    #expect(quiet.descriptors.changes.isEmpty)
    #expect(quiet.processes.isEmpty)
  }

  @Test func theFirstTheLastAndTheMostAreKept() throws {
    var script = EventScript()
    for (time, pipes) in [(10, 2), (20, 9), (30, 4)] as [(UInt64, UInt64)] {
      script.ledger.apply(pass(at: time, [7: (3, pipes)]))
    }
    let use = try #require(script.process(7)?.descriptors)
    #expect(use.first[.pipe] == 2)
    #expect(use.last[.pipe] == 4)
    #expect(use.peak[.pipe] == 9)
    #expect(use.last.total == 7)
    #expect(use.growth == 2)
    #expect(use.limit == 1024)
  }

  @Test func aProcessThatEndedKeepsWhatTheLastPassFound() {
    var script = EventScript()
    script.exec(7, "/bin/sh")
    script.ledger.apply(pass(at: 10, [7: (3, 2), 8: (1, 1)]))
    script.exit(7)
    script.ledger.apply(pass(at: 20, [8: (1, 1)]))
    #expect(script.process(7)?.descriptors?.last.total == 5)
  }

  @Test func whatAnEndingProcessStillHoldsIsNotTold() {
    var script = EventScript()
    script.exec(7, "/bin/sh")
    script.exec(8, "/bin/sh")
    script.ledger.apply(pass(at: 10, [7: (3, 2), 8: (1, 1)]))
    script.ledger.apply(pass(at: 20, [7: (3, 0)], survivors: []))
    #expect(script.process(7)?.descriptors?.last.total == 5)
    #expect(script.process(8)?.descriptors?.last.total == 2)
  }

  @Test func aLivingProcessThatIsInNoPassHasClosedEverything() {
    var script = EventScript()
    script.exec(7, "/bin/sh")
    script.ledger.apply(pass(at: 10, [7: (3, 2)]))
    script.ledger.apply(pass(at: 20, [:], survivors: [7]))
    #expect(script.process(7)?.descriptors?.last.total == 0)
    #expect(script.process(7)?.descriptors?.peak.total == 5)
    let changes = script.endInterval().descriptors.changes.filter { $0.pass == 1 }
    #expect(changes.map(\.count) == [0, 0])
  }

  @Test func aProcessThatAFilterLeavesOutKeepsWhatTheLastPassFound() {
    var script = EventScript()
    script.exec(7, "/bin/sh")
    script.ledger.apply(pass(at: 10, [7: (3, 2)]))
    var filtered = pass(at: 20, [:], survivors: [7])
    filtered.isFiltered = true
    script.ledger.apply(filtered)
    #expect(script.process(7)?.descriptors?.last.total == 5)
  }

  @Test func inotifyInstancesAreOpenFilesAndUsersAreTold() {
    var script = EventScript()
    var found = pass(at: 10, [7: (1, 0)])
    found.processes[EventScript.key(7)]?.watches = 12
    found.inotify = [1, 1, 2].map {
      HeldInotify(
        identity: $0, holder: EventScript.key(7), thread: 7, descriptor: 3, userID: 1000,
        userInstances: 2, userWatches: 40)
    }
    script.ledger.apply(found)
    #expect(script.process(7)?.descriptors?.inotifyInstances == 2)
    #expect(script.process(7)?.descriptors?.inotifyWatches == 12)
    #expect(
      script.endInterval().descriptors.inotifyUsers
        == [InotifyUse(userID: 1000, instances: 2, watches: 40)])
  }

  @Test func aFailedPassIsCountedAndChangesNothing() {
    var script = EventScript()
    script.ledger.apply(pass(at: 10, [7: (3, 2)]))
    script.ledger.countFailedPass()
    #expect(script.process(7)?.descriptors?.last.total == 5)
    #expect(script.endInterval().loss.notes["failedPasses"] == 1)
  }
}
