// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A process that makes up paths as fast as it can, beside one that does not.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct FloodTests {
  private struct Flood: Decodable {
    var loud: Truth.Deeds
    var quiet: Truth.Deeds
  }

  /// Of the paths' text that spoor keeps, `PathCapacity.standard`.
  private static let capacity = 32 << 20
  /// The text as the table keeps it and as it grows; as a last interval hands it on, as given and
  /// as resolved; and as much again for the ring, the database and all else.
  private static let largest = 8 * capacity

  /// Prints the peak of resident memory to standard error, in KiB.
  private static let measure = """
    import resource, subprocess, sys
    status = subprocess.run(sys.argv[1:]).returncode
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
    sys.exit(status)
    """

  private func deeds(_ pid: Int, in report: Report) throws -> Truth.Deeds {
    let process = try #require(report.process(pid))
    return Truth.Deeds(
      pid: pid, lookups: process.lookups.total, failed: process.lookups.failed,
      children: process.children.spawned, bytes: process.ttyBytes.output)
  }

  @Test func memoryIsBoundedAndTotalsAreExact() throws {
    let scratch = try Scratch()
    let run = try Spoor.run(
      URL(filePath: "/usr/bin/python3"),
      ["-c", Self.measure, Spoor.binary, "record", "-q", "-o", "run.spoor", "--"]
        + [Spoor.conformance + "/flood", scratch.folder.path, "100000", "1000", "30"],
      in: scratch.folder)
    #expect(run.status == 0, "\(run.errors)")
    let peak = try #require(Int(run.errors.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(peak * 1024 < Self.largest)
    let truth = try JSONDecoder().decode(Flood.self, from: run.output)
    #expect(truth.loud.lookups >= 100_000)
    let report = try scratch.report("run.spoor")
    for expected in [truth.loud, truth.quiet] {
      #expect(try deeds(expected.pid, in: report) == expected)
    }
    let others = report.paths.filter { $0.resolution == "other" }
    #expect(others.allSatisfy { $0.path == "(other paths)" })
    #expect(others.contains { $0.pid == truth.loud.pid })
    let count = others.map(\.count).reduce(0, +)
    #expect(report.recording.loss.notes["otherPaths"] == count)
    // There is room that the loud one cannot fill.
    let quiet = report.paths.filter { $0.pid == truth.quiet.pid }
    #expect(
      Set(quiet.map(\.path)) == [scratch.folder.path, scratch.folder.path + "/missing"])
    let lost = report.recording.loss.dropped.values.reduce(0, +)
    #expect(quiet.allSatisfy { (0...lost).contains(truth.quiet.lookups / 2 - $0.count) })
    let text = try Spoor.run(["report", scratch.file("run.spoor").path]).text
    #expect(text.contains("(other paths)"))
  }
}
