// SPDX-License-Identifier: Apache-2.0

import Events

/// The ledger over time: what each process did in each interval, and how it stood at the end.
///
/// What findings and phases are judged by, whether it comes from a recording or from a ledger
/// that is still being written. Rows are sorted by interval, then by process.
public struct Timeline: Sendable {
  public struct Span: Sendable, Hashable {
    /// Nanoseconds since boot.
    public var start: UInt64
    /// Nanoseconds since boot.
    public var end: UInt64
    /// Events were lost in it: its rows say too little.
    public var isIncomplete: Bool

    public init(start: UInt64, end: UInt64, isIncomplete: Bool = false) {
      self.start = start
      self.end = end
      self.isIncomplete = isIncomplete
    }

    /// Seconds.
    public var duration: Double { end > start ? Double(end - start) / 1e9 : 0 }
  }

  /// Lookups of one path by one process in one interval, whatever the operation.
  public struct Lookups: Sendable, Hashable {
    public var interval: Int
    public var process: ProcessIndex
    public var path: PathIndex
    public var count: UInt64
    public var failed: UInt64
    /// Of `count`: those that were to open it.
    public var opens: UInt64 = 0

    public init(
      interval: Int, process: ProcessIndex, path: PathIndex, count: UInt64, failed: UInt64
    ) {
      self.interval = interval
      self.process = process
      self.path = path
      self.count = count
      self.failed = failed
    }
  }

  /// What one process wrote to one terminal (the slave's side) in one interval.
  public struct Output: Sendable, Hashable {
    public var interval: Int
    public var process: ProcessIndex
    public var terminal: TerminalIndex
    public var bytes: UInt64
    public var writes: UInt64
    public var failed: UInt64
    /// Frames that ended in it: by the program's own marks where it has any, else by pauses.
    public var frames: UInt64 = 0
    /// Full clears, where the terminal was inspected; a frame may have more than one.
    public var clears: UInt64 = 0
    /// The terminal handed keys over one by one (not ICANON) at the last write of the interval.
    public var isRaw = false

    public init(
      interval: Int, process: ProcessIndex, terminal: TerminalIndex, bytes: UInt64,
      writes: UInt64, failed: UInt64
    ) {
      self.interval = interval
      self.process = process
      self.terminal = terminal
      self.bytes = bytes
      self.writes = writes
      self.failed = failed
    }
  }

  /// Keys, or whatever else was written to a terminal's master in one interval, by anybody.
  public struct Input: Sendable, Hashable {
    public var interval: Int
    public var terminal: TerminalIndex
    /// Of the last write: nanoseconds since boot.
    public var lastTime: UInt64

    public init(interval: Int, terminal: TerminalIndex, lastTime: UInt64) {
      self.interval = interval
      self.terminal = terminal
      self.lastTime = lastTime
    }
  }

  /// A process was told, once or more in one interval, that its terminal has another size.
  public struct Resize: Sendable, Hashable {
    public var interval: Int
    public var process: ProcessIndex
    /// Of the last one: nanoseconds since boot.
    public var lastTime: UInt64

    public init(interval: Int, process: ProcessIndex, lastTime: UInt64) {
      self.interval = interval
      self.process = process
      self.lastTime = lastTime
    }
  }

  /// A process's CPU time and memory by the census at an interval's end, where it changed.
  public struct Usage: Sendable, Hashable {
    public var interval: Int
    public var process: ProcessIndex
    /// Nanoseconds since it was forked.
    public var cpuTime: UInt64
    /// Bytes.
    public var rss: UInt64

    public init(interval: Int, process: ProcessIndex, cpuTime: UInt64, rss: UInt64) {
      self.interval = interval
      self.process = process
      self.cpuTime = cpuTime
      self.rss = rss
    }
  }

  /// A process's descriptors of one class, where a pass found another number than the one before.
  public struct Descriptors: Sendable, Hashable {
    /// Of the pass: nanoseconds since boot.
    public var time: UInt64
    public var process: ProcessIndex
    /// As the report names it: `pipe`, `socket`, `ptyMaster`.
    public var kind: String
    public var count: UInt64

    public init(time: UInt64, process: ProcessIndex, kind: String, count: UInt64) {
      self.time = time
      self.process = process
      self.kind = kind
      self.count = count
    }
  }

  /// A name that the user gave to a moment (`spoor mark NAME`, SIGUSR1).
  public struct Mark: Sendable, Hashable {
    /// Nanoseconds since boot.
    public var time: UInt64
    public var name: String

    public init(time: UInt64, name: String) {
      self.time = time
      self.name = name
    }
  }

  public var intervals: [Span] = []
  /// By `ProcessIndex`, as they were when last heard of.
  public var processes: [ProcessIndex: TracedProcess] = [:]
  public var paths: [PathIndex: LookedUpPath] = [:]
  public var terminals: [TerminalIndex: Terminal] = [:]
  public var lookups: [Lookups] = []
  public var outputs: [Output] = []
  public var inputs: [Input] = []
  public var resizes: [Resize] = []
  public var usages: [Usage] = []
  public var descriptors: [Descriptors] = []
  /// In the order in which passes found them.
  public var masters: [PTYMaster] = []
  /// All of the system's, by the last pass; nil where /proc does not tell.
  public var pseudoterminals: PseudoterminalUse?
  /// By user, as last seen.
  public var inotifyUsers: [InotifyUse] = []
  /// For each user; nil where /proc does not tell.
  public var inotifyLimits: InotifyLimits?
  public var events: [ProcessEvent] = []
  public var marks: [Mark] = []
  /// What `record -- COMMAND` started; nil for `-p` and `-a`.
  public var target: ProcessIndex?
  /// When that ended: nanoseconds since boot.
  public var targetEnd: UInt64?
  /// What this kernel does not show, or a loss outside of any interval: findings are inconclusive.
  public var isIncomplete = false
  /// It begins where the tracing began; else what came before was forgotten.
  public internal(set) var isFromStart = true
  /// Its recorder came to its end: else there may have been more.
  public var isFinished = true

  public init() {}

  /// Nanoseconds since boot.
  public var start: UInt64 { intervals.first?.start ?? 0 }
  /// Nanoseconds since boot.
  public var end: UInt64 { intervals.last?.end ?? 0 }
}
