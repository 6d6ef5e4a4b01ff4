// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Recording

/// Processes of one command that were there when the recorded command had ended.
struct Survivors {
  var command: CommandTemplate
  var alive = 0
  /// Ended, and nobody has waited for them.
  var zombies = 0
  /// Of the living: whoever started them has ended, and another is their parent now.
  var orphans = 0
  /// Gone by the end of the recording.
  var ended = 0
  /// Of the living and the zombies, in nanoseconds.
  var oldest: UInt64 = 0
  /// Of the living together, by the last census.
  var residentBytes: UInt64 = 0

  /// By command, the most that are left first; empty where the command has not ended.
  static func of(_ run: RecordedRun) -> [Survivors] {
    guard let end = run.targetEnd else { return [] }
    var groups: [CommandTemplate: Survivors] = [:]
    for process in run.processes where process.outlives(end) && process.key != run.target {
      let command = process.template
      groups[command, default: Survivors(command: command)].add(process, end: run.endTime)
    }
    return groups.values.sorted { one, other in
      let (first, second) = ((one.alive, one.zombies), (other.alive, other.zombies))
      if first != second { return first > second }
      if one.ended != other.ended { return one.ended > other.ended }
      return TextReport.text(of: one.command) < TextReport.text(of: other.command)
    }
  }

  private mutating func add(_ process: TracedProcess, end: UInt64) {
    guard !process.isReaped, !process.isReleased else {
      ended += 1
      return
    }
    let began = process.forkTime ?? process.key.startTime
    oldest = max(oldest, end > began ? end - began : 0)
    if process.exitTime != nil {
      zombies += 1
    } else {
      alive += 1
      orphans += process.isOrphan ? 1 : 0
      residentBytes = .saturating(residentBytes, process.residentBytes ?? 0)
    }
  }

  /// `3 alive, 1 zombie, 2 orphans`: what is left of all.
  static func summary(_ groups: [Survivors]) -> String {
    let facts = [
      (groups.sum { UInt64($0.alive) }, "alive", "alive"),
      (groups.sum { UInt64($0.zombies) }, "zombie", "zombies"),
      (groups.sum { UInt64($0.orphans) }, "orphan", "orphans"),
      (groups.sum { UInt64($0.ended) }, "ended since", "ended since"),
    ]
    return facts.filter { $0.0 > 0 }.map { Figures.counted($0.0, $0.1, $0.2) }
      .joined(separator: ", ")
  }
}

extension TracedProcess {
  var template: CommandTemplate {
    CommandTemplate(executable: executable, arguments: arguments, comm: comm)
  }

  /// Alive, and its parent is not the one that it was started under: with CLONE_PARENT that is
  /// its spawner's.
  package var isOrphan: Bool {
    guard state == .alive, let parent = parent ?? spawner, !isSpawnerAssumed else { return false }
    return presentParent.map { $0 != parent } ?? false
  }

  /// It had started by then, and was not out of the process table yet.
  fileprivate func outlives(_ time: UInt64) -> Bool {
    if !isReaped && !isReleased { return true }
    guard let gone = reapTime ?? exitTime else { return false }
    return gone > time
  }
}
