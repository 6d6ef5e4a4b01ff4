// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Frames on a terminal, from the times of its writes.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct FrameTests {
  private static let frames = 20

  /// A run in which the machine let the fixture draw as it meant to.
  private func record(backend: String) throws -> (truth: Truth, report: Report) {
    for _ in 0..<20 {
      let (truth, report, _) = try Spoor.record(
        "frames", ["\(Self.frames)", "40"],
        options: ["--backend", backend, "--frame-gap", "40", "--interval", "0.3"])
      if truth.isClear == true { return (truth, report) }
    }
    throw RunningFailure.neverClear
  }

  private enum RunningFailure: Error { case neverClear }

  @Test(arguments: Spoor.backends)
  func framesAreCountedWithTheirBytesAndLookups(backend: String) throws {
    let (truth, report) = try record(backend: backend)
    let row = try #require(report.ttys.first { $0.pid == truth.pid })
    // Three writes each, of 10, 11, 12, … bytes.
    #expect(row.frames == Self.frames)
    #expect(row.bytes == truth.total)
    #expect(row.bytesPerFrameP50 == 3 * 19)
    #expect(row.bytesPerFrameP95 == 3 * 28)
    #expect(row.bytesPerFrameMax == 3 * 29)
    let opens = try #require(
      report.paths.first { $0.pid == truth.pid && $0.path == truth.folder })
    #expect(opens.count == 2 * Self.frames)
    #expect(opens.perFrame == 2)
    report.expectNothingLost()
  }

  /// The same by sqlite, from the events' own times.
  @Test func framesAreThoseOfTheEvents() throws {
    let scratch = try Scratch()
    let result = try Spoor.run(
      [
        "record", "-q", "--events", "--frame-gap", "5", "-o", "run.spoor", "--",
        Spoor.conformance + "/frames", scratch.folder.path, "60", "3",
      ], in: scratch.folder)
    #expect(result.status == 0, "\(result.errors)")
    let counted = """
      WITH w AS (SELECT result, time_ns - lag(time_ns) OVER
        (PARTITION BY process, terminal ORDER BY time_ns) AS pause
        FROM event WHERE kind = 2 AND direction = 0 AND result > 0)
      SELECT count(*) FROM w WHERE pause IS NULL OR pause >= 5000000
      """
    let told = try scratch.query("run.spoor", "SELECT sum(frames) FROM frame")
    #expect(told == (try scratch.query("run.spoor", counted)))
    #expect(
      try scratch.query("run.spoor", "SELECT sum(frames * bytes) FROM frame")
        == (try scratch.query("run.spoor", "SELECT sum(bytes) FROM terminal_write")))
  }
}
