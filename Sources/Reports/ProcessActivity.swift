// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// What one process did in one interval.
package struct ProcessActivity: Sendable {
  /// As it was at the interval's end.
  package var process: TracedProcess
  package var lookups: UInt64 = 0
  package var failedLookups: UInt64 = 0
  /// Of the lookups: those that asked for a descriptor.
  package var opens: UInt64 = 0
  /// Written to slaves, which is what a person sees.
  package var outputBytes: UInt64 = 0
  /// Written to masters.
  package var inputBytes: UInt64 = 0
  package var terminalWrites: UInt64 = 0
  /// Those that were over in the interval: by the program's own marks where it has any.
  package var frames: UInt64 = 0
  /// Children that it forked.
  package var spawned: UInt64 = 0

  package init(_ process: TracedProcess) {
    self.process = process
  }

  fileprivate var isIdle: Bool {
    lookups == 0 && terminalWrites == 0 && frames == 0 && spawned == 0
  }

  fileprivate func isBusier(than other: ProcessActivity) -> Bool {
    let own = UInt64.saturating(lookups, terminalWrites)
    let others = UInt64.saturating(other.lookups, other.terminalWrites)
    if own != others { return own > others }
    if spawned != other.spawned { return spawned > other.spawned }
    return (process.key.startTime, process.key.processID)
      < (other.process.key.startTime, other.process.key.processID)
  }
}

/// Tells intervals apart by what is counted since the start: exact whatever became of the ring.
package struct ActivityAccount {
  /// As they stood at the last interval's end.
  private var known: [ProcessIndex: TracedProcess] = [:]
  private var indices: [ProcessKey: ProcessIndex] = [:]
  /// Released in the last interval: their last counts may come in the next one.
  private var leaving: [ProcessIndex] = []
  /// Who marks frames by itself: its pauses then count no frames.
  private var markers: Set<Place> = []

  private struct Place: Hashable {
    var process: ProcessIndex
    var terminal: TerminalIndex
  }

  package init() {}

  /// Who did something in the next interval of a ledger, the busiest first.
  package mutating func take(_ interval: Interval) -> [ProcessActivity] {
    var rows: [ProcessIndex: ProcessActivity] = [:]
    for (index, process) in interval.processes {
      rows[index] = ProcessActivity(process, since: known[index])
      known[index] = process
      indices[process.key] = index
    }
    countFrames(of: interval, into: &rows)
    for event in interval.processEvents where event.kind == .fork {
      guard let spawner = known[event.process]?.spawner, let index = indices[spawner] else {
        continue
      }
      row(index, &rows) { $0.spawned += 1 }
    }
    forgetReleased(interval)
    return rows.values.filter { !$0.isIdle }.sorted { $0.isBusier(than: $1) }
  }

  private func row(
    _ index: ProcessIndex, _ rows: inout [ProcessIndex: ProcessActivity],
    _ change: (inout ProcessActivity) -> Void
  ) {
    guard let process = known[index] else { return }
    change(&rows[index, default: ProcessActivity(process)])
  }

  private mutating func countFrames(
    of interval: Interval, into rows: inout [ProcessIndex: ProcessActivity]
  ) {
    for seen in interval.inspections where !seen.markedFrames.isEmpty {
      markers.insert(Place(process: seen.process, terminal: seen.terminal))
      row(seen.process, &rows) { $0.frames += seen.markedFrames.values.reduce(0, +) }
    }
    for frame in interval.frames {
      guard !markers.contains(Place(process: frame.process, terminal: frame.terminal)) else {
        continue
      }
      row(frame.process, &rows) { $0.frames += frame.frames }
    }
  }

  private mutating func forgetReleased(_ interval: Interval) {
    for index in leaving {
      if let key = known.removeValue(forKey: index)?.key { indices[key] = nil }
    }
    if !leaving.isEmpty { markers = markers.filter { known[$0.process] != nil } }
    leaving = interval.processes.filter { $0.process.isReleased && known[$0.index] != nil }
      .map(\.index)
  }
}

extension ProcessActivity {
  /// What a process did since it stood so.
  fileprivate init(_ process: TracedProcess, since before: TracedProcess?) {
    self.init(process)
    lookups = process.lookups.growth(since: before?.lookups)
    failedLookups = process.failedLookups.growth(since: before?.failedLookups)
    opens = process.opens.growth(since: before?.opens)
    outputBytes = process.outputBytes.growth(since: before?.outputBytes)
    inputBytes = process.inputBytes.growth(since: before?.inputBytes)
    terminalWrites = process.terminalWrites.growth(since: before?.terminalWrites)
  }
}

extension TracedProcess {
  fileprivate var opens: UInt64 {
    Operation.openNames.reduce(0) { $0 + lookupsByOperation[$1, default: 0] }
  }
}

extension UInt64 {
  fileprivate func growth(since before: UInt64?) -> UInt64 {
    self > before ?? 0 ? self - (before ?? 0) : 0
  }
}
