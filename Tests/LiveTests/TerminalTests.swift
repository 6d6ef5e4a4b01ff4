// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Every way to a terminal but write and writev, and terminals that share a name.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct TerminalTests {
  @Test(arguments: Spoor.backends)
  func everyCallThatReachesATerminalCountsWhatItReturned(backend: String) throws {
    let (truth, report, status) = try Spoor.record(
      "terminals", [], options: ["--backend", backend])
    #expect(status == 0)
    #expect(truth.terminalSums.count == 9)
    let twins = report.ttys.filter { $0.pid == truth.pid && $0.tty == "pts/0" }
    var others = report
    others.ttys.removeAll { $0.pid == truth.pid && $0.tty == "pts/0" }
    #expect(differences(truth.terminalSums, others.terminalSums) == [])
    report.expectNothingLost()
    if let reason = truth.skipped {
      print("skipped: two devpts mounts: \(reason)")
      return
    }
    try expectApart(try #require(truth.twins), twins)
  }

  /// Terminals of equal index in two devpts mounts: a row each by direction.
  private func expectApart(_ truth: [Truth.Twin], _ rows: [Report.TTY]) throws {
    #expect(truth.count == 2)
    #expect(rows.count == 4)
    #expect(Set(rows.map(\.ttyInstance)).count == 2)
    for twin in truth {
      let output = try #require(
        rows.first { $0.direction == "output" && $0.bytes == twin.output })
      let input = try #require(rows.first { $0.direction == "input" && $0.bytes == twin.input })
      #expect(output.ttyInstance == input.ttyInstance)
      #expect(output.writes == 1 && input.writes == 1)
    }
  }
}
