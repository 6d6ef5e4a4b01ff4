// SPDX-License-Identifier: Apache-2.0

import Attribution
import FoundationEssentials
import Recording

extension TextReport {
  /// What ran, for how long, how much was seen, and whether that is all.
  var headline: [TextLine] {
    let recorded = run.run
    let isComplete = recorded.loss.isComplete
    let warning = isComplete ? "" : "INCOMPLETE  "
    let facts = ": " + facts.joined(separator: ", ")
    let room = options.width - ForeignText.width(warning + facts)
    let lines =
      [
        TextLine(spans: [
          (warning, .alarm),
          (ForeignText.clip(subject, max(room, 12)), .heading),
          (facts, isComplete ? .plain : .alarm),
        ]),
        TextLine("\(started) UTC, Linux \(shown(recorded.header.kernel))", .faint),
      ] + overhead
    if recorded.isFinished { return lines }
    return lines + [
      TextLine(
        "NOT FINISHED: it is still being written, or its recorder was killed; this is what is there.",
        .alarm)
    ]
  }

  private var overhead: [TextLine] {
    run.run.overheadSentence.map {
      TextLine.wrapped($0, width: options.width, indent: "  ", .faint)
    } ?? []
  }

  private var subject: String {
    let words = run.run.header.subject.map { Array($0.utf8) }
    return words.isEmpty ? "all processes" : ForeignText.commandLine(words: words)
  }

  private var facts: [String] {
    let loss = run.run.loss
    return [
      Figures.duration(run.run.duration),
      Figures.counted(UInt64(run.processes.count), "process", "processes"),
      Figures.counted(loss.observed, "event", "events"),
      lost(loss),
    ]
  }

  private func lost(_ loss: Loss) -> String {
    let lost = loss.droppedTotal
    if loss.isComplete { return "none lost" }
    return lost > 0 ? "\(Figures.grouped(lost)) LOST" : "COUNTS ARE TOO LOW"
  }

  private var started: String {
    run.run.header.started.formatted(
      Date.ISO8601FormatStyle(dateTimeSeparator: .space).year().month().day()
        .time(includingFractionalSeconds: false))
  }
}
