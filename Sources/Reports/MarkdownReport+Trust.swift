// SPDX-License-Identifier: Apache-2.0

import Attribution
import FoundationEssentials
import Recording

extension MarkdownReport {
  /// The command line that makes such a recording.
  var repetitionSection: [String] {
    let header = run.run.header
    func words(_ words: [String]) -> String {
      commandLine(words.map { Array($0.utf8) }, clippedTo: 2_000)
    }
    let options = words(["--markdown"] + Self.repeatable(header.options))
    let isRunning = header.command.isEmpty
    let target = isRunning ? "" : " -- " + words(header.command)
    return ["### How to repeat it", ""]
      + (isRunning ? ["Recorded while it ran; process IDs are those of that time.", ""] : [])
      + MarkdownText.block("sudo spoor record \(options)\(target)", language: "sh")
  }

  /// Without where the recording goes, and in which layout the report comes.
  private static func repeatable(_ options: [String]) -> [String] {
    let flags: Set = ["--force", "--quiet", "-q", "--json", "--markdown", "--no-redact"]
    let pairs: Set = ["--output", "-o", "--ready-file"]
    var kept: [String] = []
    var words = options[...]
    while let word = words.popFirst() {
      if pairs.contains(word) {
        words = words.dropFirst()
      } else if !flags.contains(word), !pairs.contains(where: { word.hasPrefix("\($0)=") }) {
        kept.append(word)
      }
    }
    return kept
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
        "- Linux \(own(recorded.header.kernel)), spoor \(own(recorded.header.spoorVersion))"
          + (recorded.header.spoorVersion == options.version
            ? "" : "; reported by \(own(options.version))"),
      ]
      + (recorded.overheadSentence.map { ["- \($0)"] } ?? [])
      + notes.map { "- \(own($0))" }
      + unseen.map { "- not seen: \(own($0))" }
      + (more > 0 ? ["- … and \(more) more that cannot be seen"] : [])
  }

  private static let unseenRows = 12
}
