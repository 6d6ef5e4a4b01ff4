// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Who is told that a terminal has another size.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct ResizeTests {
  private struct Resized: Decodable {
    struct Row: Decodable {
      var role: String
      var pid: Int
      var count: Int
    }

    var resizes: [Row]
  }

  @Test(arguments: Spoor.backends)
  func whoeverIsSentTheSignalHasEachOfThem(backend: String) throws {
    let scratch = try Scratch()
    let run = try Spoor.run(
      [
        "record", "--quiet", "--interval", "0.02", "--backend", backend, "-o", "run.spoor", "--",
        Spoor.conformance + "/resize", "40",
      ], in: scratch.folder)
    #expect(run.status == 0, "\(run.errors)")
    let truth = try JSONDecoder().decode(Resized.self, from: run.output).resizes
    #expect(truth.map(\.count) == [40, 40, 40, 0])
    let counted = try scratch.query(
      "run.spoor",
      """
      SELECT group_concat(pid || ' ' || count, ', ') FROM (
        SELECT pid, sum(count) AS count FROM resize JOIN process ON process.id = process
        GROUP BY pid ORDER BY pid)
      """)
    let told = truth.filter { $0.count > 0 }.sorted { $0.pid < $1.pid }
    #expect(counted == told.map { "\($0.pid) \($0.count)" }.joined(separator: ", "))
  }
}
