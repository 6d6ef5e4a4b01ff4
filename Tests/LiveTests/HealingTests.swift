// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// After a loss, the state of processes is the kernel's again.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct HealingTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// A program of this test's, which waits for the named pipe `go`.
  private func startFixture(_ name: String, _ arguments: [String]) throws -> Process {
    for pipe in ["go", "end"] { try #require(mkfifo(scratch.file(pipe).path, 0o666) == 0) }
    let fixture = Process()
    fixture.executableURL = URL(filePath: Spoor.conformance + "/" + name)
    fixture.arguments = [scratch.folder.path] + arguments
    try Data().write(to: scratch.file("truth"))
    fixture.standardOutput = try FileHandle(forWritingTo: scratch.file("truth"))
    Spoor.unblockSignals()
    try fixture.run()
    return fixture
  }

  @Test func whatAStoppedReaderMissedIsThereAnIntervalLater() throws {
    let done = try scratch.makePipe("done")
    defer { close(done) }
    let fixture = try startFixture("gap", ["5000", "500"])
    let spoor = try Running(
      [
        "record", "-q", "-o", "run.spoor", "--ring-size", "64", "--interval", "0.1", "-p",
        "\(fixture.processIdentifier)",
      ], in: scratch)
    try spoor.stop()
    try scratch.release("go")
    try scratch.awaitWriter(done)
    try spoor.send(SIGCONT)
    // The interval that tells the gap is to tell the children too.
    let question = """
      SELECT children_spawned, children_alive, children_zombies, children_reaped
      FROM process WHERE pid = \(fixture.processIdentifier) AND (SELECT count(*) FROM gap) > 0
      """
    var told = ""
    try waitUntil("the recording tells a gap") {
      told = try scratch.query("run.spoor", question)
      return !told.isEmpty
    }
    #expect(told == "751|1|500|250")
    let living = try scratch.query(
      "run.spoor",
      "SELECT count(*) FROM process WHERE executable = CAST('/bin/cat' AS BLOB) "
        + "OR executable = CAST('/usr/bin/cat' AS BLOB)")
    #expect(living == "1")

    try scratch.release("end")
    fixture.waitUntilExit()
    #expect(spoor.wait() == 0)
    let report = try scratch.report("run.spoor")
    let truth = try JSONDecoder().decode(
      Truth.self, from: Data(contentsOf: scratch.file("truth")))
    let children = try #require(truth.children)
    let own = try #require(report.process(truth.pid))
    #expect(own.children.spawned == children.spawned)
    #expect(own.children.zombies == children.zombies)
    #expect(own.children.reaped == children.reaped)
    // Exact counters do not know of the gap.
    #expect(own.lookups.byOperation["openat"].map { $0 >= 5_000 } == true)
    let loss = report.recording.loss
    #expect(!loss.complete)
    #expect(loss.observed == loss.delivered + loss.dropped.values.reduce(0, +))
    #expect(loss.gaps.count == 1)
    #expect(loss.gaps.first?.dropped == loss.dropped["ringFull"])
  }

  @Test func aReaderThatStopsForTwoSecondsLosesOnlyWhatItCounts() throws {
    let spoor = try Running(
      ["record", "-q", "-o", "run.spoor", "--", Spoor.conformance + "/storm"]
        + [scratch.folder.path, "16", "62500"], in: scratch)
    try spoor.stop()
    sleep(2)
    try spoor.send(SIGCONT)
    #expect(spoor.wait() == 0)
    let truth = try JSONDecoder().decode(Truth.self, from: Data(try spoor.output.utf8))
    let report = try scratch.report("run.spoor")
    let loss = report.recording.loss
    #expect(loss.observed == loss.delivered + loss.dropped.values.reduce(0, +))
    var missing = 0
    for row in try #require(truth.lookups) where row.pid != truth.pid {
      #expect(try #require(report.process(row.pid)).lookups.total == row.count)
      let told = report.paths.filter { $0.pid == row.pid }.map(\.count).reduce(0, +)
      missing += row.count - told
    }
    let mother = try #require(report.process(truth.pid))
    let own = report.paths.filter { $0.pid == truth.pid }.map(\.count).reduce(0, +)
    missing += mother.lookups.total - own
    #expect(missing > 0)
    #expect(missing == loss.byKind["lookup"]?.dropped.values.reduce(0, +))
  }
}
