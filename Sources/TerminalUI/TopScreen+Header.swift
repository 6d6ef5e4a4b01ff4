// SPDX-License-Identifier: Apache-2.0

import Attribution
import Reports

extension TopScreen {
  /// The machine and the tracing; processes and the kernel's memory; what is filtered and how.
  var headerLines: [ScreenLine] { [traceLine, machineLine, stateLine] }

  private var traceLine: ScreenLine {
    let timeline = model.history.timeline
    let position = model.position
    var facts: [(String, ScreenStyle)] = [("spoor top", .bold)]
    if !model.host.machine.isEmpty { facts.append((model.host.machine, .plain)) }
    if !model.host.subject.isEmpty { facts.append((model.host.subject, .plain)) }
    if timeline.intervals.indices.contains(position) {
      let span = timeline.intervals[position]
      let origin = model.history.start
      facts.append((Figures.duration(span.end > origin ? span.end - origin : 0), .plain))
      let rate = span.duration > 0 ? Double(model.history.observed(position)) / span.duration : nil
      let noun = model.history.isRecorded ? "lookups/s" : "events/s"
      facts.append(("\(zero(Figures.rate(rate))) \(noun)", .plain))
    }
    let loss = model.history.loss
    let lost = loss.droppedTotal > 0 ? "\(Figures.count(loss.droppedTotal)) lost" : "incomplete"
    facts.append(loss.isComplete ? ("none lost", .plain) : (lost, .critical))
    return line(facts)
  }

  private var machineLine: ScreenLine {
    var facts: [(String, ScreenStyle)] = []
    let processes = Figures.counted(UInt64(model.rowCount), "process", "processes")
    let zombies = Figures.counted(UInt64(model.zombieCount), "zombie", "zombies")
    facts.append((processes + (model.zombieCount > 0 ? ", " + zombies : ""), .plain))
    if let use = model.history.timeline.pseudoterminals {
      facts.append(
        (
          "ptys \(Figures.grouped(use.used)) of \(Figures.grouped(use.limit))",
          Double(use.used) >= 0.6 * Double(use.limit) ? .warning : .plain
        ))
    }
    if let share = model.host.ownCPUPercent {
      let memory = model.host.ownResidentBytes.map { ", " + Figures.bytes($0) } ?? ""
      facts.append(("spoor \(zero(percent(share))) %\(memory)", .plain))
    }
    for name in ["names_cache", "dentry", "filp", "inode_cache"] {
      guard let cache = model.history.kernelMemory?.caches.first(where: { $0.name == name })
      else { continue }
      facts.append(("\(name) \(Figures.bytes(cache.bytes))", .plain))
    }
    return line(facts)
  }

  private var stateLine: ScreenLine {
    if let notice = model.notice { return ScreenLine(notice, .bold) }
    if model.history.isRecorded { return slider }
    var facts: [(String, ScreenStyle)] = []
    if let recording = model.host.recording { facts.append(("recording \(recording)", .warning)) }
    if model.isPaused {
      let behind = model.history.count - 1 - model.position
      facts.append(("paused" + (behind > 0 ? ", \(behind) back" : ""), .bold))
    }
    facts.append(
      ("by \(model.order.column.label.lowercased())", .plain))
    if model.isTree { facts.append(("tree", .plain)) }
    if !model.filter.isEmpty {
      let shown = Figures.grouped(UInt64(model.lines.count))
      facts.append(("\(shown) with '\(ForeignText.encode(Array(model.filter.utf8)))'", .bold))
    }
    if !model.findings.isEmpty {
      let count = UInt64(model.findings.count)
      facts.append((Figures.counted(count, "finding", "findings"), .warning))
    }
    return line(facts)
  }

  /// Where in the recording it is.
  private var slider: ScreenLine {
    let count = max(1, model.history.count)
    let label = " \(model.position + 1)/\(model.history.count) "
    let room = max(1, columns - 2 - label.count)
    let knob = count > 1 ? model.position * (room - 1) / (count - 1) : 0
    var line = ScreenLine("[" + String(repeating: "-", count: max(0, knob)), .dim)
    line.append("#", .bold)
    line.append(String(repeating: "-", count: max(0, room - 1 - knob)) + "]", .dim)
    line.append(label)
    return line
  }

  /// Those that fit, from the left.
  private func line(_ facts: [(String, ScreenStyle)]) -> ScreenLine {
    var line = ScreenLine()
    for (text, style) in facts {
      let gap = line.width == 0 ? 0 : 2
      if line.width > 0, line.width + gap + ForeignText.width(text) > columns { continue }
      line.pad(to: line.width + gap)
      line.append(text, style)
    }
    return line
  }

  private func zero(_ text: String) -> String { text == Figures.none ? "0" : text }

  /// `0.3`, `12`, `-` for nothing.
  func percent(_ value: Double?) -> String {
    guard let value else { return "?" }
    if value <= 0 { return Figures.none }
    if value < 0.05 { return "<.1" }
    return value < 9.95 ? Figures.oneDecimal(value) : String(Int(min(value, 1e6).rounded()))
  }

  // MARK: The end of the screen

  /// What is found of the selected process, and the keys.
  var footerLines: [ScreenLine] { [findingLine, keyLine] }

  private var findingLine: ScreenLine {
    guard let row = model.selectedRow, let finding = row.finding else { return ScreenLine() }
    var line = ScreenLine("\(finding.severity)".uppercased() + " ", finding.severity.style)
    line.append(finding.sentence(row.name.title))
    return line
  }

  private var keyLine: ScreenLine {
    let keys: [(String, String)]
    switch model.mode {
    case .filter:
      var line = ScreenLine("Filter: ", .bold)
      line.append(ForeignText.encode(Array(model.filter.utf8)) + "_")
      line.append("  Enter keep  Esc clear", .dim)
      return line
    case .sort: keys = [("↑↓", "choose"), ("Enter", "sort"), ("Esc", "back")]
    case .help: keys = [("↑↓", "scroll"), ("Esc", "back")]
    case .details:
      let moves = [("Tab", "next"), ("1-6", "tab"), ("↑↓", "scroll")]
      keys = moves + [("Space", "pause"), ("Esc", "back")]
    case .table:
      let replay = [("←→", "time")]
      let live = [("Space", "pause"), ("r", "record")]
      keys =
        [
          ("?", "help"), ("q", "quit"), ("/", "filter"), ("F6", "sort"), ("t", "tree"),
          ("Enter", "details"),
        ]
        + (model.history.isRecorded ? replay : live) + [("w", "report")]
    }
    var line = ScreenLine()
    for (key, meaning) in keys {
      let gap = line.width == 0 ? 0 : 2
      if line.width + gap + ForeignText.width(key) + 1 + meaning.count > columns { continue }
      line.append(String(repeating: " ", count: gap))
      line.append(key, .bold)
      line.append(" \(meaning)", .dim)
    }
    return line
  }
}
