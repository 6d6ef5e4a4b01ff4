// SPDX-License-Identifier: Apache-2.0

import Events

/// A process's place in a ledger's table; stable for the ledger's life.
public typealias ProcessIndex = Int32
/// An interned path's place in a ledger's table; stable for the ledger's life.
public typealias PathIndex = Int32
/// A terminal's place in a ledger's table; stable for the ledger's life.
public typealias TerminalIndex = Int32

/// What happened between two ticks: what a recording keeps.
public struct Interval: Sendable {
  /// Counts from 0.
  public var number: Int
  /// Nanoseconds since boot.
  public var start: UInt64
  /// Nanoseconds since boot.
  public var end: UInt64
  public var lookups: [LookupCount] = []
  public var terminalWrites: [TerminalWriteCount] = []
  /// Where anybody typed, on terminals that followed processes wrote to.
  public var inputs: [TerminalInputCount] = []
  /// Who was told that its terminal has another size.
  public var resizes: [ResizeCount] = []
  /// Frames that were over in this interval.
  public var frames: [FrameCount] = []
  /// What was done to screens, where terminals are inspected.
  public var inspections: [TerminalInspection] = []
  public var processEvents: [ProcessEvent] = []
  /// What living processes use, where it changed since the last census.
  public var usages: [ProcessUsage] = []
  /// Paths first seen in this interval and not in a part of it: the first has index `firstNewPath`.
  public var newPaths = PathList()
  public var firstNewPath: PathIndex = 0
  /// Terminals first seen in this interval: the first has index `firstNewTerminal`.
  public var newTerminals: [Terminal] = []
  public var firstNewTerminal: TerminalIndex = 0
  /// Every process that changed, as it is now.
  public var processes: [(index: ProcessIndex, process: TracedProcess)] = []
  /// What the passes over all descriptors found.
  public var descriptors = DescriptorInterval()
  /// The passes over all threads that found this out.
  public var threadCensus = CensusCost()
  /// What spoor itself took; nil where nobody looked.
  public var overhead: Overhead?
  /// What did not arrive in this interval.
  public var loss = Loss()
  /// The gaps that began or went on in this interval, with their numbers from 0.
  public var gaps: [(index: Int, gap: Loss.Gap)] = []
  /// Slab caches, as often as they were looked at.
  public var kernelMemory: [KernelMemorySample] = []

  public init(number: Int, start: UInt64, end: UInt64) {
    self.number = number
    self.start = start
    self.end = end
  }
}

/// How often a process looked up one path one way with one outcome.
public struct LookupCount: Sendable {
  public var process: ProcessIndex
  public var path: PathIndex
  public var operation: Operation
  /// 0 for success.
  public var errno: UInt16
  public var count: UInt64

  public init(
    process: ProcessIndex, path: PathIndex, operation: Operation, errno: UInt16, count: UInt64
  ) {
    self.process = process
    self.path = path
    self.operation = operation
    self.errno = errno
    self.count = count
  }
}

/// How much a process wrote to one side of one terminal.
public struct TerminalWriteCount: Sendable {
  public var process: ProcessIndex
  public var terminal: TerminalIndex
  public var direction: TerminalDirection
  /// As the calls returned them.
  public var bytes: UInt64
  /// Calls, the failed ones included.
  public var writes: UInt64
  public var failed: UInt64
  /// At the last of them the terminal handed keys over one by one, and not by the line.
  public var isRaw: Bool

  public init(
    process: ProcessIndex, terminal: TerminalIndex, direction: TerminalDirection,
    bytes: UInt64, writes: UInt64, failed: UInt64, isRaw: Bool = false
  ) {
    self.process = process
    self.terminal = terminal
    self.direction = direction
    self.bytes = bytes
    self.writes = writes
    self.failed = failed
    self.isRaw = isRaw
  }
}

/// A turn in a process's life.
public struct ProcessEvent: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case fork, exec, exit, reaped
  }

  /// Nanoseconds since boot.
  public var time: UInt64
  public var process: ProcessIndex
  public var kind: Kind

  public init(time: UInt64, process: ProcessIndex, kind: Kind) {
    self.time = time
    self.process = process
    self.kind = kind
  }
}
