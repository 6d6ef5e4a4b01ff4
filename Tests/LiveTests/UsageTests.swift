// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// CPU time and memory, against what the scheduler and the page tables say.
@Suite(.enabled(if: Spoor.isLive, "tools/test says why"))
struct UsageTests {
  private struct Used: Decodable {
    struct Child: Decodable {
      var pid: Int
      var cpuNs: Int
      var rssBytes: Int
    }

    var pid: Int
    var living: [Child]
    var dead: [Child]
  }

  private struct Grouped: Decodable {
    struct Row: Decodable {
      var spawnerPid: Int?
      var command: String
      var alive: Int
      var zombies: Int
      var ended: Int
      var cpuSeconds: Double
      var rssBytes: Int
    }

    var childrenByCommand: [Row]
  }

  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func seconds(_ children: [Used.Child]) -> Double {
    Double(children.map(\.cpuNs).reduce(0, +)) / 1e9
  }

  @Test func cpuTimeIsExactToTheNanosecondAndMemoryToTheByte() throws {
    let run = try Spoor.run(
      ["record", "-q", "-o", "run.spoor", "--", Spoor.conformance + "/usage", "5", "3"],
      in: scratch.folder)
    #expect(run.errors == "")
    let truth = try JSONDecoder().decode(Used.self, from: run.output)
    let report = try scratch.report("run.spoor")
    for child in truth.living + truth.dead {
      let found = try #require(report.process(child.pid))
      #expect(found.cpuSeconds == Double(child.cpuNs) / 1e9)
      #expect(found.rssBytes ?? 0 == child.rssBytes)
    }

    // The recording's own rows by interval end in the same figures.
    let last = try scratch.query(
      "run.spoor",
      """
      SELECT process.pid, process_usage.cpu_ns, process_usage.rss_bytes
      FROM process_usage JOIN process ON process.id = process_usage.process
      WHERE process_usage.interval = (SELECT max(interval) FROM process_usage AS later
        WHERE later.process = process_usage.process) AND process.rss_bytes IS NOT NULL
      """)
    let rows = truth.living.map { "\($0.pid)|\($0.cpuNs)|\($0.rssBytes)" }
    #expect(Set(last.split(separator: "\n").map(String.init)).isSuperset(of: rows))
  }

  @Test func childrenOfOneCommandAreCountedTogether() throws {
    let run = try Spoor.run(
      [
        "record", "-q", "--grace", "0", "-o", "run.spoor", "--", Spoor.conformance + "/usage", "5",
        "3",
      ],
      in: scratch.folder)
    let truth = try JSONDecoder().decode(Used.self, from: run.output)
    let json = try Spoor.run(["report", "--json", "run.spoor"], in: scratch.folder)
    let rows = try JSONDecoder().decode(Grouped.self, from: json.output).childrenByCommand
      .filter { $0.spawnerPid == truth.pid }
    #expect(rows.count == 2)
    let living = try #require(rows.first { $0.command.contains("living") })
    #expect((living.alive, living.zombies, living.ended) == (5, 0, 0))
    #expect(abs(living.cpuSeconds - seconds(truth.living)) < 1e-9)
    #expect(living.rssBytes == truth.living.map(\.rssBytes).reduce(0, +))
    let dead = try #require(rows.first { $0.command.contains("dead") })
    #expect((dead.alive, dead.zombies) == (0, 3))
    #expect(abs(dead.cpuSeconds - seconds(truth.dead)) < 1e-9)
  }
}
