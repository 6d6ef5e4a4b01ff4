// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Reports

/// What the view remembers: the last intervals of a tracing, or all of a recording.
public struct TopHistory: Sendable {
  /// What a recording that begins now goes on from.
  package private(set) var live: LiveTimeline
  /// All of a recording; nil while it is live.
  private let recorded: Timeline?
  private var log: ActivityLog
  /// When the tracing began, in nanoseconds since boot.
  public let start: UInt64
  /// Events of each interval, by the kernel's count; those of the rows in a recording.
  private var observed: [UInt64] = []
  private var names = NameTable()
  private let recordedLoss: Loss

  /// An empty one, of a tracing that begins.
  ///
  /// - Parameters:
  ///   - start: nanoseconds since boot.
  ///   - room: intervals that are remembered.
  public init(start: UInt64, room: Int = 600) {
    self.start = start
    live = LiveTimeline(room: room)
    recorded = nil
    log = ActivityLog()
    recordedLoss = Loss()
  }

  /// That of a recording.
  public init(of timeline: Timeline, loss: Loss) {
    start = timeline.start
    live = LiveTimeline()
    recorded = timeline
    log = ActivityLog(of: timeline)
    recordedLoss = loss
    observed = log.intervals.map { $0.values.sum(\.lookups) }
    for (index, process) in timeline.processes { names.note(index, process) }
  }

  /// Takes the next interval of a tracing.
  public mutating func append(_ interval: Interval) {
    let dropped = live.dropped
    live.append(interval)
    if live.dropped > dropped {
      log.drop(live.dropped - dropped)
      observed.removeFirst(min(observed.count, live.dropped - dropped))
      names.keep { live.timeline.processes[$0] != nil }
    }
    log.append(interval, to: live.timeline)
    observed.append(interval.loss.observed)
    for (index, process) in interval.processes { names.note(index, process) }
  }

  /// The command that was started.
  public mutating func note(target: ProcessKey) { live.note(target: target) }

  public var timeline: Timeline { recorded ?? live.timeline }
  public var isRecorded: Bool { recorded != nil }
  /// Since the start, or of the recording.
  public var loss: Loss { recorded == nil ? live.loss : recordedLoss }
  public var kernelMemory: KernelMemorySample? { live.kernelMemory }
  public var count: Int { log.intervals.count }
  /// Intervals that are remembered no more.
  public var dropped: Int { live.dropped }

  /// What the processes did in an interval.
  func activities(_ interval: Int) -> [ProcessIndex: Activity] {
    log.intervals.indices.contains(interval) ? log.intervals[interval] : [:]
  }

  /// Events in an interval.
  func observed(_ interval: Int) -> UInt64 {
    observed.indices.contains(interval) ? observed[interval] : 0
  }

  func name(_ index: ProcessIndex) -> ProcessName? { names[index] }

  /// A figure of one process over the intervals up to one, the last `count` of them at most.
  func series(
    _ index: ProcessIndex, to interval: Int, count: Int, _ figure: (Activity) -> Double
  ) -> [Double] {
    let end = min(interval + 1, log.intervals.count)
    return log.intervals[max(0, end - count)..<max(0, end)].map { $0[index].map(figure) ?? 0 }
  }

  /// What a path is called: its absolute one if known; encoded.
  func name(ofPath path: PathIndex) -> String {
    timeline.paths[path].map { ForeignText.encode($0.absolute ?? $0.given) } ?? ""
  }
}

/// Names of processes, made once for each program that they execute.
private struct NameTable: Sendable {
  private struct Entry: Sendable {
    var executable: [UInt8]
    var arguments: [UInt8]
    var comm: [UInt8]
    var name: ProcessName
  }

  private var entries: [ProcessIndex: Entry] = [:]

  subscript(index: ProcessIndex) -> ProcessName? { entries[index]?.name }

  mutating func note(_ index: ProcessIndex, _ process: TracedProcess) {
    if let known = entries[index], known.executable == process.executable,
      known.arguments == process.arguments, known.comm == process.comm
    {
      return
    }
    entries[index] = Entry(
      executable: process.executable, arguments: process.arguments, comm: process.comm,
      name: ProcessName(process))
  }

  mutating func keep(_ isKept: (ProcessIndex) -> Bool) {
    entries = entries.filter { isKept($0.key) }
  }
}
