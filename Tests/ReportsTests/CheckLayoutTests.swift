// SPDX-License-Identifier: Apache-2.0

import Attribution
import Comparison
import Events
import Foundation
import Reports
import Testing

struct CheckLayoutTests {
  /// One process that looks up a path whose name is markup, ten times a second.
  private var check: BudgetCheck {
    get throws {
      try check(
        """
          - {name: "100%, all: <of it>", signal: lookups, at-most: 50}
          - {signal: lookups, phase: typing, at-most: 50}
          - {signal: spawns, at-most: 0}
          - {signal: spawns, process: "codx\\e[m", at-most: 5}
        """)
    }
  }

  private func check(_ budgets: String) throws -> BudgetCheck {
    var timeline = Timeline(of: "/bin/a<b>&\"c\"")
    timeline.paths[0] = LookedUpPath(given: Array("/x\u{1b}[2J<y>".utf8))
    timeline.lookups = (0..<8).map {
      .init(interval: $0, process: 0, path: 0, count: 10, failed: 0)
    }
    return BudgetCheck(
      try Budget.all(yaml: "budgets:\n\(budgets)", name: "b.yaml"),
      on: [RunFigures("run.spoor", of: timeline)])
  }

  @Test(arguments: [(79.999, "just over 80"), (80.001, "just under 80"), (80, "80")])
  func whatRoundingHidesIsSaid(most: Double, figure: String) throws {
    let check = try check("- {signal: lookups, at-most: \(most)}")
    #expect(check.results.first?.sentence.hasPrefix("lookups: \(figure), at most 80") == true)
  }

  @Test func textSaysBudgetFigureAndCulprit() throws {
    let text = TextCheck(try check, style: .plain).text
    #expect(
      text == """
        BROKEN 100%, all: <of it>: 80, at most 50, by a<b>&"c": /x\\e[2J<y> (80) (run.spoor)
        INCONCLUSIVE lookups in typing: ?, at most ?; the recording has no phase typing (run.spoor)
        PASSED spawns by codx\\e[m: 0, at most 5; no process is called codx\\e[m (run.spoor)
        1 broken, 1 inconclusive, 2 passed

        """)
  }

  /// Percent signs and line ends are data; colons and commas would end a property.
  @Test func annotationsEscapeWhatGitHubReads() throws {
    let lines = GitHubAnnotations(try check, budget: "a,b:c.yaml").text
      .split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    #expect(
      lines[0].hasPrefix(
        "::error file=a%2Cb%3Ac.yaml,line=2,title=spoor%3A budget broken::100%25, all: <of it>: 80")
    )
    #expect(lines[1].hasPrefix("::warning file=a%2Cb%3Ac.yaml,line=3,"))
    #expect(lines[2].hasPrefix("::notice file=a%2Cb%3Ac.yaml,line=5,"))
  }

  @Test func junitHasACaseForEachResult() throws {
    #expect(
      JUnitReport(try check).xml == """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites tests="4" failures="1" errors="1">
          <testsuite name="spoor check" tests="4" failures="1" errors="1">
            <testcase classname="run.spoor" name="100%, all: &lt;of it&gt;">
              <failure type="broken" message="100%, all: &lt;of it&gt;: 80, at most 50, by \
        a&lt;b&gt;&amp;&quot;c&quot;: /x\\e[2J&lt;y&gt; (80)"/>
            </testcase>
            <testcase classname="run.spoor" name="lookups in typing">
              <error type="inconclusive" message="lookups in typing: ?, at most ?; the recording \
        has no phase typing"/>
            </testcase>
            <testcase classname="run.spoor" name="spawns"/>
            <testcase classname="run.spoor" name="spawns by codx\\e[m">
              <system-out>spawns by codx\\e[m: 0, at most 5; no process is called codx\\e[m</system-out>
            </testcase>
          </testsuite>
        </testsuites>

        """)
  }

  @Test func documentHoldsTheFigures() throws {
    let document = try JSONDecoder().decode(
      CheckDocument.self, from: Data(try CheckDocument(check).encoded().utf8))
    #expect(document.verdict == "broken")
    #expect(document.results.map(\.verdict) == ["broken", "inconclusive", "passed", "passed"])
    #expect(document.results[0].figure == 80)
    #expect(document.results[0].culprits.first?.total == 80)
  }
}
