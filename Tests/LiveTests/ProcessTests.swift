// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// How processes end and who reaps them, and what the living use.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct ProcessTests {
  @Test(arguments: Spoor.backends)
  func everyWayToBeReapedIsToldWithWhoDidIt(backend: String) throws {
    let (truth, report, _) = try Spoor.record(
      "reapers", [], folderFirst: false, options: ["--backend", backend])
    let reapings = try #require(truth.reapings)
    #expect(reapings.count > 30)
    try expectEqual(reapings, report)
    let own = try #require(report.process(truth.pid))
    #expect(own.children.counts == truth.children)
    #expect(own.children.everWaited)
    // Nobody else was seen: no row is a merger of two processes, or a phantom.
    #expect(report.processes.count == reapings.count + 1)
    #expect(report.recording.loss.complete)
  }

  @Test func childrenThatTheCommandLeavesToItsOwnParentAreReapedAsTheyEnd() throws {
    let (truth, report, status) = try Spoor.record("siblings", ["5"], folderFirst: false)
    #expect(status == 0)
    let reapings = try #require(truth.reapings)
    #expect(reapings.count == 5)
    try expectEqual(reapings, report)
    #expect(report.recording.loss.complete)
  }

  private func expectEqual(_ reapings: [Truth.Reaping], _ report: Report) throws {
    for expected in reapings {
      // A process id may be used again: the two differ by how they ended.
      let same = report.processes.filter {
        $0.pid == expected.pid && $0.exit?.code == expected.code
          && $0.exit?.signal == expected.signal
      }
      #expect(same.count == 1, "\(expected)")
      let found = try #require(same.first)
      #expect(found.exit?.dumpedCore == expected.dumpedCore, "\(expected)")
      #expect(found.namespacePid == expected.namespacePid, "\(expected)")
      #expect(found.spawnerPid == expected.spawnerPid, "\(expected)")
      #expect(found.spawnerKnown)
      // What its mother leaves to init is gone before spoor is done, or is not.
      if expected.reaped || found.reapedBy != "init" {
        #expect(found.reaped == expected.reaped, "\(expected)")
        #expect(found.reapedBy == expected.reapedBy, "\(expected)")
        #expect(found.reaperPid == expected.reaperPid, "\(expected)")
      }
      #expect(found.tracerPid == expected.tracerPid, "\(expected)")
      #expect(found.rssBytes == nil)
    }
  }
}
