// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Every family of system calls that walk paths, on both interfaces.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct SystemCallTests {
  @Test(arguments: Spoor.backends)
  func theCallsThatMakeLinkAndChangeFilesAreCounted(backend: String) throws {
    try expectLookups(of: "families", ["6", "4"], backend, atLeast: 100)
  }

  @Test(arguments: Spoor.backends)
  func aMountWalksItsTargetAndOnlyABoundSource(backend: String) throws {
    try expectLookups(of: "mounts", ["3"], backend, atLeast: 15)
  }

  @Test(arguments: Spoor.backends)
  func aSocketsNameIsALookupWhereItIsAPath(backend: String) throws {
    try expectLookups(of: "sockets", ["5"], backend, atLeast: 15)
  }

  /// By seccomp's signal, and by a tracer in its place; and a number with bits above it is a call.
  @Test(arguments: Spoor.backends)
  func whatTheKernelWasKeptFromIsNone(backend: String) throws {
    let (truth, report, status) = try Spoor.record(
      "refused", ["7"], options: ["--backend", backend])
    #expect(status == 0)
    #expect(truth.outcomes.count >= 2)
    #expect(differences(truth.outcomes, report.outcomes(like: truth)) == [])
    #expect(differences(truth.terminalSums, report.terminalSums) == [])
    let truncations = report.processes.map { $0.lookups.byOperation["truncate"] ?? 0 }
    #expect(truncations.reduce(0, +) == 7)
    report.expectNothingLost()
  }

  private func expectLookups(
    of program: String, _ arguments: [String], _ backend: String, atLeast rows: Int
  ) throws {
    let (truth, report, status) = try Spoor.record(
      program, arguments, options: ["--backend", backend])
    #expect(status == 0)
    #expect(truth.outcomes.count >= rows)
    #expect(differences(truth.outcomes, report.outcomes(like: truth)) == [])
    report.expectNothingLost()
  }

  @Test(arguments: Spoor.backends)
  func callsOfThirtyTwoBitsAreDecoded(backend: String) throws {
    let (truth, report, _) = try Spoor.record("compat", ["5"], options: ["--backend", backend])
    if let reason = truth.skipped {
      print("skipped: 32-bit calls: \(reason)")
      return
    }
    #expect(truth.outcomes.count > 15)
    #expect(differences(truth.outcomes, report.outcomes(like: truth)) == [])
    #expect(differences(truth.terminalSums, report.terminalSums) == [])
    let children = try #require(truth.children)
    let own = try #require(report.process(truth.pid))
    #expect(own.children.spawned == children.spawned)
    #expect(own.children.reaped == children.reaped)
    #expect(report.recording.loss.observed == report.recording.loss.delivered)
    #expect(report.recording.loss.notes["compatCalls"] == truth.undecoded)
  }
}
