// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings

/// A timeline made by hand, in seconds since boot: it begins at 100 s, by intervals of a second.
struct Scene {
  var timeline = Timeline()
  private var next: ProcessIndex = 0
  static let start = 100.0

  init(seconds: Int) {
    timeline.intervals = (0..<seconds).map {
      Timeline.Span(
        start: Self.time(Self.start + Double($0)), end: Self.time(Self.start + Double($0) + 1))
    }
  }

  static func time(_ seconds: Double) -> UInt64 { UInt64((seconds * 1e9).rounded()) }

  /// Adds a process that started so many seconds into the recording, or before it.
  @discardableResult
  mutating func add(
    _ command: String, at start: Double, by spawner: ProcessKey? = nil,
    _ change: (inout TracedProcess) -> Void = { _ in }
  ) -> ProcessKey {
    let words = command.split(separator: " ").map(String.init)
    var process = TracedProcess(
      key: ProcessKey(
        processID: 1_000 + UInt32(next), startTime: Self.time(Self.start + start)))
    process.executable = Array("/usr/bin/\(words.first ?? "")".utf8)
    process.arguments = words.flatMap { Array($0.utf8) + [0] }
    process.spawner = spawner
    process.parent = spawner
    process.presentParent = spawner
    process.forkTime = process.key.startTime
    change(&process)
    timeline.processes[next] = process
    next += 1
    return process.key
  }

  /// Changes a process that is there.
  mutating func change(_ key: ProcessKey, _ change: (inout TracedProcess) -> Void) {
    guard let index = index(of: key), var process = timeline.processes[index] else { return }
    change(&process)
    timeline.processes[index] = process
  }

  func index(of key: ProcessKey) -> ProcessIndex? {
    timeline.processes.first { $0.value.key == key }?.key
  }

  /// It draws in each of these seconds on a terminal that hands keys over one by one.
  mutating func draw(_ key: ProcessKey, in seconds: Range<Int>) {
    guard let index = index(of: key) else { return }
    timeline.terminals[0] = Terminal(instance: 1, major: 136, minor: 0)
    for second in seconds {
      var output = Timeline.Output(
        interval: second, process: index, terminal: 0, bytes: 10, writes: 1, failed: 0)
      output.isRaw = true
      timeline.outputs.append(output)
    }
  }

  func findings(_ settings: FindingSettings = FindingSettings()) -> [Finding] {
    Judgement(of: timeline, settings: settings).findings
  }

  func findings(_ kind: Finding.Kind) -> [Finding] { findings().filter { $0.kind == kind } }
}

extension TracedProcess {
  /// It ended so many seconds into the recording, and was reaped so much later, or never.
  mutating func end(at seconds: Double, code: Int32 = 0, reapedAfter delay: Double? = 0) {
    exitTime = Scene.time(Scene.start + seconds)
    exit = ExitStatus(waitStatus: code << 8)
    guard let delay else { return }
    isReaped = true
    isReleased = true
    reapTime = Scene.time(Scene.start + seconds + delay)
  }
}
