// SPDX-License-Identifier: Apache-2.0

import Attribution
import Comparison
import Events
import Foundation
import Reports
import Testing

struct DiffDocumentTests {
  /// Eight seconds of one process.
  private var timeline: Timeline {
    var timeline = Timeline()
    timeline.intervals = (0..<8).map {
      Timeline.Span(start: 1_000_000_000 * ($0 + 1), end: 1_000_000_000 * ($0 + 2))
    }
    var process = TracedProcess(key: ProcessKey(processID: 7, startTime: 1_000_000_001))
    process.executable = Array("/bin/agent".utf8)
    timeline.processes[0] = process
    timeline.target = 0
    return timeline
  }

  @Test func aPhaseOfOneSideIsNamedWithTheSideThatHasIt() throws {
    var marked = timeline
    marked.marks = [.init(time: 4_000_000_000, name: "typing")]
    let diff = Diff(
      baseline: [RunFigures("old.spoor", of: timeline)],
      candidate: [RunFigures("new.spoor", of: marked)])
    let document = try JSONDecoder().decode(
      DiffDocument.self, from: Data(try DiffDocument(diff).encoded().utf8))
    #expect(document.verdict == "inconclusive")
    #expect(document.missingPhases.map(\.phase) == ["typing"])
    #expect(document.missingPhases.map(\.presentIn) == ["candidate"])
  }

  /// What is encoded once is not encoded again.
  @Test func markdownHoldsForeignNamesAsTheyAreEncoded() {
    var odd = timeline
    odd.paths[0] = LookedUpPath(given: Array("/x\u{1b}y".utf8))
    odd.lookups = (0..<8).map { .init(interval: $0, process: 0, path: 0, count: 900, failed: 0) }
    let diff = Diff(
      baseline: [RunFigures("old.spoor", of: timeline)],
      candidate: [RunFigures("new.spoor", of: odd)])
    let text = MarkdownDiff(diff, redactors: []).text
    #expect(text.contains("/x\\ey"))
    #expect(!text.contains("/x\\\\ey"))
  }
}
