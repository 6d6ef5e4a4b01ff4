// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Recording

/// A recording in the order in which a report tells it.
struct RankedRun {
  let run: RecordedRun
  /// By lookups and terminal writes together, the busiest first.
  let processes: [TracedProcess]
  /// Places in the run's lookups, by process: most reports tell the paths of a few, and an hour
  /// has hundreds of thousands.
  private let lookups: [ProcessKey: [Int]]
  /// By process; the most bytes first.
  let terminals: [ProcessKey: [TerminalWrites]]
  /// Frames of each process that drew any, on the terminal where it drew most.
  let frames: [ProcessKey: FrameSizes]
  /// When processes ended, in nanoseconds since boot.
  let ends: [ProcessKey: UInt64]
  let kin: KinOfRun

  init(_ run: RecordedRun) {
    self.run = run
    kin = KinOfRun(run)
    processes = run.processes.sorted { $0.isBusier(than: $1) }
    ends = Dictionary(
      run.processes.compactMap { process in process.exitTime.map { (process.key, $0) } },
      uniquingKeysWith: max)
    lookups = Dictionary(grouping: run.lookups.indices) { run.lookups[$0].process }
    terminals = Dictionary(grouping: run.terminals, by: \.process)
      .mapValues { $0.sorted { $0.isBusier(than: $1) } }
    frames = terminals.compactMapValues { rows in
      rows.map(\.frames).max { $0.count < $1.count }.flatMap { $0.count > 0 ? $0 : nil }
    }
  }

  /// Those that looked something up.
  var lookers: some Collection<ProcessKey> { lookups.keys }

  /// A process's, in no order.
  func lookups(of process: ProcessKey) -> some Collection<PathLookups> {
    (lookups[process] ?? []).lazy.map { run.lookups[$0] }
  }

  /// A process's, the most frequent path first.
  func rankedLookups(of process: ProcessKey) -> [PathLookups] {
    lookups(of: process).sorted { $0.isMoreFrequent(than: $1) }
  }

  /// A process's lookups by the frame; nil where it drew none.
  func perFrame(_ row: PathLookups) -> Double? {
    frames[row.process].map { Double(row.count) / Double($0.count) }
  }

  /// Whether a process looks this up as it draws, and not at its start alone: by at least every
  /// second frame, and in half of the intervals in which it draws.
  func goesWithFrames(_ row: PathLookups) -> Bool {
    guard let frames = frames[row.process], let rate = perFrame(row) else { return false }
    return frames.count >= 10 && rate >= 0.5 && row.intervals * 2 >= frames.intervals
  }

  /// A count by the second; nil for a recording of no duration.
  func perSecond(_ count: UInt64) -> Double? {
    run.duration == 0 ? nil : Double(count) * 1e9 / Double(run.duration)
  }
}

extension TracedProcess {
  /// Lookups and terminal writes.
  var activity: UInt64 { .saturating(lookups, terminalWrites) }

  fileprivate func isBusier(than other: TracedProcess) -> Bool {
    if activity != other.activity { return activity > other.activity }
    if children.spawned != other.children.spawned {
      return children.spawned > other.children.spawned
    }
    return (key.startTime, key.processID) < (other.key.startTime, other.key.processID)
  }

  /// What had become of it at the end.
  package var state: ReportDocument.State {
    if exitTime == nil && exit == nil && !isReleased { return .alive }
    if isReaped { return .reaped }
    return isReleased ? .abandoned : .zombie
  }
}

extension PathLookups {
  fileprivate func isMoreFrequent(than other: PathLookups) -> Bool {
    if count != other.count { return count > other.count }
    if path != other.path { return path.lexicographicallyPrecedes(other.path) }
    if absolute != other.absolute {
      return (absolute ?? []).lexicographicallyPrecedes(other.absolute ?? [])
    }
    if opened != other.opened {
      return (opened ?? []).lexicographicallyPrecedes(other.opened ?? [])
    }
    return operation < other.operation
  }
}

extension TerminalWrites {
  fileprivate func isBusier(than other: TerminalWrites) -> Bool {
    if bytes != other.bytes { return bytes > other.bytes }
    if writes != other.writes { return writes > other.writes }
    let (one, two) = (terminal, other.terminal)
    return (one.major, one.minor, one.instance, direction.rawValue)
      < (two.major, two.minor, two.instance, other.direction.rawValue)
  }
}
