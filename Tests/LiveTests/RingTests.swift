// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What is done by io_uring counts as if system calls had done it.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct RingTests {
  @Test(arguments: Spoor.backends)
  func whatAnIOUringLooksUpAndWritesIsItsSubmitters(backend: String) throws {
    let (truth, report, status) = try Spoor.record(
      "uring", ["5"], options: ["--backend", backend])
    #expect(status == 0)
    #expect(truth.outcomes.count > 300)
    #expect(differences(truth.outcomes, report.outcomes(like: truth)) == [])
    let relative = report.paths.filter { $0.path == "relative" }.compactMap(\.absolutePath)
    let ways = relative.compactMap { $0.split(separator: "/").dropLast().last }
    #expect(ways.sorted() == ["deferred", "plain", "polled", "worker"])
    #expect(truth.terminalSums.count == 6)
    // Its last thread may be one that the ring made.
    #expect(report.process(truth.pid)?.exit == Truth.Exit(code: 0))
    #expect(differences(truth.terminalSums, report.terminalSums) == [])
    #expect(report.recording.loss.notes["ringMissed", default: 0] == 0)
    report.expectNothingLost()
  }

  @Test func theFiltersApplyToWhoSubmits() throws {
    for (name, rows) in [("uring", 1), ("other", 0)] {
      let (truth, report, _) = try Spoor.record(
        "uring", ["1"], options: ["--comm", name, "--uid", "0"])
      let own = report.outcomes(like: truth)
      #expect(differences(rows == 0 ? [:] : truth.outcomes, own) == [])
      #expect(report.recording.loss.notes["ringMissed", default: 0] == 0)
    }
  }

  @Test func aRequestInFlightAtTheStartIsCountedAndNotGuessed() throws {
    let scratch = try Scratch()
    let present = try scratch.makePipe("present")
    try #require(mkfifo(scratch.file("go").path, 0o600) == 0)
    let target = Process()
    target.executableURL = URL(filePath: Spoor.conformance + "/inflight")
    target.arguments = [scratch.folder.path]
    Spoor.unblockSignals()
    try target.run()
    try scratch.awaitWriter(present)
    close(present)
    let spoor = try Running(
      ["record", "-q", "-o", "run.spoor", "-p", "\(target.processIdentifier)"], in: scratch)
    try scratch.release("go")
    target.waitUntilExit()
    #expect(target.terminationStatus == 0)
    #expect(spoor.wait() == 0)
    let report = try scratch.report("run.spoor")
    #expect(report.recording.loss.notes["ringMissed"] == 1)
    #expect(!report.recording.loss.complete)
    // The reader's, by a system call.
    #expect(report.lookups(of: scratch.file("waited").path) == 1)
    #expect(report.lookups(of: scratch.file("after").path) == 1)
  }

  @Test func traceSaysWhatWasDoneByIOUring() throws {
    let scratch = try Scratch()
    let traced = try Spoor.run([
      "trace", "--json", "--op", "openat2", "--", Spoor.conformance + "/uring",
      scratch.folder.path, "1",
    ])
    let lines = traced.text.split(separator: "\n").filter { $0.contains("\"openat2\"") }
    #expect(lines.count { $0.contains("\"ioUring\":true") } == 4)
    for line in lines where line.contains("\"result\":-") == false {
      // Absolute, and opened: its own path is the one that was given.
      #expect(line.contains(scratch.folder.path))
    }
  }
}
