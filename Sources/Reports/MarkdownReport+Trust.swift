// SPDX-License-Identifier: Apache-2.0

import Attribution
import FoundationEssentials
import Recording

extension MarkdownReport {
  /// The command line that makes such a recording.
  var repetitionSection: [String] {
    let words = run.run.header.command
    guard !words.isEmpty else {
      return [
        "### How to repeat it", "",
        "Recorded while it ran: `sudo spoor record -p PID`, or `-a` for every process.",
      ]
    }
    let command = commandLine(words.map { Array($0.utf8) }, clippedTo: 2_000)
    let isInspected = run.run.terminals.contains { $0.inspected != nil }
    let options = "--markdown" + (isInspected ? " --inspect-tty" : "")
    return ["### How to repeat it", ""]
      + MarkdownText.block("sudo spoor record \(options) -- \(command)", language: "sh")
  }

  /// What was lost, what could not be seen, and what was looked at.
  var trustSection: [String] {
    let recorded = run.run
    let loss = recorded.loss
    let started = recorded.header.started.formatted(
      Date.ISO8601FormatStyle(dateTimeSeparator: .space).year().month().day()
        .time(includingFractionalSeconds: false))
    let notes = TextReport.lossSentences(of: recorded)
    let unseen = recorded.header.unseen.prefix(Self.unseenRows)
    let more = recorded.header.unseen.count - unseen.count
    return ["### Trust", ""]
      + [
        "- events: \(Figures.grouped(loss.observed)) seen, \(Figures.grouped(loss.delivered)) "
          + "delivered, \(Figures.grouped(loss.droppedTotal)) dropped"
          + (loss.isComplete ? "; every count is exact" : "; **incomplete**"),
        "- recorded \(started) UTC for \(Figures.duration(recorded.duration)), in intervals of "
          + Figures.duration(recorded.header.intervalLength)
          + (recorded.isFinished ? "" : "; **not finished**"),
        "- Linux \(own(recorded.header.kernel)), spoor \(own(options.version))",
      ]
      + notes.map { "- \(own($0))" }
      + unseen.map { "- not seen: \(own($0))" }
      + (more > 0 ? ["- … and \(more) more that cannot be seen"] : [])
  }

  private static let unseenRows = 12
}
