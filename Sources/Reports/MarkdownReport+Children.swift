// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Recording

extension MarkdownReport {
  /// Children by who started them and what they run.
  var childSection: [String] {
    let groups = run.childrenByCommand
    guard !groups.isEmpty else { return [] }
    let orphans = orphans
    var table = MarkdownTable([
      "Command", "Spawned by", "Alive:", "Oldest:", "Zombies:", "Orphans:", "Ended:", "Lockstep",
    ])
    for group in groups.prefix(options.rows) {
      let family = Family(spawner: group.spawner, command: group.command)
      table.append([
        cell(command(group.command)),
        processCell(group.spawner),
        Figures.cell(UInt64(group.alive)),
        group.oldest.map(Figures.duration) ?? Figures.none,
        Figures.cell(UInt64(group.zombies)),
        Figures.cell(UInt64(orphans[family] ?? 0)),
        Figures.cell(UInt64(group.ended)),
        group.lockstep.map { "group \($0)" } ?? Figures.none,
      ])
    }
    return ["### Children by command", ""] + table.lines
      + rest(groups.count - options.rows, "more command", "more commands")
  }

  private struct Family: Hashable {
    var spawner: ProcessKey
    var command: CommandTemplate
  }

  private var orphans: [Family: Int] {
    var counts: [Family: Int] = [:]
    for process in run.processes where process.isOrphan {
      guard let spawner = process.spawner else { continue }
      counts[Family(spawner: spawner, command: process.template), default: 0] += 1
    }
    return counts
  }

  /// A template's words; it is no command to be typed, so nothing is quoted.
  private func command(_ command: CommandTemplate) -> String {
    let words = options.redactor.arguments(command.words)
    return ForeignText.clip(
      words.map(ForeignText.encode).joined(separator: " "), Self.pathCells)
  }

  /// What was left of the recorded command when it had ended.
  var survivorSection: [String] {
    let groups = Survivors.of(run.run)
    guard !groups.isEmpty else { return [] }
    var table = MarkdownTable([
      "Command", "Alive:", "Zombies:", "Orphans:", "Ended since:", "Oldest:",
    ])
    for group in groups.prefix(options.rows) {
      table.append([
        cell(command(group.command)),
        Figures.cell(UInt64(group.alive)),
        Figures.cell(UInt64(group.zombies)),
        Figures.cell(UInt64(group.orphans)),
        Figures.cell(UInt64(group.ended)),
        group.oldest > 0 ? Figures.duration(group.oldest) : Figures.none,
      ])
    }
    return ["### After exit", "", "The recorded command had ended; these were left."] + [""]
      + table.lines + rest(groups.count - options.rows, "more command", "more commands")
  }

  /// Pty masters by who opened them and what became of their slaves.
  var masterSection: [String] {
    let groups = run.masterGroups
    guard !groups.isEmpty else { return [] }
    var table = MarkdownTable(["Opened by", "Slave", "Pty masters:", "Descriptors:", "Oldest:"])
    for group in groups.prefix(options.rows) {
      table.append([
        processCell(group.identity.opener),
        group.identity.state,
        Figures.count(group.count),
        Figures.count(group.descriptors),
        Figures.duration(group.age),
      ])
    }
    return ["### Pty masters", ""] + table.lines
      + rest(groups.count - options.rows, "more row", "more rows")
  }
}
