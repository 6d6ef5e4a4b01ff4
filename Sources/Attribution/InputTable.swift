// SPDX-License-Identifier: Apache-2.0

import Events

/// What anybody wrote to a terminal's master in one interval, whether followed or not.
public struct TerminalInputCount: Hashable, Sendable {
  public var terminal: TerminalIndex
  /// Of the last write: nanoseconds since boot.
  public var lastTime: UInt64
  /// Calls that took something.
  public var writes: UInt64
  public var bytes: UInt64

  public init(terminal: TerminalIndex, lastTime: UInt64, writes: UInt64, bytes: UInt64) {
    self.terminal = terminal
    self.lastTime = lastTime
    self.writes = writes
    self.bytes = bytes
  }
}

/// The kernel's counters of input, which run from the start, as what is new of them.
struct InputTable {
  private struct Sum: Equatable {
    var lastTime: UInt64 = 0
    var writes: UInt64 = 0
    var bytes: UInt64 = 0
  }

  private var now: [Terminal: Sum] = [:]
  private var told: [Terminal: Sum] = [:]

  mutating func set(_ counter: TerminalInputCounter) {
    let terminal = Terminal(instance: counter.instance, major: counter.major, minor: counter.minor)
    now[terminal] = Sum(
      lastTime: counter.lastTime, writes: counter.writes, bytes: counter.bytes)
  }

  /// What is new of the terminals that have a number. When somebody types elsewhere is none of
  /// spoor's business, and waits until a followed process writes there.
  mutating func drain(_ indices: [Terminal: TerminalIndex]) -> [TerminalInputCount] {
    var counts: [TerminalInputCount] = []
    for (terminal, sum) in now {
      let before = told[terminal] ?? Sum()
      guard sum != before, let index = indices[terminal] else { continue }
      told[terminal] = sum
      counts.append(
        TerminalInputCount(
          terminal: index, lastTime: sum.lastTime, writes: sum.writes &- before.writes,
          bytes: sum.bytes &- before.bytes))
    }
    return counts
  }
}
