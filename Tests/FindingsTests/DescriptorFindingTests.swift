// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings
import Testing

@Suite struct DescriptorFindingTests {
  private func use(closed: UInt64 = 0, open: UInt64 = 0) -> DescriptorUse {
    var use = DescriptorUse()
    use.masters = MasterUse(slaveOpen: open, slaveClosed: closed)
    use.last[.ptyMaster] = closed + open
    use.limit = 1_024
    return use
  }

  // MARK: Pty masters

  @Test func mastersWhoseSlaveIsClosedAreALeak() throws {
    var scene = Scene(seconds: 12)
    let app = scene.add("app", at: 0) { $0.descriptors = use(closed: 12, open: 1) }
    // Between fork and exec, a child has them all.
    let child = scene.add("sh", at: 9, by: app) {
      $0.descriptors = use(closed: 12)
      $0.end(at: 9.5)
    }
    for index in 0..<12 {
      scene.timeline.masters.append(
        PTYMaster(
          instance: 1, index: UInt32(index), slave: .closed,
          madeTime: Scene.time(Scene.start + Double(index) / 2), opener: app, openerIsSeen: true,
          holders: [app: 1, child: 1]))
    }
    let finding = try #require(scene.findings().first)
    #expect(scene.findings().count == 1)
    #expect(finding.kind == .ptyLeak && finding.process == app)
    #expect(finding.value == 12 && finding.threshold == 5 && finding.severity == .warning)
    #expect(finding.predicate == "holds 12 pty masters whose terminals are closed")
    #expect(finding.control == "the other process holds no such master")
  }

  @Test func mastersThatAreInUseAreNone() {
    var scene = Scene(seconds: 12)
    scene.add("tmux", at: 0) { $0.descriptors = use(closed: 1, open: 40) }
    scene.timeline.pseudoterminals = PseudoterminalUse(used: 41, limit: 4_096, reserve: 1_024)
    #expect(scene.findings().isEmpty)
  }

  @Test func whoHoldsMostIsNamedWhereTheSystemRunsShort() throws {
    var scene = Scene(seconds: 12)
    let app = scene.add("app", at: 0) { $0.descriptors = use(open: 400) }
    scene.add("tmux", at: 0) { $0.descriptors = use(open: 3) }
    scene.timeline.pseudoterminals = PseudoterminalUse(used: 420, limit: 511, reserve: 0)
    let finding = try #require(scene.findings(.ptyLeak).first)
    #expect(scene.findings(.ptyLeak).count == 1)
    #expect(finding.process == app && finding.unit == "%" && finding.value.rounded() == 82)
    #expect(finding.predicate.hasSuffix("420 of the system's 511 pseudoterminals are in use"))
  }

  /// microsoft/node-pty#950: some other child has inherited each slave.
  @Test func aMasterForEachChildThatEndedIsALeak() throws {
    var scene = Scene(seconds: 60)
    let app = scene.add("app", at: 0) { $0.descriptors = use(open: 11) }
    for cycle in 0..<11 {
      let start = 1 + Double(cycle) * 3
      scene.add("sh", at: start + 0.1, by: app) { $0.end(at: start + 1) }
      scene.timeline.masters.append(
        PTYMaster(
          instance: 1, index: UInt32(cycle), slave: .open,
          madeTime: Scene.time(Scene.start + start), opener: app, openerIsSeen: true,
          holders: [app: 1]))
    }
    let finding = try #require(scene.findings().first)
    #expect(finding.kind == .ptyLeak && finding.value == 11 && finding.threshold == 10)
  }

  // MARK: Growth

  private func growing(seconds: Int, _ count: (Int) -> UInt64) -> Scene {
    var scene = Scene(seconds: seconds)
    let app = scene.add("app", at: -10)
    let last = count(seconds - 1)
    scene.change(app) {
      var use = use()
      use.last[.socket] = last
      $0.descriptors = use
    }
    var before: UInt64?
    for second in 0..<seconds {
      let now = count(second)
      if now != before {
        scene.timeline.descriptors.append(
          Timeline.Descriptors(
            time: scene.timeline.intervals[second].end, process: 0, kind: "socket", count: now))
      }
      before = now
    }
    return scene
  }

  @Test func aClassThatOnlyGrowsIsALeak() throws {
    let finding = try #require(growing(seconds: 60) { UInt64($0) }.findings().first)
    #expect(finding.kind == .descriptorGrowth && finding.severity == .warning)
    #expect(finding.value == 59 && finding.unit == "descriptors")
    #expect(finding.predicate.hasPrefix("opened 59 more sockets than it closed in "))
  }

  @Test func manyAtTheStartAndThenNoMoreIsNoGrowth() {
    #expect(growing(seconds: 60) { UInt64(min($0, 15) * 4) }.findings().isEmpty)
  }

  @Test func upAndDownIsNoGrowth() {
    #expect(growing(seconds: 60) { UInt64($0 + ($0 == 40 ? -20 : 0)) }.findings().isEmpty)
  }

  /// openai/codex#37971: 997 of 1,024.
  @Test func almostAllThatItMayHaveIsCritical() throws {
    let finding = try #require(growing(seconds: 2) { _ in 997 }.findings().first)
    #expect(finding.severity == .critical && finding.value.rounded() == 97)
    #expect(
      finding.predicate
        == "has 997 descriptors open of the 1,024 that it may have, 997 of them sockets")
  }

  // MARK: inotify

  /// Processes of one user, each with so many watches and instances.
  private func watching(
    _ each: [(watches: UInt64, instances: UInt64)], user: (watches: UInt64, instances: UInt64)
  ) -> Scene {
    var scene = Scene(seconds: 2)
    for held in each {
      scene.add("app", at: -10) {
        $0.userID = 1_000
        var use = DescriptorUse()
        use.inotifyWatches = held.watches
        use.inotifyInstances = held.instances
        $0.descriptors = use
      }
    }
    scene.timeline.inotifyUsers = [
      InotifyUse(userID: 1_000, instances: user.instances, watches: user.watches)
    ]
    scene.timeline.inotifyLimits = InotifyLimits(instances: 128, watches: 65_536)
    return scene
  }

  /// openai/codex#33234: 65,042 of 65,536.
  @Test func mostOfAUsersWatchesIsAFinding() throws {
    let scene = watching([(60_000, 1), (10, 1)], user: (65_042, 9))
    let finding = try #require(scene.findings().first)
    #expect(scene.findings().count == 1)
    #expect(finding.kind == .descriptorGrowth && finding.severity == .critical)
    #expect(finding.unit == "%" && finding.value.rounded() == 99 && finding.threshold == 60)
    #expect(
      finding.predicate
        == "has 60,000 inotify watches, 1 other process beside it; its user has 65,042 of at most "
        + "65,536")
  }

  /// openai/codex#39123: 8 instances in each of 15 processes.
  @Test func mostOfAUsersInstancesMayBeInManyProcesses() throws {
    let many = Array(repeating: (watches: UInt64(1), instances: UInt64(8)), count: 15)
    let findings = watching(many, user: (15, 120)).findings()
    #expect(findings.map { $0.value.rounded() } == [94])
    #expect(findings.first?.predicate.contains("8 inotify instances, 14 other processes") == true)
  }

  @Test func whatOthersHaveOfInotifyIsNobodysHere() {
    #expect(watching([(100, 1)], user: (65_042, 120)).findings().isEmpty)
    #expect(watching([(39_000, 70)], user: (39_000, 70)).findings().isEmpty)
  }
}
