// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What a hunt prints as JSON.
private struct HuntResultRow: Decodable {
  struct Check: Decodable {
    struct Document: Decodable {
      struct Result: Decodable {
        var figure: Double?
      }
      var verdict: String
      var results: [Result]
    }
    var version: String
    var check: Document
  }
  var checks: [Check]

  init(_ json: Data) throws {
    self = try JSONDecoder().decode(Self.self, from: json)
  }
}

/// What a search for the first bad version prints as JSON.
private struct BisectRow: Decodable {
  struct Step: Decodable {
    var baseline: String
    var version: String
    var mark: String
    var reason: String
  }
  var verdict: String
  var firstBad: String?
  var lastGood: String?
  var suspects: [String]
  var steps: [Step]

  init(_ json: Data) throws {
    self = try JSONDecoder().decode(Self.self, from: json)
  }
}

/// Versions against a budget, and the search for the first bad one.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct BisectTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Looks a file up as often as its argument says, or dies.
  private func looking() throws -> String {
    try scratch.script(
      "look.sh",
      """
      test $1 = dies && exit 3
      for i in $(seq $1); do test -e absent; done
      echo ready; exec sleep 1000
      """)
  }

  private let waiting = "steps:\n  - wait: {text: ready}"

  private func writeBudget() throws {
    try "budgets:\n  - {name: few, signal: lookups, path: '**/absent', at-most: 5}\n"
      .write(to: scratch.file("b.yaml"), atomically: true, encoding: .utf8)
  }

  @Test func aBudgetIsHeldByEachVersion() throws {
    try writeBudget()
    let app = try looking()
    let options = ["--budget", "b.yaml", "--json"]
    let broken = try scratch.hunt(waiting, ["old=\(app) 3", "new=\(app) 6"], options)
    #expect(broken.status == 1, "\(broken.errors)")
    let checks = try HuntResultRow(broken.output).checks
    #expect(checks.map(\.version) == ["old", "new"])
    #expect(checks.map(\.check.verdict) == ["passed", "broken"])
    #expect(checks.map { $0.check.results.map(\.figure) } == [[3], [6]])
    try FileManager.default.removeItem(at: scratch.file("out"))
    // The baseline may be what it is.
    let kept = try scratch.hunt(waiting, ["old=\(app) 6", "new=\(app) 3"], options)
    #expect(kept.status != 1 && kept.status != 2, "\(kept.errors)")
  }

  @Test func theFirstVersionThatBreaksABudgetIsFound() throws {
    try writeBudget()
    let app = try looking()
    let lines = ["3", "4", "5", "dies", "6", "7", "8"].enumerated()
      .map { "v\($0.offset)=\(app) \($0.element)" }
    try (["# oldest first"] + lines).joined(separator: "\n")
      .write(to: scratch.file("versions"), atomically: true, encoding: .utf8)
    func bisect(_ good: String, _ bad: String) throws -> (Spoor.Result, BisectRow) {
      let options = ["--versions-from", "versions", "--budget", "b.yaml", "--json"]
      let result = try scratch.hunt(
        waiting, [], options + ["--bisect", "--good", good, "--bad", bad])
      try FileManager.default.removeItem(at: scratch.file("out"))
      return (result, try BisectRow(result.output))
    }
    // Between the good end and the middle of the list is the one that dies.
    let (open, suspects) = try bisect("v0", "v6")
    #expect(open.status == 3, "\(open.errors)")
    #expect(suspects.verdict == "inconclusive")
    #expect(suspects.suspects == ["v3", "v4"])
    #expect(suspects.steps.map(\.version) == ["v6", "v3", "v2", "v4"])
    #expect(suspects.steps.map(\.mark) == ["bad", "skipped", "good", "bad"])
    #expect(suspects.steps[1].reason.contains("the warm-up of v3 failed"))

    // Only the two are left, and they are compared once more.
    try lines.filter { !$0.hasPrefix("v3") }.joined(separator: "\n")
      .write(to: scratch.file("versions"), atomically: true, encoding: .utf8)
    let (closed, found) = try bisect("v0", "v6")
    #expect(closed.status == 1, "\(closed.errors)")
    #expect(found.firstBad == "v4")
    #expect(found.lastGood == "v2")
    #expect(found.steps.last.map { [$0.baseline, $0.version, $0.mark] } == ["v2", "v4", "bad"])

    // What is good in the newer one.
    let (_, alike) = try bisect("v6", "v0")
    #expect(alike.verdict == "inconclusive")
    #expect(alike.steps.map(\.reason) == ["the good end does not keep the budget"])
  }

  @Test func whereTheNewerOneIsGoodItsFirstIsFound() throws {
    try writeBudget()
    let app = try looking()
    let result = try scratch.hunt(
      waiting, ["v0=\(app) 8", "v1=\(app) 7", "v2=\(app) 2"],
      ["--budget", "b.yaml", "--bisect", "--good", "v2", "--bad", "v0"])
    #expect(result.status == 1, "\(result.errors)")
    #expect(
      result.text.contains("v2 is the first version that is good again: v1 is still bad."))
  }

  /// Starts so often well, and then dies.
  private func wearing(_ name: String, _ starts: Int) throws -> String {
    try scratch.script(
      name + ".sh",
      """
      echo >>\(name).starts
      test $(wc -l <\(name).starts) -gt \(starts) && exit 3
      echo ready; exec sleep 1000
      """)
  }

  @Test func aVersionNoneOfWhoseRunsGoesWellIsSkipped() throws {
    try writeBudget()
    let app = try looking()
    let result = try scratch.hunt(
      waiting, ["v0=\(app) 3", "v1=\(wearing("v1", 1))", "v2=\(app) 8"],
      ["--budget", "b.yaml", "--json", "--bisect", "--good", "v0", "--bad", "v2"])
    #expect(result.status == 3, "\(result.errors)")
    let row = try BisectRow(result.output)
    #expect(row.steps.map(\.mark) == ["bad", "skipped"])
    #expect(row.steps.last?.reason.contains("no run of v1 went well") == true)
    #expect(row.suspects == ["v1", "v2"])
  }

  @Test func aGoodEndThatStopsRunningEndsTheSearch() throws {
    try writeBudget()
    let app = try looking()
    let result = try scratch.hunt(
      waiting, ["v0=\(wearing("v0", 2))", "v1=\(app) 3", "v2=\(app) 8"],
      ["--budget", "b.yaml", "--bisect", "--good", "v0", "--bad", "v2"])
    #expect(result.status == 2)
    #expect(result.errors.contains("spoor: the warm-up of v0 failed"), "\(result.errors)")
  }
}
