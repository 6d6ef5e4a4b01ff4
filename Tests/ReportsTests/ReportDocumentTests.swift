// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings
import Foundation
import Recording
import Reports
import Testing

@Suite struct ReportDocumentTests {
  @Test func aDocumentComesBackAsItWas() throws {
    for (run, judgement) in [
      (RecordedRun.nothing, Judgement.nothing), (.agent, .agent), (.hostile, .hostile),
    ] {
      let document = ReportDocument(run, judgement: judgement)
      let decoder = JSONDecoder()
      let read = try decoder.decode(ReportDocument.self, from: Data(document.encoded().utf8))
      #expect(read == document)
    }
  }

  @Test func theSameRunIsAlwaysTheSameText() throws {
    var shuffled = RecordedRun.hostile
    shuffled.processes.reverse()
    shuffled.lookups.reverse()
    shuffled.terminals.reverse()
    #expect(
      try ReportDocument(shuffled, judgement: .nothing).encoded()
        == ReportDocument(.hostile, judgement: .nothing).encoded())
  }

  @Test func theAgentsReportIsAsItWas() throws {
    var run = RecordedRun.agent
    run.processes.removeAll { $0.key != .codex && $0.key != .git }
    try expectSnapshot(ReportDocument(run, judgement: .nothing).encoded(), named: "agent.json")
  }

  @Test func whatIsUnknownIsNull() throws {
    var run = RecordedRun.nothing
    run.processes = [TracedProcess(key: .codex)]
    let process = try JSONValue(ReportDocument(run, judgement: .nothing).encoded())["processes"]?[0]
    for field in ["parentPid", "spawnerPid", "spawnerStartTimeNs", "uid", "exit"] {
      #expect(process?[field] == .null, "\(field)")
    }
    #expect(process?["lookups"]?["perSecond"] == .null)
  }

  @Test func anEndIsACodeOrASignal() throws {
    var run = RecordedRun.agent
    run.processes = [2 << 8, 9, 11 | 0x80].map {
      var process = TracedProcess(key: .codex)
      process.end($0)
      return process
    }
    let ends = ReportDocument(run, judgement: .nothing).processes.map(\.exit)
    #expect(ends.map(\.?.code) == [2, nil, nil])
    #expect(ends.map(\.?.signal) == [nil, 9, 11])
    #expect(ends.map(\.?.dumpedCore) == [false, false, true])
  }

  @Test func totalsAreTheKernelsAndErrorsAreTheEvents() throws {
    var run = RecordedRun.agent
    run.lookups.removeAll { $0.operation == "statx" }
    let codex = try #require(ReportDocument(run, judgement: .nothing).processes.first)
    #expect(codex.lookups.total == 9_302)
    #expect(codex.lookups.failed == 4_021)
    #expect(codex.lookups.byErrno == ["ENOENT": 7, "EACCES": 2])
    #expect(codex.lookups.perSecond == 9_302 / 20.5)
  }

  @Test func aStateSaysWhatBecameOfAProcess() {
    func state(_ change: (inout TracedProcess) -> Void) -> ReportDocument.State {
      var process = TracedProcess(key: .git)
      change(&process)
      return process.state
    }
    #expect(state { _ in } == .alive)
    #expect(state { $0.end(0, reaped: false) } == .zombie)
    // A zombie that the census found: its status is unknown.
    #expect(state { $0.exitTime = 1 } == .zombie)
    #expect(state { $0.end(0) } == .reaped)
    #expect(
      state {
        $0.end(0, reaped: false)
        $0.isReleased = true
      } == .abandoned)
  }

  @Test func noControlCharacterIsInTheJSON() throws {
    let json = try ReportDocument(.hostile, judgement: .hostile).encoded()
    let hidden = json.unicodeScalars.filter { $0 != "\n" && !ForeignText.isPrintable($0) }
    #expect(hidden.isEmpty)
  }

  @Test func twoPathsThatUnicodeCallsEqualStayTwo() {
    var run = RecordedRun.agent
    run.lookups = [
      PathLookups(.codex, "/caf\u{e9}", 1), PathLookups(.codex, "/cafe\u{301}", 1),
    ]
    let paths = ReportDocument(run, judgement: .nothing).paths.map { Array($0.path.utf8) }
    #expect(paths == [bytes("/cafe\u{301}"), bytes("/caf\u{e9}")])
  }
}
