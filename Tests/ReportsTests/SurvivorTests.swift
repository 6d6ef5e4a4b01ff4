// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings
import Recording
import Reports
import Testing

@Suite struct SurvivorTests {
  /// The agent, ended after 12 s: servers live on, one of them with another parent.
  private var run: RecordedRun {
    var run = RecordedRun.agent
    run.target = .codex
    run.targetEnd = 16_000_000_000
    for place in run.processes.indices {
      run.processes[place].reapTime = run.processes[place].exitTime
      switch run.processes[place].key.processID {
      case 4_201: run.processes[place].end(0)
      case 4_400: run.processes[place].presentParent = ProcessKey(processID: 1, startTime: 1)
      case 4_401:
        run.processes[place].exitTime = 17_000_000_000
        run.processes[place].reapTime = 17_000_000_000
        run.processes[place].isReaped = true
      default: break
      }
    }
    return run
  }

  @Test func whatOutlivesTheCommandIsTold() {
    let text = TextReport(run, judgement: .nothing, style: .plain).text
    #expect(
      text.contains(
        """
        AFTER EXIT             ALIVE  ZOMBIE  ORPHAN  ENDED SINCE  OLDEST  RSS
        python3 -m mcp_server      1       -       1            1  17.5 s    -
        git rev-parse HEAD         -       6       -            -  18.5 s    -

        """), "\(text)")
    #expect(!text.contains("\ngit status      "))
  }

  @Test func theMarkdownTellsThemToo() {
    let text = MarkdownReport(
      run, judgement: .nothing, options: .init(redactor: .none, version: "0.1.0")
    ).text
    #expect(text.contains("| `python3 -m mcp_server` | 1 | - | 1 | 1 | 17.5 s |"))
  }

  /// clone(2) with CLONE_PARENT: its parent is its spawner's from the start.
  @Test func aChildThatWasStartedUnderAnotherIsNoOrphan() {
    var run = run
    let place = run.processes.firstIndex { $0.key.processID == 4_400 }
    #expect(place.map { run.processes[$0].isOrphan } == true)
    if let place { run.processes[place].parent = ProcessKey(processID: 1, startTime: 1) }
    #expect(place.map { run.processes[$0].isOrphan } == false)
  }

  @Test func aCommandThatRunsHasNoSurvivors() {
    var run = run
    run.targetEnd = nil
    #expect(!TextReport(run, judgement: .nothing, style: .plain).text.contains("AFTER EXIT"))
  }
}
