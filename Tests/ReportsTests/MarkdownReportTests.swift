// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings
import Foundation
import Recording
import Reports
import Testing

@Suite struct MarkdownReportTests {
  private func text(
    _ run: RecordedRun, _ judgement: Judgement, redacted: Bool = true
  ) -> String {
    let redactor = redacted ? Redactor(run) : .none
    return MarkdownReport(
      run, judgement: judgement, options: .init(redactor: redactor, version: "0.1.0")
    ).text
  }

  @Test func theJudgedAgentsReportIsAsItWas() throws {
    try expectSnapshot(text(.agent, .agent), named: "agent.md")
  }

  @Test func theHostileReportIsAsItWas() throws {
    try expectSnapshot(text(.hostile, .hostile), named: "hostile.md")
  }

  @Test func aReportOfNothingIsShort() throws {
    try expectSnapshot(text(.nothing, .nothing), named: "nothing.md")
  }

  @Test func theTitleIsTheFirstFinding() {
    var judgement = Judgement.agent
    judgement.findings.swapAt(0, 1)
    let title = text(.agent, judgement).prefix { $0 != "\n" }
    #expect(title == "## `node codex` opened /dev/tty 62 times a second, 2.0 per frame")
  }

  @Test func homesAreToldOnlyToWhoWantsThem() {
    #expect(!text(.agent, .agent).contains("/home/me"))
    #expect(text(.agent, .agent).contains("`~/work/.git/index`"))
    #expect(text(.agent, .agent, redacted: false).contains("`/home/me/work/.git/index`"))
  }

  @Test func whoWroteNothingIsNamed() {
    #expect(text(.agent, .agent).contains("The 9 other processes wrote 0 B/s: `git` (4207)"))
  }

  @Test func everyRowOfATableHasAsManyCells() {
    var columns = 0
    for line in text(.hostile, .hostile).split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        columns = 0
        continue
      }
      let cells = line.replacing("\\|", with: "").count { $0 == "|" } - 1
      if columns == 0 { columns = cells }
      #expect(cells == columns, "\(line)")
    }
  }

  @Test func noMarkupOfOthersIsOutsideOfCode() {
    for line in text(.hostile, .hostile).split(separator: "\n") where !line.hasPrefix("```") {
      let prose = line.replacing(#/(`+)(?:(?!`)|(?=`))[^\n]*?[^`]\1(?!`)/#, with: "")
        .replacing("<!-- -->", with: "").replacing(#/\\[\[\]]/#, with: "").replacing(
          #/<[0-9]/#, with: "")
      #expect(!prose.contains("<"), "\(prose)")
      #expect(!prose.contains("]("), "\(prose)")
    }
  }

  @Test func noForeignControlCharacterIsInIt() {
    let hidden = text(.hostile, .hostile).unicodeScalars.filter {
      $0 != "\n" && !ForeignText.isPrintable($0)
    }
    #expect(hidden.isEmpty)
  }

  @Test func codeIsCodeWhateverIsInIt() {
    #expect(MarkdownText.code("a") == "`a`")
    #expect(MarkdownText.code("") == "`''`")
    #expect(MarkdownText.code("a`b") == "``a`b``")
    #expect(MarkdownText.code("``") == "``` `` ```")
    #expect(MarkdownText.code(" a ") == "`  a  `")
    #expect(MarkdownText.code("a|b") == "`a|b`")
    #expect(MarkdownText.code("a|b\\\\|", inTable: true) == "`a\\|b\\\\\\|`")
  }

  @Test func aSentenceHasNoMarks() {
    #expect(
      MarkdownText.plain("*b* _i_ `c` [x](http://y) <b> &lt; a|b $m$ \\n")
        == "\\*b\\* \\_i\\_ \\`c\\` \\[x\\](http:/<!-- -->/y) &lt;b&gt; &amp;lt; a\\|b "
        + "&#36;m&#36; \\\\n")
    #expect(MarkdownText.plain("@me #1 www.x.y") == "@<!-- -->me #<!-- -->1 www<!-- -->.x.y")
  }

  @Test func aBlockEndsOnlyAtItsEnd() {
    #expect(MarkdownText.block("a ``` b", language: "sh").first == "````sh")
  }
}
