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
  public var processEvents: [ProcessEvent] = []
  /// Paths first seen in this interval: the first has index `firstNewPath`.
  public var newPaths: [[UInt8]] = []
  public var firstNewPath: PathIndex = 0
  /// Terminals first seen in this interval: the first has index `firstNewTerminal`.
  public var newTerminals: [Terminal] = []
  public var firstNewTerminal: TerminalIndex = 0
  /// Every process that changed, as it is now.
  public var processes: [(index: ProcessIndex, process: TracedProcess)] = []
  /// What did not arrive in this interval.
  public var loss = Loss()

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

  public init(
    process: ProcessIndex, terminal: TerminalIndex, direction: TerminalDirection,
    bytes: UInt64, writes: UInt64, failed: UInt64
  ) {
    self.process = process
    self.terminal = terminal
    self.direction = direction
    self.bytes = bytes
    self.writes = writes
    self.failed = failed
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

/// How a process ended.
public struct ExitStatus: Hashable, Sendable {
  /// The exit code, when it ended by itself.
  public var code: Int?
  /// The signal that ended it.
  public var signal: Int?
  public var dumpedCore: Bool

  /// Reads a status as wait(2) returns it.
  public init(waitStatus: Int32) {
    let signal = Int(waitStatus & 0x7f)
    self.code = signal == 0 ? Int(waitStatus >> 8) & 0xff : nil
    self.signal = signal == 0 ? nil : signal
    self.dumpedCore = waitStatus & 0x80 != 0
  }
}

/// The children that a process spawned, by what became of them while it lived.
public struct ChildCounts: Hashable, Sendable {
  public var spawned = 0
  public var alive = 0
  /// Ended, and not waited for.
  public var zombies = 0
  public var reaped = 0

  public init(spawned: Int = 0, alive: Int = 0, zombies: Int = 0, reaped: Int = 0) {
    self.spawned = spawned
    self.alive = alive
    self.zombies = zombies
    self.reaped = reaped
  }
}

/// All that is known of one process, except where it looked and wrote.
public struct TracedProcess: Sendable {
  public var key: ProcessKey
  /// Who would wait for it, when it was forked.
  public var parent: ProcessKey?
  /// Its parent as last seen.
  public var parentID: UInt32 = 0
  /// Who called fork; never changes.
  public var spawner: ProcessKey?
  /// The id in its own pid namespace.
  public var namespaceID: UInt32 = 0
  public var userID: UInt32?
  /// The name of its first thread.
  public var comm: [UInt8] = []
  /// The program it last executed, as given to exec; a script's is its interpreter.
  public var executable: [UInt8] = []
  /// NUL-terminated strings, up to 4 KB.
  public var arguments: [UInt8] = []
  public var argumentsTruncated = false
  public var forkTime: UInt64?
  public var exitTime: UInt64?
  public var exit: ExitStatus?
  /// When somebody waited for it, or the kernel removed it by itself.
  public var reapTime: UInt64?
  /// Somebody waited for it, or its parent ignores SIGCHLD. A zombie whose parent ends without
  /// waiting stays unreaped here, though init removes it.
  public var isReaped = false
  /// Its process table entry is gone.
  public var isReleased = false
  public var children = ChildCounts()
  public var lookups: UInt64 = 0
  public var failedLookups: UInt64 = 0
  /// By system call, such as `openat`.
  public var lookupsByOperation: [String: UInt64] = [:]
  public var outputBytes: UInt64 = 0
  public var inputBytes: UInt64 = 0
  public var terminalWrites: UInt64 = 0
  public var failedTerminalWrites: UInt64 = 0
  var exactFailures: [String: UInt64] = [:]
  /// Nanoseconds.
  public var cpuTime: UInt64 = 0
  public var peakResidentBytes: UInt64 = 0

  public init(key: ProcessKey) {
    self.key = key
  }
}

/// Which way bytes went through a terminal.
public enum TerminalDirection: UInt8, Sendable {
  /// Written to the slave: what a person sees.
  case output = 0
  /// Written to the master: what a person, or a terminal, typed.
  case input = 1

  public var name: String { self == .output ? "output" : "input" }
}

/// A terminal, whatever name it was opened by.
public struct Terminal: Hashable, Sendable {
  /// The device number of the devpts mount, 0 for other terminals.
  public var instance: UInt32
  public var major: UInt32
  /// The index, for Unix98 pairs.
  public var minor: UInt32

  public init(instance: UInt32, major: UInt32, minor: UInt32) {
    self.instance = instance
    self.major = major
    self.minor = minor
  }

  /// The name below /dev, such as `pts/3`.
  ///
  /// Source: Documentation/admin-guide/devices.txt of the kernel.
  public var name: String {
    switch (major, minor) {
    case (136, _): "pts/\(minor)"
    case (3, _): "ttyp\(minor)"
    case (4, 0..<64): "tty\(minor)"
    case (4, _): "ttyS\(minor - 64)"
    case (5, 1): "console"
    case (166, _): "ttyACM\(minor)"
    case (188, _): "ttyUSB\(minor)"
    case (204, 64...): "ttyAMA\(minor - 64)"
    case (229, _): "hvc\(minor)"
    default: "tty(\(major):\(minor))"
    }
  }
}
