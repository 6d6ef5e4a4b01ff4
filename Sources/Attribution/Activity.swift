// SPDX-License-Identifier: Apache-2.0

import Events

/// What one process did in one interval.
public struct Activity: Hashable, Sendable {
  public var lookups: UInt64 = 0
  public var failedLookups: UInt64 = 0
  /// Of the lookups: those that asked for a descriptor.
  public var opens: UInt64 = 0
  /// Bytes written to slaves, which is what a person sees.
  public var outputBytes: UInt64 = 0
  /// Bytes written to masters.
  public var inputBytes: UInt64 = 0
  public var terminalWrites: UInt64 = 0
  /// Those that were over in the interval: by the program's own marks where it has any.
  public var frames: UInt64 = 0
  /// Children that it forked.
  public var spawned: UInt64 = 0
  /// Seconds, as far as a census told them.
  public var cpuSeconds = 0.0
  /// The path that it looked up most often, by `noteHottest`; -1 for none.
  public var hottest: PathIndex = -1
  /// Lookups of the hottest path.
  public var hottestCount: UInt64 = 0

  public init() {}

  /// Takes a path for the hottest if it is.
  public mutating func noteHottest(_ path: PathIndex, count: UInt64) {
    guard count > hottestCount else { return }
    hottest = path
    hottestCount = count
  }
}

/// A process and what it did in one interval.
public struct ProcessActivity: Sendable {
  public var index: ProcessIndex
  /// As it was at the interval's end.
  public var process: TracedProcess
  public var activity: Activity
}

/// Tells intervals apart by what is counted since the start: exact whatever became of the ring.
public struct ActivityAccount: Sendable {
  /// As they stood at the last interval's end.
  private var known: [ProcessIndex: TracedProcess] = [:]
  private var indices: [ProcessKey: ProcessIndex] = [:]
  /// Released in the last interval: their last counts may come in the next one.
  private var leaving: [ProcessIndex] = []
  private var frames = FrameTally()
  /// Of the first interval, in nanoseconds since boot.
  private var start: UInt64?

  public init() {}

  /// Who did something in the next interval of a ledger, in no order.
  public mutating func take(_ interval: Interval) -> [ProcessActivity] {
    let start = start ?? interval.start
    self.start = start
    var rows: [ProcessIndex: Activity] = [:]
    for (index, process) in interval.processes {
      rows[index] = Activity(process, since: known[index], start: start)
      known[index] = process
      indices[process.key] = index
    }
    for (place, count) in frames.take(interval) {
      rows[place.process, default: Activity()].frames += count
    }
    for event in interval.processEvents where event.kind == .fork {
      guard let spawner = known[event.process]?.spawner, let index = indices[spawner] else {
        continue
      }
      rows[index, default: Activity()].spawned += 1
    }
    defer { forgetReleased(interval) }
    return rows.compactMap { index, activity in
      guard activity != Activity(), let process = known[index] else { return nil }
      return ProcessActivity(index: index, process: process, activity: activity)
    }
  }

  private mutating func forgetReleased(_ interval: Interval) {
    for index in leaving {
      if let key = known.removeValue(forKey: index)?.key { indices[key] = nil }
    }
    if !leaving.isEmpty { frames.forget { known[$0.process] == nil } }
    leaving = interval.processes.filter { $0.process.isReleased && known[$0.index] != nil }
      .map(\.index)
  }
}

extension Activity {
  /// What a process did since it stood so; `start` is the tracing's.
  fileprivate init(_ process: TracedProcess, since before: TracedProcess?, start: UInt64) {
    lookups = process.lookups.growth(since: before?.lookups)
    failedLookups = process.failedLookups.growth(since: before?.failedLookups)
    opens = process.opens.growth(since: before?.opens)
    outputBytes = process.outputBytes.growth(since: before?.outputBytes)
    inputBytes = process.inputBytes.growth(since: before?.inputBytes)
    terminalWrites = process.terminalWrites.growth(since: before?.terminalWrites)
    // What it had used before anybody looked is of no interval.
    let isOld = before == nil && process.began < start
    cpuSeconds = isOld ? 0 : Double(process.cpuTime.growth(since: before?.cpuTime)) / 1e9
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
