// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `trace --stats`: what all its tables together say is what the program says of itself.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct TraceStatsTests {
  private struct Row: Decodable {
    var pid: Int
    var lookups: Int
    var opens: Int
    var failedLookups: Int
    var outputBytes: Int
    var inputBytes: Int
    var spawned: Int
  }

  private struct Table: Decodable {
    struct Loss: Decodable {
      var complete: Bool
      var observed: Int
      var delivered: Int
      var dropped: [String: Int]
    }

    var durationNs: Int
    var processes: [Row]
    var loss: Loss
  }

  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Traces a conformance program that works in a folder of its own.
  private func trace(
    _ options: [String], _ program: String, _ arguments: [String] = []
  ) throws -> (truth: Truth, tables: [Table], status: Int32) {
    let script = "mkdir work; p=$0; exec \"$p\" \"$PWD/work\" \"$@\" >truth"
    let result = try Spoor.run(
      ["trace", "--stats", "--json"] + options
        + ["--", "sh", "-c", script, Spoor.conformance + "/" + program] + arguments,
      in: scratch.folder)
    let truth = try JSONDecoder().decode(
      Truth.self, from: Data(contentsOf: scratch.file("truth")))
    let tables = try result.output.split(separator: 0x0a).map {
      try JSONDecoder().decode(Table.self, from: Data($0))
    }
    return (truth, tables, result.status)
  }

  private func sum(_ tables: [Table], _ pid: Int, _ count: KeyPath<Row, Int>) -> Int {
    tables.flatMap(\.processes).filter { $0.pid == pid }.map { $0[keyPath: count] }.reduce(0, +)
  }

  @Test func aFullRingLosesNothingOfTheTables() throws {
    let (truth, tables, status) = try trace(
      ["--interval", "0.05", "--ring-size", "4"], "storm", ["4", "50000"])
    #expect(status == 0)
    #expect(tables.count > 1)
    #expect(tables.contains { !$0.loss.complete })
    // An event may be between the two when an interval ends.
    let losses = tables.map(\.loss)
    let arrived = losses.map { $0.delivered + $0.dropped.values.reduce(0, +) }.reduce(0, +)
    #expect(losses.map(\.observed).reduce(0, +) == arrived)
    let storms = try #require(truth.lookups).filter { $0.pid != truth.pid }
    #expect(storms.count == 4)
    for row in storms {
      #expect(sum(tables, row.pid, \.lookups) == row.count)
      #expect(sum(tables, row.pid, \.opens) == row.count)
      #expect(sum(tables, row.pid, \.failedLookups) == 0)
    }
    // The shell's mkdir, before it became the program.
    #expect(sum(tables, truth.pid, \.spawned) == 1 + 4)
  }

  @Test func terminalBytesAreThoseThatWereWritten() throws {
    let (truth, tables, status) = try trace(["--interval", "0.02"], "tty")
    #expect(status == 0)
    let ttys = try #require(truth.ttys)
    #expect(!ttys.isEmpty)
    for pid in Set(ttys.map(\.pid)) {
      for (direction, count) in [("output", \Row.outputBytes), ("input", \Row.inputBytes)] {
        let written = ttys.filter { $0.pid == pid && $0.direction == direction }.map(\.bytes)
        #expect(sum(tables, pid, count) == written.reduce(0, +), "\(direction)")
      }
    }
  }

  @Test func aTableOfTextIsForEachInterval() throws {
    let result = try Spoor.run(
      ["trace", "--stats", "--", "sh", "-c", "cat /nonesuch 2>/dev/null; cat /nonesuch 2>&-"])
    #expect(result.status == 1)
    let lines = result.text.split(separator: "\n")
    let title = try #require(lines.dropFirst().first)
    let columns = title.split(separator: " ")
    #expect(
      columns == ["PID", "PROCESS", "LOOKUPS", "FAILED", "OPENS", "TTY", "FRAMES", "CHILDREN"])
    #expect(lines.count { $0.contains("  cat /nonesuch  ") } == 2)
    #expect(!result.text.contains("\u{1b}"))
  }

  @Test(arguments: [
    ["--failed"], ["--tree"], ["--op", "openat"], ["--path", "*"], ["--interval", "0"],
  ])
  func whatIsForLinesIsRefused(options: [String]) throws {
    let result = try Spoor.run(["trace", "--stats"] + options + ["--", "true"])
    #expect(result.status == 2)
    #expect(result.text == "")
    #expect(result.errors.split(separator: "\n").count == 1)
  }
}
