// SPDX-License-Identifier: Apache-2.0

import Recording

extension ReportDocument {
  /// A process over the whole recording; `pid` and `startTimeNs` together name it.
  public struct Process: Codable, Hashable, Sendable {
    public var pid: UInt32
    /// Nanoseconds since boot.
    public var startTimeNs: UInt64
    public var exe: String
    public var argv: [String]
    /// The vector was longer than the 4 KB that are kept.
    public var argvTruncated: Bool
    /// The name of its first thread.
    public var comm: String
    /// Its id in its own pid namespace.
    @ExplicitNull public var namespacePid: UInt32?
    /// As last seen.
    @ExplicitNull public var parentPid: UInt32?
    @ExplicitNull public var parentStartTimeNs: UInt64?
    /// Who called fork; never changes.
    @ExplicitNull public var spawnerPid: UInt32?
    @ExplicitNull public var spawnerStartTimeNs: UInt64?
    /// False: it was there before the tracer, and its parent stands for its spawner.
    public var spawnerKnown: Bool
    @ExplicitNull public var uid: UInt32?
    public var state: State
    /// Null while it lives, and where its status was not seen.
    @ExplicitNull public var exit: Exit?
    public var reaped: Bool
    /// Who took it out of the process table; null while it is there, and where that was not seen.
    @ExplicitNull public var reapedBy: String?
    /// Null for the kernel.
    @ExplicitNull public var reaperPid: UInt32?
    /// Who heard of its end before its parent, by ptrace.
    @ExplicitNull public var tracerPid: UInt32?
    /// How long it has been a zombie at the end; null for others.
    @ExplicitNull public var zombieSeconds: Double?
    /// Exact, from the kernel's counters, whatever became of the events; but `byErrno`.
    public var lookups: Lookups
    public var ttyBytes: TTYBytes
    /// Calls, the failed ones included.
    public var ttyWrites: UInt64
    public var ttyWritesFailed: UInt64
    public var children: Children
    public var adopted: Adopted
    /// Of a living one by the last census.
    public var cpuSeconds: Double
    /// By the last census; null when it has ended.
    @ExplicitNull public var rssBytes: UInt64?
    public var peakRssBytes: UInt64
    /// By class, at the last pass over descriptors that found it alive; null if none did.
    @ExplicitNull public var descriptors: [String: UInt64]?
    /// The same at the first pass.
    @ExplicitNull public var descriptorsFirst: [String: UInt64]?
    /// Each class's most.
    @ExplicitNull public var descriptorsPeak: [String: UInt64]?
    /// The soft RLIMIT_NOFILE.
    @ExplicitNull public var descriptorLimit: UInt64?
    @ExplicitNull public var repeatedPath: RepeatedPath?
    @ExplicitNull public var ptyMasters: Masters?
    @ExplicitNull public var inotify: Inotify?
  }

  /// What had become of a process when the recording ended.
  public enum State: String, Codable, Sendable, CaseIterable {
    case alive
    /// Ended, and not waited for.
    case zombie
    /// Ended, and waited for.
    case reaped
    /// Its parent ended without waiting for it, and init removed it.
    case abandoned
  }

  /// How a process ended: one of `code` and `signal` is null.
  public struct Exit: Codable, Hashable, Sendable {
    @ExplicitNull public var code: Int?
    @ExplicitNull public var signal: Int?
    public var dumpedCore: Bool
  }

  /// A process's lookups.
  public struct Lookups: Codable, Hashable, Sendable {
    public var total: UInt64
    public var failed: UInt64
    /// Null for a recording of no duration.
    @ExplicitNull public var perSecond: Double?
    /// By system call.
    public var byOperation: [String: UInt64]
    /// Failed lookups by errno's name, from the events that arrived.
    public var byErrno: [String: UInt64]
  }

  /// Bytes by direction, as the write calls returned them.
  public struct TTYBytes: Codable, Hashable, Sendable {
    public var output: UInt64
    public var input: UInt64
  }

  /// The children that a process spawned, by what became of them while it lived.
  public struct Children: Codable, Hashable, Sendable {
    public var spawned: Int
    public var alive: Int
    public var zombies: Int
    public var reaped: Int
    /// The most that were zombies at one time.
    public var zombiesPeak: Int
    /// Of those that are zombies at the end; null without any.
    @ExplicitNull public var oldestZombieSeconds: Double?
    /// Whether the process has ever called wait while it was traced, with whatever result.
    public var everWaited: Bool
  }

  /// Processes that a process did not spawn, and is the parent of at the end.
  public struct Adopted: Codable, Hashable, Sendable {
    public var alive: Int
    public var zombies: Int
  }

  /// A process's lookups of one path by one operation, from the events that arrived.
  public struct Path: Codable, Hashable, Sendable {
    public var pid: UInt32
    public var startTimeNs: UInt64
    /// As given to the call.
    public var path: String
    /// Null unless resolved.
    @ExplicitNull public var absolutePath: String?
    public var resolution: String
    /// Null unless it is another than `absolutePath`.
    @ExplicitNull public var openedPath: String?
    public var operation: String
    public var count: UInt64
    public var failed: UInt64
    /// Null for a recording of no duration.
    @ExplicitNull public var perSecond: Double?
    public var byErrno: [String: UInt64]
    /// Lookups by the frame that the process drew on its busiest terminal; null where it drew none.
    @ExplicitNull public var perFrame: Double?
  }

  /// What a process wrote to one side of one terminal, from the events that arrived.
  public struct TTY: Codable, Hashable, Sendable {
    public var pid: UInt32
    public var startTimeNs: UInt64
    /// The name below /dev, such as `pts/3`.
    public var tty: String
    /// The device number of the devpts mount, as the same name may be in several; 0 for others.
    public var ttyInstance: UInt32
    /// `output` or `input`.
    public var direction: String
    /// As the write calls returned them.
    public var bytes: UInt64
    /// Calls, the failed ones included.
    public var writes: UInt64
    public var failed: UInt64
    /// Frames: writes less than `recording.frameGapSeconds` apart; null for input, as all below.
    @ExplicitNull public var frames: UInt64?
    @ExplicitNull public var framesPerSecond: Double?
    /// By the nearest rank; null where there is no frame.
    @ExplicitNull public var bytesPerFrameP50: UInt64?
    @ExplicitNull public var bytesPerFrameP95: UInt64?
    @ExplicitNull public var bytesPerFrameMax: UInt64?
    /// `clusters`, or `markers` where the program marks its frames by synchronized updates.
    @ExplicitNull public var frameSource: FrameSource?
    /// Examined bytes; null where none was, as all below (`--inspect-tty`).
    @ExplicitNull public var inspectedBytes: UInt64?
    /// CSI 2 J and CSI 3 J.
    @ExplicitNull public var fullClears: UInt64?
    @ExplicitNull public var cursorMoves: UInt64?
    /// Characters of more than one code point.
    @ExplicitNull public var graphemeClusters: UInt64?
  }
}
