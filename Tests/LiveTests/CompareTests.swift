// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `spoor diff` and `spoor check` on recordings of a shell that looks a path up so often.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct CompareTests {
  private struct Diff: Decodable {
    struct Row: Decodable {
      struct Contributor: Decodable {
        var name: String
        var change: Double
      }

      var phase: String
      var role: String
      var signal: String
      var subject: String?
      var baseline: Double
      var candidate: Double
      var p: Double?
      var verdict: String
      var contributors: [Contributor]
    }

    var verdict: String
    var caveats: [String]
    var rows: [Row]
  }

  /// Records it `runs` times; returns the recordings' names in the folder.
  private func record(_ count: Int, runs: Int, as name: String, in folder: URL) throws -> [String] {
    try (1...runs).map { run in
      let file = "\(name)-\(run).spoor"
      let script = "i=0; while [ $i -lt \(count) ]; do [ -e /nowhere ]; i=$((i+1)); done"
      let result = try Spoor.run(
        ["record", "--quiet", "-o", file, "--", "/bin/sh", "-c", script], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      return file
    }
  }

  @Test func diffFindsTheLookupsThatWereAddedAndNothingElse() throws {
    let scratch = try Scratch()
    let good = try record(10, runs: 5, as: "good", in: scratch.folder)
    let bad = try record(210, runs: 5, as: "bad", in: scratch.folder)

    let worse = try Spoor.run(["diff"] + good + ["--"] + bad + ["--json"], in: scratch.folder)
    #expect(worse.status == 1, "\(worse.errors)")
    let diff = try JSONDecoder().decode(Diff.self, from: worse.output)
    #expect(diff.verdict == "regressed")
    #expect(diff.caveats.isEmpty)
    let failed = try #require(diff.rows.first { $0.signal == "failed-lookups" })
    #expect(failed.phase == "start-up")
    #expect(failed.candidate - failed.baseline == 200)
    #expect(failed.p == 2.0 / 252)
    #expect(failed.contributors.map(\.name) == ["/nowhere"])
    #expect(failed.contributors.map(\.change) == [200])
    #expect(
      Set(diff.rows.filter { $0.verdict != "same" }.map(\.signal))
        .isSubset(of: ["lookups", "failed-lookups", "path-lookups", "cpu"]))

    let better = try Spoor.run(["diff"] + bad + ["--"] + good, in: scratch.folder)
    #expect(better.status == 0)
    #expect(better.text.contains("all of it /nowhere"))
    let alike = try Spoor.run(
      ["diff", "--markdown"] + good + ["--against"] + good, in: scratch.folder)
    #expect(alike.status == 0)
    let alone = try Spoor.run(["diff", good[0], "--", bad[0]], in: scratch.folder)
    #expect(alone.status == 3)
    #expect(alone.text.contains("nothing tells noise from a change"))
  }

  @Test func checkKeepsABudgetToTheLookup() throws {
    let scratch = try Scratch()
    let file = try record(10, runs: 1, as: "run", in: scratch.folder)[0]
    func check(_ budget: String, _ options: [String] = []) throws -> Spoor.Result {
      try budget.write(to: scratch.file("budget.yaml"), atomically: true, encoding: .utf8)
      return try Spoor.run(
        ["check", file, "--budget", "budget.yaml"] + options, in: scratch.folder)
    }
    func budget(_ most: Int) -> String {
      "budgets: [{signal: lookups, path: /nowhere, process: '*sh', at-most: \(most)}]"
    }
    #expect(try check(budget(10)).status == 0)
    let broken = try check(budget(9), ["--github", "--junit", "junit.xml"])
    #expect(broken.status == 1)
    #expect(broken.text.hasPrefix("::error file=budget.yaml,line=1,"))
    #expect(broken.text.contains("10, at most 9, by "))
    #expect(broken.text.contains(": /nowhere (10)"))
    let parsed = try Spoor.run(
      URL(filePath: "/usr/bin/python3"),
      [
        "-c",
        "import xml.dom.minidom as x; "
          + "print(len(x.parse('junit.xml').getElementsByTagName('failure')))",
      ], in: scratch.folder)
    #expect(parsed.text == "1\n")

    let missing = "budgets: [{signal: lookups, phase: typing, at-most: 9}]"
    #expect(try check(missing).status == 3)
    #expect(try check(missing, ["--bisect"]).status == 125)
    #expect(try check("budgets: 3").status == 2)
    #expect(try check("budgets: 3", ["--bisect"]).status == 255)
    #expect(try check(budget(9), ["--bogus"]).status == 2)
    #expect(try check(budget(9), ["--bisect", "--bogus"]).status == 255)
    #expect(try check(budget(9), ["--bisect"]).status == 1)
  }

  @Test func whatCheckSuggestsIsKept() throws {
    let scratch = try Scratch()
    let files = try record(10, runs: 2, as: "run", in: scratch.folder)
    let suggested = try Spoor.run(["check", "--suggest"] + files, in: scratch.folder)
    #expect(suggested.status == 0, "\(suggested.errors)")
    try suggested.output.write(to: scratch.file("budget.yaml"))
    let kept = try Spoor.run(["check", "--budget", "budget.yaml"] + files, in: scratch.folder)
    #expect(kept.status == 0, "\(kept.text)")
    let more = try record(300, runs: 1, as: "more", in: scratch.folder)
    let broken = try Spoor.run(["check", "--budget", "budget.yaml"] + more, in: scratch.folder)
    #expect(broken.status == 1)
  }

  @Test func badInputIsOneSentenceAndTwo() throws {
    let scratch = try Scratch()
    for arguments in [
      ["diff", "none.spoor", "--", "none.spoor"], ["diff", "none.spoor"], ["diff", "--"],
      ["check", "none.spoor"], ["check", "none.spoor", "--budget", "none.yaml"],
    ] {
      let result = try Spoor.run(arguments, in: scratch.folder)
      #expect(result.status == 2, "\(arguments)")
      #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
      #expect(result.text.isEmpty)
    }
  }
}
