// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Programs that know their own true counts, and what spoor says of them: equal, not nearly.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct ConformanceTests {
  @Test(arguments: Spoor.backends)
  func everyLookupIsCountedByPathOperationAndErrno(backend: String) throws {
    let (truth, report, status) = try Spoor.record(
      "lookups", ["20", "7"], options: ["--backend", backend])
    #expect(status == 0)
    #expect(truth.outcomes.count > 150)
    #expect(differences(truth.outcomes, report.outcomes(like: truth)) == [])
    report.expectNothingLost()
  }

  @Test(arguments: Spoor.backends)
  func longHostileAndUnreadablePathsAreCounted(backend: String) throws {
    let (truth, report, _) = try Spoor.record("paths", ["5"], options: ["--backend", backend])
    #expect(truth.outcomes.count > 50)
    #expect(differences(truth.outcomes, report.outcomes(like: truth)) == [])
    report.expectNothingLost()
  }

  @Test func aProcessesTotalsAreTheSumOfItsOperations() throws {
    let (truth, report, _) = try Spoor.record("lookups", ["20", "7"])
    try report.expectTotalsOfOperations(truth.pid)
  }

  @Test(arguments: ["1", "16"])
  func aFullRingLosesEventsButNoCount(rings: String) throws {
    let (truth, report, _) = try Spoor.record(
      "storm", ["16", "62500"], options: ["--ring-size", "4", "--rings", rings])
    let loss = report.recording.loss
    #expect(truth.total == 1_000_000)
    #expect(!loss.complete)
    #expect(loss.observed == loss.delivered + loss.dropped.values.reduce(0, +))
    // The mother makes the files.
    let storms = try #require(truth.lookups).filter { $0.pid != truth.pid }
    for row in storms {
      let own = try #require(report.process(row.pid))
      // Its own files, and nothing else: the children are forked, not executed.
      #expect(own.lookups.byOperation == ["openat": row.count])
      #expect(own.lookups.total == row.count)
    }
    let exact = storms.compactMap { report.process($0.pid)?.lookups.total }
    #expect(exact.reduce(0, +) == 1_000_000)
  }

  @Test(arguments: ["1", "16"])
  func ringsOfTheDefaultSizeLoseNothingOfAMillionOpens(rings: String) throws {
    let (truth, report, _) = try Spoor.record(
      "storm", ["16", "62500"], options: ["--rings", rings])
    #expect(differences(truth.outcomes, report.outcomes(like: truth)) == [])
    report.expectNothingLost()
  }

  @Test(arguments: Spoor.backends)
  func terminalBytesEqualWhatTheCallsReturned(backend: String) throws {
    let (truth, report, _) = try Spoor.record("tty", [], options: ["--backend", backend])
    let expected = truth.terminalSums
    let found = report.terminalSums
    #expect(expected.count > 20)
    #expect(differences(expected, found) == [])
    let own = try #require(report.process(truth.pid))
    let ownRows = report.ttys.filter { $0.pid == truth.pid }
    #expect(
      own.ttyBytes.output
        == ownRows.filter { $0.direction == "output" }.map(\.bytes).reduce(0, +))
    report.expectNothingLost()
  }

  @Test func lookupsAndBytesAreExactInAPIDNamespace() throws {
    let namespace = ["/usr/bin/unshare", "--pid", "--fork", "--mount-proc"]
    let (truth, recorded, status) = try Spoor.record("lookups", ["20", "7"], wrapper: namespace)
    #expect(status == 0)
    #expect(recorded.process(truth.pid) == nil, "the namespace is new")
    let report = recorded.inNamespace
    #expect(differences(truth.outcomes, report.outcomes(like: truth)) == [])
    try report.expectTotalsOfOperations(truth.pid)
    report.expectNothingLost()

    let (terminals, tty, _) = try Spoor.record("tty", [], wrapper: namespace)
    #expect(differences(terminals.terminalSums, tty.inNamespace.terminalSums) == [])
    tty.expectNothingLost()
  }

  @Test func childrenAreReapedZombiesOrAliveAsTheirParentLeftThem() throws {
    let (truth, report, _) = try Spoor.record("children", ["500"], folderFirst: false)
    let children = try #require(truth.children)
    let own = try #require(report.process(truth.pid))
    #expect(own.children.counts == children)
    for ended in try #require(truth.exits) {
      let process = try #require(report.process(ended.pid))
      #expect(process.exit == Truth.Exit(code: ended.code, signal: ended.signal))
      #expect(process.reaped == ended.reaped, "\(ended)")
      #expect(process.spawnerPid == truth.pid)
    }
    report.expectNothingLost()
  }

  @Test func aProcessWhoseLeaderEndedFirstEndsOnceAndLast() throws {
    let (truth, report, status) = try Spoor.record("leader", ["100"])
    #expect(status == 7)
    let own = try #require(report.process(truth.pid))
    #expect(own.exit == truth.exit)
    #expect(differences(truth.outcomes, report.outcomes(like: truth)) == [])
  }

  @Test func anExecByAThreadKeepsTheProcess() throws {
    let (truth, report, _) = try Spoor.record("execthread", ["5", "6"])
    #expect(differences(truth.outcomes, report.outcomes(like: truth)) == [])
    #expect(report.processes.count { $0.pid == truth.pid } == 1)
    #expect(report.process(truth.pid)?.exit == truth.exit)
  }

  @Test func aDaemonKeepsTheSpawnerItWasForkedBy() throws {
    let (truth, report, _) = try Spoor.record("daemon", ["10"])
    for expected in try #require(truth.processes) {
      let process = try #require(report.process(expected.pid))
      #expect(process.exit == expected.exit, "\(expected.role)")
      if let spawner = expected.spawnerPid { #expect(process.spawnerPid == spawner) }
      if let reaped = expected.reaped { #expect(process.reaped == reaped) }
    }
    #expect(differences(truth.outcomes, report.outcomes(like: truth)) == [])
  }
}
