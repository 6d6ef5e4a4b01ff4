// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Testing

/// Pty masters: by passes, and as they are opened and released.
struct MasterTests {
  private func master(
    _ file: UInt64, pts: UInt32, _ slave: SlaveState, made: UInt64? = nil,
    by holders: [UInt32: [UInt32]], others: Int = 0
  ) -> HeldMaster {
    var master = HeldMaster(
      identity: file, instance: 24, index: pts, slave: slave, madeTime: made)
    for (id, descriptors) in holders { master.holders[EventScript.key(id)] = descriptors }
    master.otherDescriptors = others
    return master
  }

  @Test func mastersAreOpenFilesAndNotDescriptors() throws {
    var script = EventScript()
    var found = pass(at: 10, [7: (1, 0), 8: (1, 0)])
    found.masters = [
      master(1, pts: 0, .closed, by: [7: [3, 4], 8: [9]]),
      master(2, pts: 1, .neverOpened, by: [7: [5]]),
      master(3, pts: 2, .open, by: [:], others: 2),
    ]
    found.pseudoterminals = PseudoterminalUse(used: 5, limit: 4096, reserve: 1024)
    script.ledger.apply(found)
    #expect(
      script.process(7)?.descriptors?.masters == MasterUse(slaveClosed: 1, slaveNeverOpened: 1))
    #expect(script.process(8)?.descriptors?.masters == MasterUse(slaveClosed: 1))
    let told = script.endInterval().descriptors
    #expect(told.passes.first?.explainedMasters == 3)
    #expect(told.passes.first?.followedMasters == 2)
    #expect(told.masters.map(\.number) == [0, 1])
    let first = try #require(told.masters.first?.master)
    #expect(first.holders == [EventScript.key(7): 2, EventScript.key(8): 1])
    // Nobody was seen to open it: the older of its holders.
    #expect(first.opener == EventScript.key(7))
    #expect(!first.openerIsSeen)
    #expect(first.madeTime == 10)
  }

  @Test func whoOpensPtmxIsTheOpener() throws {
    var script = EventScript()
    script.lookup(9, "/dev/ptmx", result: 5)
    script.lookup(9, "/dev/ptmx", result: -28)
    script.lookup(9, "/dev/ptmx", result: 0, "statx")
    let hadOpened = script.ledger.hasOpenedMasters
    #expect(hadOpened)
    var found = pass(at: 10, [7: (1, 0), 9: (1, 0)])
    found.masters = [
      master(1, pts: 0, .open, made: 8, by: [7: [5], 9: [5]]),
      master(2, pts: 1, .open, made: 8, by: [9: [6]]),
    ]
    script.ledger.apply(found)
    let hasOpened = script.ledger.hasOpenedMasters
    #expect(!hasOpened)
    let masters = script.endInterval().descriptors.masters.map(\.master)
    #expect(masters.map(\.opener) == [EventScript.key(9), EventScript.key(9)])
    #expect(masters.map(\.openerIsSeen) == [true, false])
    // The open comes before the coarser clock of the node.
    #expect(masters.map(\.madeTime) == [1, 8])
  }

  /// The pass reads descriptors before the ring's events of that time are taken in.
  @Test(arguments: [0, 5]) func whoOpensPtmxWhileAPassGoesByIsTheOpener(made: UInt64) throws {
    var script = EventScript()
    var found = pass(at: 0, [7: (1, 0), 9: (1, 0)])
    found.masters = [master(1, pts: 0, .open, made: made, by: [7: [5], 9: [5]])]
    script.ledger.apply(found)
    script.lookup(9, "/dev/ptmx", result: 5)
    found.time = 10
    script.ledger.apply(found)
    found.time = 20
    script.ledger.apply(found)
    let told = script.endInterval().descriptors.masters
    #expect(told.map(\.number) == [0, 0])
    #expect(told.map(\.master.opener) == [EventScript.key(7), EventScript.key(9)])
    #expect(told.map(\.master.openerIsSeen) == [false, true])
    #expect(told.last?.master.goneTime == nil)
  }

  @Test func anOpenAfterTwoPassesIsOfAnotherMaster() {
    var script = EventScript()
    var found = pass(at: 0, [7: (1, 0)])
    found.masters = [master(1, pts: 0, .open, made: 0, by: [7: [5]])]
    for time: UInt64 in [0, 1, 2] {
      found.time = time
      if time == 2 { script.lookup(7, "/dev/ptmx", result: 5) }
      script.ledger.apply(found)
    }
    #expect(script.endInterval().descriptors.masters.map(\.master.openerIsSeen) == [false])
  }

  @Test func aMasterIsToldWhenItChangesAndWhenItGoes() {
    var script = EventScript()
    for (time, slave) in [(10, .open), (20, .open), (30, .closed)] as [(UInt64, SlaveState)] {
      var found = pass(at: time, [7: (1, 0)])
      found.masters = [master(1, pts: 0, slave, made: 5, by: [7: [3]])]
      script.ledger.apply(found)
    }
    script.ledger.apply(pass(at: 40, [7: (1, 0)]))
    let told = script.endInterval().descriptors.masters
    #expect(told.map(\.number) == [0, 0, 0])
    #expect(told.map(\.master.slave) == [.open, .closed, .closed])
    #expect(told.map(\.master.goneTime) == [nil, nil, 40])
  }

  @Test func aMasterMadeSinceTheLastPassIsAnotherInSpiteOfItsAddress() {
    var script = EventScript()
    for (time, made) in [(10, 5), (20, 15)] as [(UInt64, UInt64)] {
      var found = pass(at: time, [7: (1, 0)])
      found.masters = [master(1, pts: 0, .open, made: made, by: [7: [3]])]
      script.ledger.apply(found)
    }
    let told = script.endInterval().descriptors.masters
    #expect(told.map(\.number) == [0, 1, 0])
    #expect(told.filter { $0.master.goneTime == 20 }.map(\.number) == [0])
    #expect(told.last { $0.master.goneTime == nil }?.number == 1)
  }

  @Test func aMasterThatIsFollowedNeedsNoPass() throws {
    var script = EventScript()
    script.master(1, pts: 0, by: 7)
    script.master(2, pts: 1, by: 7)
    script.master(1, pts: 0, by: 8, isRelease: true)
    // Its address again, and its index.
    script.master(1, pts: 0, by: 9)
    // None that anybody knows.
    script.master(5, pts: 4, by: 9, isRelease: true)
    let told = script.endInterval().descriptors.masters
    let last = Dictionary(told.map { ($0.number, $0.master) }) { $1 }
    #expect(last.mapValues(\.madeTime) == [0: 1, 1: 2, 2: 4])
    #expect(last.mapValues(\.goneTime) == [0: 3, 1: nil, 2: nil])
    #expect(last.mapValues(\.opener.processID) == [0: 7, 1: 7, 2: 9])
    #expect(last.values.allSatisfy { $0.openerIsSeen && $0.slave == .neverOpened })
    #expect(last[1]?.holders == [EventScript.key(7): 1])
  }

  @Test func aMasterWhoseReleaseWasLostEndsAsItsPlaceIsTaken() {
    var script = EventScript()
    script.master(1, pts: 0, by: 7)
    script.master(1, pts: 0, by: 7)
    let told = script.endInterval().descriptors.masters
    #expect(told.map(\.number) == [0, 0, 1])
    #expect(told.map(\.master.goneTime) == [nil, 2, nil])
  }

  /// The pass reads descriptors before the ring's events of that time are taken in.
  @Test func whatWasOpenedOrReleasedWhileAPassGoesByIsNotAsItFoundIt() {
    var script = EventScript()
    script.master(1, pts: 0, by: 7)
    script.master(2, pts: 1, by: 7)
    script.time = 10
    script.master(1, pts: 0, by: 7, isRelease: true)
    script.master(3, pts: 2, by: 9)
    var found = pass(at: 10, [7: (1, 0), 9: (1, 0)])
    found.masters = [
      master(1, pts: 0, .open, made: 0, by: [7: [5]]),
      master(2, pts: 1, .closed, made: 0, by: [7: [6], 9: [6]]),
    ]
    script.ledger.apply(found)
    found.time = 20
    // All of its node's times may have moved.
    found.masters = [master(3, pts: 2, .open, made: 19, by: [9: [5]])]
    script.ledger.apply(found)
    let told = script.endInterval().descriptors.masters
    let last = Dictionary(told.map { ($0.number, $0.master) }) { $1 }
    #expect(last.mapValues(\.goneTime) == [0: 11, 1: 20, 2: nil])
    #expect(last.mapValues(\.madeTime) == [0: 1, 1: 2, 2: 12])
    #expect(last[1]?.slave == .closed)
    #expect(last[1]?.holders.count == 2)
    #expect(last[2]?.slave == .open)
  }

  @Test func onePassThatFoundAMasterKnowsItsRelease() {
    var script = EventScript()
    var found = pass(at: 0, [7: (1, 0)])
    found.masters = [master(1, pts: 0, .open, by: [7: [5]])]
    script.ledger.apply(found)
    script.time = 4
    script.master(1, pts: 0, by: 7, isRelease: true)
    found.masters = []
    found.time = 10
    script.ledger.apply(found)
    let told = script.endInterval().descriptors.masters
    #expect(told.map(\.master.goneTime) == [nil, 5])
  }
}
