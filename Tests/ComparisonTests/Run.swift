// SPDX-License-Identifier: Apache-2.0

import Attribution
import Comparison
import Events

/// A run to compare: a target on a raw terminal with one child, a second an interval.
struct Run {
  private static let second: UInt64 = 1_000_000_000
  private static let start = 1_000 * second
  private static let target: ProcessIndex = 0
  private static let child: ProcessIndex = 1
  private var timeline = Timeline()

  /// - Parameters:
  ///   - name: of the target's executable.
  ///   - seconds: five of them are its start-up.
  init(_ name: String = "/opt/agent-1.2/bin/agent-1.2", seconds: Int = 20) {
    timeline.intervals = (0..<seconds).map {
      Timeline.Span(
        start: Self.start + UInt64($0) * Self.second,
        end: Self.start + UInt64($0 + 1) * Self.second)
    }
    timeline.target = Self.target
    add(Self.target, 100, name, spawner: nil)
    add(Self.child, 101, "/usr/bin/git", spawner: 100)
  }

  /// Its child runs another program.
  mutating func nameChild(_ executable: String) {
    timeline.processes[Self.child]?.executable = Array(executable.utf8)
  }

  /// A pty master and as many descriptors as this, which the target holds until its end: the pass
  /// that finds that is after the recording's.
  mutating func hold(_ descriptors: UInt64, from seconds: Int) {
    let time = Self.start + UInt64(seconds) * Self.second
    timeline.descriptors.append(
      .init(time: time, process: Self.target, kind: "pipe", count: descriptors))
    guard let target = timeline.processes[Self.target] else { return }
    timeline.masters.append(
      PTYMaster(
        instance: 1, index: 3, slave: .open, madeTime: time,
        goneTime: target.exitTime.map { $0 + 9 * Self.second },
        opener: target.key, openerIsSeen: true, holders: [:]))
  }

  /// One more child that looks up a path so many times in each second.
  mutating func addChild(_ executable: String, lookingUp path: String, each second: UInt64) {
    let child = ProcessIndex(timeline.processes.count)
    add(child, 100 + UInt32(child), executable, spawner: 100)
    look(up: path, each: second, by: child)
  }

  /// So many bytes in each second, as one frame.
  mutating func draw(_ bytes: UInt64) {
    timeline.terminals[0] = Terminal(instance: 1, major: 136, minor: 0)
    for interval in timeline.intervals.indices {
      var output = Timeline.Output(
        interval: interval, process: Self.target, terminal: 0, bytes: bytes, writes: 1, failed: 0)
      output.frames = 1
      timeline.outputs.append(output)
    }
  }

  private mutating func add(
    _ index: ProcessIndex, _ pid: UInt32, _ executable: String, spawner: UInt32?
  ) {
    var process = TracedProcess(
      key: ProcessKey(processID: pid, startTime: Self.start + UInt64(pid)))
    process.executable = Array(executable.utf8)
    process.arguments = Array("\(executable)\0".utf8)
    process.spawner = spawner.map {
      ProcessKey(processID: $0, startTime: Self.start + UInt64($0))
    }
    timeline.processes[index] = process
  }

  /// So many lookups of a path in each second.
  mutating func look(
    up path: String, each second: UInt64, failed: UInt64 = 0, byChild: Bool = false
  ) {
    look(up: path, each: second, failed: failed, by: byChild ? Self.child : Self.target)
  }

  private mutating func look(
    up path: String, each second: UInt64, failed: UInt64 = 0, by process: ProcessIndex
  ) {
    let index = PathIndex(timeline.paths.count)
    timeline.paths[index] = LookedUpPath(
      given: Array(path.utf8), absolute: Array(path.utf8), resolution: .resolved)
    for interval in timeline.intervals.indices {
      timeline.lookups.append(
        .init(
          interval: interval, process: process, path: index, count: second, failed: failed))
    }
  }

  /// A command that ended at the end of the last interval but one and left so many children.
  mutating func end(leaving survivors: Int) {
    let end = timeline.intervals[timeline.intervals.count - 2].end
    timeline.targetEnd = end
    timeline.processes[Self.target]?.exitTime = end
    timeline.processes[Self.child]?.exitTime = end
    timeline.processes[Self.child]?.isReaped = true
    timeline.processes[Self.child]?.reapTime = end
    for number in 0..<survivors {
      add(ProcessIndex(10 + number), UInt32(200 + number), "/usr/bin/daemon", spawner: 100)
    }
  }

  /// As with -p: there is no command whose end anything follows.
  mutating func followByID() {
    timeline.target = nil
    timeline.targetEnd = nil
  }

  /// Its child ends after so many seconds, and nobody waits for it.
  mutating func leaveZombie(after seconds: Int) {
    timeline.processes[Self.child]?.exitTime = Self.start + UInt64(seconds) * Self.second
  }

  /// Its child ends after so many seconds, and init removes it when the command, which has not
  /// waited for it, has ended too.
  ///
  /// - Parameter isRemoved: before the recording ends.
  mutating func leaveZombieToInit(after seconds: Int, isRemoved: Bool) {
    end(leaving: 0)
    leaveZombie(after: seconds)
    timeline.processes[Self.child]?.isReaped = false
    timeline.processes[Self.child]?.reapTime = nil
    timeline.processes[Self.child]?.isReleased = isRemoved
    timeline.processes[Self.child]?.presentParent = ProcessKey(processID: 1, startTime: 1)
  }

  /// CPU time that its child has used after so many seconds, as a census tells it.
  mutating func use(_ milliseconds: UInt64, after seconds: Int) {
    timeline.usages.append(
      .init(
        interval: seconds - 1, process: Self.child, cpuTime: milliseconds * 1_000_000, rss: 0))
  }

  /// Its child ends after so many seconds, and has used this much.
  mutating func end(using milliseconds: UInt64, after seconds: Int) {
    leaveZombie(after: seconds)
    timeline.processes[Self.child]?.cpuTime = milliseconds * 1_000_000
  }

  mutating func mark(_ name: String, after seconds: Int) {
    timeline.marks.append(
      .init(time: Self.start + UInt64(seconds) * Self.second, name: name))
  }

  mutating func lose(in interval: Int) {
    timeline.intervals[interval].isIncomplete = true
  }

  /// Its recorder was killed.
  mutating func cutShort() { timeline.isFinished = false }

  func figures(_ name: String = "run.spoor") -> RunFigures { RunFigures(name, of: timeline) }

  /// In start-up, while it is active, and after its exit.
  func gauge(_ signal: String) throws -> [Double?] {
    try ["start-up", "active", "after-exit"].map { phase in
      let yaml = "budgets: [{signal: \(signal), phase: \(phase), at-most: 0}]"
      let budgets = try Budget.all(yaml: yaml, name: "b.yaml")
      return BudgetCheck(budgets, on: [figures()]).results.first?.figure
    }
  }
}
