// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings

/// A hand-made timeline of whole seconds; processes are there before it unless they are born.
struct Script {
  private(set) var timeline = Timeline()
  private static let base: UInt64 = 1_000_000_000_000

  init(seconds: Int) {
    timeline.intervals = (0..<seconds).map {
      Timeline.Span(start: Self.time($0), end: Self.time($0 + 1))
    }
  }

  static func time(_ second: Int) -> UInt64 { base + UInt64(second) * 1_000_000_000 }

  static func key(_ process: ProcessIndex, born second: Int? = nil) -> ProcessKey {
    ProcessKey(
      processID: 100 + UInt32(process), startTime: second.map(time) ?? 1_000 + UInt64(process))
  }

  mutating func process(
    _ index: ProcessIndex, born: Int? = nil, exits: Int? = nil, spawner: ProcessKey? = nil
  ) {
    var process = TracedProcess(key: Self.key(index, born: born))
    process.exitTime = exits.map(Self.time)
    process.spawner = spawner
    timeline.processes[index] = process
  }

  mutating func path(_ index: PathIndex, _ name: String, resolved: Bool = true) {
    let bytes = Array(name.utf8)
    timeline.paths[index] = LookedUpPath(
      given: bytes, absolute: resolved ? bytes : nil,
      resolution: resolved ? .resolved : .truncated)
  }

  mutating func look(
    _ process: ProcessIndex, at path: PathIndex, _ count: UInt64, failing failed: UInt64 = 0,
    opens: UInt64 = 0, in seconds: some Sequence<Int>
  ) {
    for second in seconds {
      var row = Timeline.Lookups(
        interval: second, process: process, path: path, count: count, failed: failed)
      row.opens = opens
      timeline.lookups.append(row)
    }
  }

  mutating func write(
    _ process: ProcessIndex, to terminal: TerminalIndex = 0, bytes: UInt64, failing: UInt64 = 0,
    frames: UInt64 = 0, clears: UInt64 = 0, raw: Bool = true, in seconds: some Sequence<Int>
  ) {
    timeline.terminals[terminal] = Terminal(instance: 1, major: 136, minor: UInt32(terminal))
    for second in seconds {
      var row = Timeline.Output(
        interval: second, process: process, terminal: terminal, bytes: bytes,
        writes: max(1, failing), failed: failing)
      row.frames = frames
      row.clears = clears
      row.isRaw = raw
      timeline.outputs.append(row)
    }
  }

  mutating func type(on terminal: TerminalIndex = 0, in seconds: some Sequence<Int>) {
    timeline.inputs += seconds.map {
      Timeline.Input(interval: $0, terminal: terminal, lastTime: Self.time($0) + 500_000_000)
    }
  }

  /// In the middle of these seconds.
  mutating func resize(_ process: ProcessIndex, in seconds: some Sequence<Int>) {
    timeline.resizes += seconds.map {
      Timeline.Resize(
        interval: $0, process: process, lastTime: Self.time($0) + 500_000_000)
    }
  }

  /// Each second as much.
  mutating func compute(_ process: ProcessIndex, percent: UInt64, in seconds: Range<Int>) {
    timeline.usages += seconds.enumerated().map { count, second in
      Timeline.Usage(
        interval: second, process: process,
        cpuTime: UInt64(count + 1) * percent * 10_000_000, rss: 0)
    }
  }

  mutating func lose(in second: Int) { timeline.intervals[second].isIncomplete = true }

  mutating func mark(_ name: String, at second: Int) {
    timeline.marks.append(Timeline.Mark(time: Self.time(second), name: name))
  }

  mutating func target(_ process: ProcessIndex, ends second: Int? = nil) {
    timeline.target = process
    timeline.targetEnd = second.map(Self.time)
  }

  func judged(_ settings: FindingSettings = FindingSettings()) -> Judgement {
    var sorted = timeline
    sorted.lookups.sort { ($0.interval, $0.process) < ($1.interval, $1.process) }
    sorted.outputs.sort { ($0.interval, $0.process) < ($1.interval, $1.process) }
    sorted.inputs.sort { $0.interval < $1.interval }
    sorted.usages.sort { ($0.interval, $0.process) < ($1.interval, $1.process) }
    return Judgement(of: sorted, settings: settings)
  }

  func findings(_ kind: Finding.Kind) -> [Finding] {
    judged().findings.filter { $0.kind == kind }
  }
}
