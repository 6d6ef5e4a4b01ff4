// SPDX-License-Identifier: Apache-2.0

import Attribution
import Recording

extension TextReport {
  /// What was lost and what could not be seen, in sentences.
  var caveatSection: [TextLine] {
    let lost = Self.lossSentences(of: run.run).flatMap { wrapped(shown($0), .alarm) }
    let unseen = run.run.header.unseen.flatMap { wrapped(shown($0), .plain) }
    return (lost.isEmpty ? [] : [TextLine("LOST OR INCOMPLETE", .heading)] + lost)
      + (lost.isEmpty || unseen.isEmpty ? [] : [TextLine()])
      + (unseen.isEmpty ? [] : [TextLine("NOT SEEN", .heading)] + unseen)
  }

  /// What was lost, in a sentence each.
  static func lossSentences(of run: RecordedRun) -> [String] {
    let loss = run.loss
    let dropped = loss.dropped.filter { $0.value > 0 }.sorted { $0.key < $1.key }
    let notes = loss.notes.filter { $0.value > 0 }.sorted { $0.key < $1.key }
    let unaccounted = loss.unaccounted
    return dropped.map { sentence(dropped: $0.value, reason: $0.key) }
      + (unaccounted == 0
        ? [] : ["\(Figures.counted(unaccounted, "event is", "events are")) accounted for nowhere."])
      + run.gaps.prefix(3).map { sentence(gap: $0, in: run) }
      + (run.gaps.count > 3 ? ["There are \(run.gaps.count - 3) more such times."] : [])
      + (dropped.isEmpty && unaccounted == 0 ? [] : [whatStays(of: loss)])
      + notes.map { sentence(note: $0.key, $0.value) }
  }

  /// What the numbers of the report are worth after events were dropped.
  private static func whatStays(of loss: Loss) -> String {
    let isExact = (Loss.countsMissed + ["tasksMissed", "recursionMisses"])
      .allSatisfy { loss.notes[$0, default: 0] == 0 }
    return (isExact ? "Totals by process are exact nevertheless, as the kernel counts them. " : "")
      + "Counts by path, errno, terminal and command are lower bounds."
  }

  private static func sentence(gap: Loss.Gap, in run: RecordedRun) -> String {
    let events = Figures.counted(gap.dropped, "event was", "events were")
    let start = Figures.duration(run.sinceStart(gap.start))
    let end = Figures.duration(run.sinceStart(gap.end))
    return "\(events) lost between \(start) and \(end)."
  }

  private static func sentence(dropped count: UInt64, reason: String) -> String {
    let events = Figures.counted(count, "event", "events")
    return switch reason {
    case "ringFull":
      "\(events) did not fit into the ring buffer; record with a larger --ring-size, or trace less."
    case "noScratch": "\(events) found no room in the kernel to be put together."
    case "recordTooLarge":
      "\(events) would not fit into an empty ring buffer; record with a larger --ring-size."
    case "reserveFailed": "\(events) found room in the ring buffer, and were refused."
    default: "\(events) did not arrive (\(reason))."
    }
  }

  private static func sentence(note: String, _ count: UInt64) -> String {
    let number = Figures.grouped(count)
    return switch note {
    case "pathUnreadable":
      "\(Figures.counted(count, "path", "paths")) could not be read, and show as ''."
    case "pathTruncated":
      "\(Figures.counted(count, "path", "paths")) longer than is kept, or below a directory whose path is."
    case "lookupCountsMissed":
      "\(Figures.counted(count, "lookup is", "lookups are")) missing from the totals by process: "
        + "the table of counters was full."
    case "terminalCountsMissed":
      "\(Figures.counted(count, "terminal write is", "terminal writes are")) missing from the "
        + "totals by process: the table of counters was full."
    case "terminalInputsMissed":
      "\(Figures.counted(count, "write", "writes")) to terminals' masters found no room in the "
        + "table of inputs: whether anybody typed is not known."
    case "processStatesMissed":
      "\(Figures.counted(count, "process", "processes")) found no room in the table that survives "
        + "a loss."
    case "tasksMissed":
      "\(Figures.counted(count, "process", "processes")) could not be followed, nor their children."
    case "compatCalls":
      "\(Figures.counted(count, "32-bit system call", "32-bit system calls")) went undecoded."
    case "ringMissed":
      "\(Figures.counted(count, "request", "requests")) of io_uring went untold: in flight at the "
        + "start, or no room to keep them."
    case "failedPasses":
      "\(Figures.counted(count, "pass", "passes")) over all descriptors failed: what the one before "
        + "found stands."
    case "otherPaths":
      "\(Figures.counted(count, "lookup", "lookups")) of paths that there was no room to tell apart "
        + "show as '(other paths)'."
    case "malformed":
      "\(Figures.counted(count, "event", "events")) could not be decoded."
    case "recursionMisses":
      "\(Figures.counted(count, "call", "calls")) may have been missed: the kernel skips a program "
        + "that runs already on that CPU."
    case "releasesMissed":
      "The kernel did not show the release of \(Figures.counted(count, "process", "processes")): the "
        + "CPU time is what was seen before it."
    case "reapersUnknown":
      "Who reaped \(Figures.counted(count, "process", "processes")) is not known: the kernel did not "
        + "show it, and the parent had ended without being seen to wait."
    default: "\(note): \(number)"
    }
  }

  /// The sentence as an item of a list, broken between words.
  private func wrapped(_ sentence: String, _ role: TextRole) -> [TextLine] {
    TextLine.wrapped(
      sentence, width: options.width, first: [("- ", role)], indent: "  ", role)
  }
}

extension Loss {
  /// Events that were neither delivered nor dropped for a reason; also those told twice.
  fileprivate var unaccounted: UInt64 {
    let known = UInt64.saturating(delivered, dropped.values.sum { $0 })
    return observed > known ? observed - known : known - observed
  }
}
