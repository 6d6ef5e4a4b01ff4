// SPDX-License-Identifier: Apache-2.0

import Attribution
import Comparison
import Events
import Foundation
import Reports
import Testing

struct DiffDocumentTests {
  private let timeline = Timeline(of: "/bin/agent")

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
