// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings
import Foundation
import Recording
import Reports
import Testing

@Suite struct FindingReportTests {
  private func text(
    _ run: RecordedRun, _ judgement: Judgement, width: Int = 100, style: TextStyle = .plain
  ) -> String {
    var options = TextReport.Options()
    options.width = width
    return TextReport(run, judgement: judgement, options: options, style: style).text
  }

  @Test func theJudgedAgentsReportIsAsItWas() throws {
    try expectSnapshot(text(.agent, .agent), named: "findings.txt")
  }

  @Test func findingsComeRightAfterTheHeadline() {
    let lines = text(.agent, .agent).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[4].hasPrefix("CRITICAL unreaped: node codex (4201) has not waited"))
  }

  @Test func noFindingIsALine() {
    let quiet = text(.agent, .nothing).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(quiet[4] == "Findings: none.")
    var lossy = RecordedRun.agent
    lossy.loss = Loss(kinds: ["lookup": .init(observed: 2, delivered: 1, dropped: ["ringFull": 1])])
    #expect(text(lossy, .nothing).contains("\nFindings: none, but events were lost.\n"))
  }

  @Test func aCulpritIsMarkedAmongTheProcesses() {
    let rows = text(.agent, .agent).split(separator: "\n")
    #expect(rows.contains { $0.hasPrefix("!  4201  node codex") })
    #expect(rows.contains { $0.hasPrefix("   4207  git status") })
    #expect(!text(.agent, .nothing).contains("!"))
  }

  @Test func aCulpritBelowTheTopHasItsRow() {
    var judgement = Judgement.nothing
    judgement.findings = [Judgement.agent.findings[1]]
    judgement.findings[0].process = .git
    var options = TextReport.Options()
    options.processes = 1
    let text = TextReport(.agent, judgement: judgement, options: options, style: .plain).text
    #expect(text.contains("\n!  4207  git status"))
    #expect(text.contains("… and 6 more processes"))
  }

  @Test func noLineIsWiderThanThePage() {
    for width in [20, 60, 80, 100] {
      for (run, judgement) in [(RecordedRun.agent, Judgement.agent), (.hostile, .hostile)] {
        for line in text(run, judgement, width: width).split(separator: "\n") {
          #expect(ForeignText.width(String(line)) <= width, "\(line)")
        }
      }
    }
  }

  @Test func noForeignControlCharacterReachesTheTerminal() {
    let hidden = text(.hostile, .hostile).unicodeScalars.filter {
      $0 != "\n" && !ForeignText.isPrintable($0)
    }
    #expect(hidden.isEmpty)
  }

  @Test func severitiesHaveTheirColours() {
    let coloured = text(.agent, .agent, style: .coloured)
    #expect(coloured.contains("\u{1b}[1;31mCRITICAL\u{1b}[0m"))
    #expect(coloured.contains("\u{1b}[1;33mWARNING\u{1b}[0m"))
    #expect(coloured.contains("\nNOTICE "))
  }

  @Test func tenFindingsAreToldAndTheOthersCounted() {
    let many = text(.hostile, .hostile)
    #expect(many.split(separator: "\n").count { $0.hasPrefix("WARNING hot-path: ") } == 7)
    #expect(many.contains("… and 14 more findings"))
    #expect(many.contains("    … and 22 more"))
  }

  @Test func onePhaseAloneIsNoTable() {
    var judgement = Judgement.agent
    judgement.phases.removeLast(2)
    #expect(!text(.agent, judgement).contains("PHASE"))
    judgement.phases[0].isMark = true
    #expect(text(.agent, judgement).contains("PHASE"))
  }

  @Test func aSparklineTellsNothingFromALittle() {
    #expect(Sparkline.text([0, 0.001, 50, 100], top: 100, cells: 10) == "▁▂▅█")
    #expect(Sparkline.text([1, 3, 8, 8], top: 8, cells: 2) == "▃█")
    #expect(Sparkline.text([.nan, .infinity, -1], top: .nan, cells: 3) == "▁▁▁")
    #expect(Sparkline.text([], top: 1, cells: 3) == "")
  }

  @Test func figuresHaveTheirUnits() {
    #expect(Figures.value(62.03, unit: "/s") == "62/s")
    #expect(Figures.value(1.98, unit: "per frame") == "2.0 per frame")
    #expect(Figures.value(8_200, unit: "B/s") == "8.2 KB/s")
    #expect(Figures.value(0, unit: "B/s") == "0 B/s")
    #expect(Figures.value(1, unit: "zombies") == "1 zombie")
    #expect(Figures.value(0.04, unit: "/s") == "0.04/s")
    #expect(Figures.value(12, unit: "%") == "12 %")
    #expect(Figures.value(.nan, unit: "/s") == "?")
  }

  @Test func findingsAndPhasesAreInTheJSON() throws {
    let json = try JSONValue(ReportDocument(.agent, judgement: .agent).encoded())
    let finding = json["findings"]?[1]
    #expect(finding?["kind"] == .string("hot-path"))
    #expect(
      finding?["sentence"]
        == .string("node codex (4201) opened /dev/tty 62 times a second, 2.0 per frame."))
    #expect(finding?["startSeconds"] == .integer(2))
    #expect(finding?["evidence"]?[0]?["subject"] == .string("/dev/tty"))
    #expect(json["phases"]?[2]?["mark"] == .bool(true))
    #expect(json["phases"]?.array?.count == 3)
  }
}
