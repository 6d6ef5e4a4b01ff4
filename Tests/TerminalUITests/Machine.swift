// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import TerminalUI

/// A machine made by hand: what its processes do in a second becomes an interval.
struct Machine {
  private(set) var time: UInt64 = Self.start
  private var number = 0
  private var processes: [ProcessIndex: TracedProcess] = [:]
  private var changed: Set<ProcessIndex> = []
  private var paths: [String] = []
  private var toldPaths = 0
  private var interval = Interval(number: 0, start: Self.start, end: Self.start)
  private var hasTerminal = false

  static let start: UInt64 = 100_000_000_000
  static let second: UInt64 = 1_000_000_000

  static func key(_ id: UInt32) -> ProcessKey {
    ProcessKey(processID: id, startTime: UInt64(id))
  }

  func index(_ id: UInt32) -> ProcessIndex { ProcessIndex(id) }

  mutating func change(_ id: UInt32, _ body: (inout TracedProcess) -> Void) {
    body(&processes[index(id), default: TracedProcess(key: Self.key(id))])
    changed.insert(index(id))
  }

  /// A process, there before the tracer.
  mutating func add(_ id: UInt32, _ command: String, by spawner: UInt32? = nil, user: UInt32 = 1000)
  {
    let words = command.split(separator: " ").map(String.init)
    change(id) { process in
      process.executable = Array("/usr/bin/\(words.first ?? "")".utf8)
      process.arguments = words.flatMap { Array($0.utf8) + [0] }
      process.comm = Array((words.first ?? "").utf8.prefix(15))
      process.spawner = spawner.map(Self.key)
      process.userID = user
      process.forkTime = process.key.startTime
      process.residentBytes = 1 << 20
    }
  }

  mutating func look(
    _ id: UInt32, at path: String, _ count: UInt64, failing failed: UInt64 = 0,
    _ operation: String = "openat"
  ) {
    let place = paths.firstIndex(of: path) ?? paths.count
    if place == paths.count { paths.append(path) }
    for (errno, count) in [(UInt16(0), count - failed), (2, failed)] where count > 0 {
      interval.lookups.append(
        LookupCount(
          process: index(id), path: PathIndex(place),
          operation: Operation(name: operation) ?? Operation(rawValue: 0), errno: errno,
          count: count))
    }
    change(id) { process in
      process.lookups += count
      process.failedLookups += failed
      process.lookupsByOperation[operation, default: 0] += count
    }
  }

  mutating func write(_ id: UInt32, bytes: UInt64, frames: UInt64) {
    if !hasTerminal {
      interval.newTerminals = [Terminal(instance: 1, major: 136, minor: 3)]
      hasTerminal = true
    }
    interval.terminalWrites.append(
      TerminalWriteCount(
        process: index(id), terminal: 0, direction: .output, bytes: bytes, writes: frames,
        failed: 0, isRaw: true))
    interval.frames.append(
      FrameCount(process: index(id), terminal: 0, bytes: bytes / frames, frames: frames))
    change(id) { $0.outputBytes += bytes }
  }

  mutating func burn(_ id: UInt32, _ seconds: Double) {
    change(id) { $0.cpuTime += UInt64(seconds * 1e9) }
  }

  mutating func end(_ id: UInt32, isReaped: Bool, after delay: UInt64 = 0) {
    let now = time + delay + 1
    change(id) { process in
      process.exitTime = now
      process.exit = ExitStatus(waitStatus: 0)
      process.isReaped = isReaped
      process.isReleased = isReaped
      process.reapTime = isReaped ? now : nil
    }
  }

  mutating func lose(_ count: UInt64) {
    interval.loss.kinds["lookup"] = Loss.Records(
      observed: count, delivered: 0, dropped: ["ringFull": count])
  }

  mutating func pass(_ change: (inout DescriptorInterval) -> Void) { change(&interval.descriptors) }

  /// The second is over.
  mutating func tick() -> Interval {
    var done = interval
    time += Self.second
    done.end = time
    done.number = number
    done.firstNewPath = PathIndex(toldPaths)
    done.newPaths = PathList(
      paths[toldPaths...].lazy.map {
        LookedUpPath(given: Array($0.utf8), absolute: Array($0.utf8), resolution: .resolved)
      })
    toldPaths = paths.count
    done.processes = changed.sorted().compactMap { index in
      processes[index].map { (index, $0) }
    }
    changed.removeAll()
    let count = done.lookups.reduce(0) { $0 + $1.count }
    done.loss.kinds["lookup", default: Loss.Records()].observed += count
    done.loss.kinds["lookup", default: Loss.Records()].delivered += count
    number += 1
    interval = Interval(number: number, start: time, end: time)
    return done
  }
}

extension TopModel {
  init(_ machine: inout Machine, seconds: Int = 1, _ act: (inout Machine) -> Void) {
    self.init(TopHistory(start: Machine.start)) { $0 == 0 ? "root" : "anna" }
    for _ in 0..<seconds {
      act(&machine)
      append(machine.tick())
    }
  }

  /// Presses keys by their names, or types characters.
  @discardableResult
  mutating func press(_ keys: TopKey...) -> TopAction? {
    keys.map { press($0) }.last ?? nil
  }

  mutating func type(_ text: String) {
    for character in text { _ = press(.character(character)) }
  }

  /// PIDs as the table lists them.
  var ids: [UInt32] { lines.map(\.row.key.processID) }

  mutating func screen(_ columns: Int, _ rows: Int) -> String {
    TopScreen.draw(&self, columns: columns, rows: rows).lines.map { line in
      var text = line.text
      while text.last == " " { text.removeLast() }
      return text
    }.joined(separator: "\n") + "\n"
  }
}
