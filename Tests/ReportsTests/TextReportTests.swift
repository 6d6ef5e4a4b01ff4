// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings
import Recording
import Reports
import Testing

@Suite struct TextReportTests {
  private func text(
    _ run: RecordedRun, style: TextStyle = .plain,
    _ change: (inout TextReport.Options) -> Void = { _ in }
  ) -> String {
    var options = TextReport.Options()
    change(&options)
    return TextReport(run, judgement: .nothing, options: options, style: style).text
  }

  @Test func theAgentsReportIsAsItWas() throws {
    try expectSnapshot(text(.agent), named: "agent.txt")
  }

  @Test func theHostileReportIsAsItWas() throws {
    try expectSnapshot(text(.hostile), named: "hostile.txt")
  }

  @Test func aReportOfNothingIsShort() throws {
    try expectSnapshot(text(.nothing), named: "nothing.txt")
  }

  @Test func aBidiControlNeverReachesTheTerminal() {
    let hidden = text(.hostile).unicodeScalars.filter {
      $0 != "\n" && !ForeignText.isPrintable($0)
    }
    #expect(hidden.isEmpty)
  }

  @Test func colourIsTheOnlyControlSequence() {
    for run in [RecordedRun.agent, .hostile] {
      let coloured = text(run, style: .coloured)
      let sequence = /\u{1b}\[[0-9;]*m/
      #expect(coloured.contains(sequence))
      #expect(coloured.replacing(sequence, with: "") == text(run))
    }
  }

  @Test(arguments: [20, 60, 80, 100, 132])
  func everyLineFits(_ width: Int) {
    for run in [RecordedRun.nothing, .agent, .hostile] {
      let lines = text(run) { $0.width = width }.split(separator: "\n")
      for line in lines { #expect(ForeignText.width(String(line)) <= width, "\(line)") }
    }
  }

  @Test func nothingIsCutOffAtAHundredColumns() {
    // A cut line would end in an ellipsis: only sentences about the rest may hold one.
    let rows = text(.hostile).split(separator: "\n").filter { $0.hasSuffix("…") }
    #expect(rows.isEmpty)
  }

  @Test func noLineEndsInASpace() {
    for run in [RecordedRun.nothing, .agent, .hostile] {
      #expect(!text(run).contains(" \n"))
    }
  }

  @Test func lossIsInTheFirstLine() throws {
    var run = RecordedRun.agent
    #expect(text(run).prefix { $0 != "\n" }.hasSuffix("none lost"))
    run.loss = Loss(kinds: [
      "lookup": .init(observed: 100, delivered: 88, dropped: ["ringFull": 12])
    ])
    let first = text(run).prefix { $0 != "\n" }
    #expect(first.hasPrefix("INCOMPLETE") && first.hasSuffix("12 LOST"))
    run.loss = Loss(
      kinds: ["lookup": .init(observed: 88, delivered: 88)], notes: ["lookupCountsMissed": 1])
    #expect(text(run).prefix { $0 != "\n" }.hasSuffix("COUNTS ARE TOO LOW"))
  }

  @Test func lookupsWhosePathDidNotArriveAreToldOfTheirProcess() {
    var run = RecordedRun.agent
    run.lookups.removeAll { $0.operation == "statx" }
    #expect(text(run).contains("… and 4,012 lookups whose path did not arrive"))
  }

  @Test func whatIsLeftOutIsCounted() {
    let short = text(.agent) {
      $0.processes = 1
      $0.pathsPerProcess = 1
      $0.processesWithPaths = 1
    }
    #expect(
      short.contains("… and 7 more processes (1,486 lookups, 0 terminal writes), and 2 processes"))
    #expect(short.contains("… and 3 more paths (5,290 lookups)"))
    #expect(short.contains("… and the paths of 7 more processes"))
    #expect(short.contains("… and 1 more (12 B)"))
    #expect(short.contains("… and 2 more commands (3 children)"))
  }

  @Test func aProcessThatDidNothingIsOnlyCounted() {
    var run = RecordedRun.agent
    run.processes = [TracedProcess(.git, "/bin/idle", vector("idle"), comm: "idle")]
    run.lookups = []
    run.terminals = []
    #expect(!text(run).contains("idle"))
  }

  @Test func aColumnWithoutAFigureIsLeftOut() {
    var run = RecordedRun.agent
    run.processes = run.processes.filter { $0.key == .git }
    run.terminals = []
    let quiet = text(run)
    for title in ["TTY B/S", "WRITES/S", "ALIVE/Z/ALL"] { #expect(!quiet.contains(title)) }
    #expect(quiet.contains("No terminal was written to."))
  }

  @Test func aTerminalOfAnUnknownProcessIsStillTold() {
    var run = RecordedRun.agent
    run.processes = []
    #expect(text(run).contains("4,100       -   31   1.2 KB  4201  ?\n"))
    #expect(ReportDocument(run, judgement: .nothing).ttys.count == 2)
  }

  @Test func aStreamThatIsNoTerminalHasNoColour() {
    #expect(TextStyle.forStream(-1) == .plain)
    #expect(TextStyle.forTerminal(environment: ["TERM": "xterm"]) == .coloured)
    #expect(TextStyle.forTerminal(environment: ["TERM": "xterm", "NO_COLOR": ""]) == .coloured)
    #expect(TextStyle.forTerminal(environment: ["TERM": "xterm", "NO_COLOR": "1"]) == .plain)
    #expect(TextStyle.forTerminal(environment: ["TERM": "dumb"]) == .plain)
    #expect(TextStyle.forTerminal(environment: [:]) == .plain)
  }
}
