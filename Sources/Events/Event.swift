// SPDX-License-Identifier: Apache-2.0

import CSpoorABI

/// What every event tells: when, and who.
public struct EventHeader: Sendable {
  /// Nanoseconds since boot.
  public var time: UInt64
  public var process: ProcessKey
  public var threadID: UInt32
  /// Whether it was done by io_uring, and not by a system call.
  public var isByRing: Bool

  public init(time: UInt64, process: ProcessKey, threadID: UInt32, isByRing: Bool = false) {
    self.time = time
    self.process = process
    self.threadID = threadID
    self.isByRing = isByRing
  }
}

/// One record of the kernel side, typed.
///
/// Byte buffers point into the ring: they are valid until the handler returns. An exec is
/// `indirect`, being large and rare: an event is moved several times, and most are lookups.
public enum Event {
  case lookup(Lookup)
  case terminalWrite(TerminalWrite)
  case terminalText(TerminalText)
  case fork(Fork)
  indirect case exec(Exec)
  case exit(Exit)
  case release(Release)
  case wait(Wait)
  case resize(Resize)
  case master(MasterChange)
}

/// What became of a string on its way from the traced process.
public enum TextStatus: UInt8, Sendable {
  case whole = 0
  case truncated = 1
  case unreadable = 2
}

/// One path that a system call walked.
public struct Lookup {
  public var header: EventHeader
  public var operation: Operation
  /// What the call returned; an errno is negative.
  public var result: Int32
  /// As given to the call; the mode for access.
  public var flags: UInt32
  public var pathStatus: TextStatus
  /// 1 for the second path of a rename.
  public var pathIndex: UInt8
  /// As given to the call.
  public var path: UnsafeRawBufferPointer
  /// Where the walk began, and what was opened.
  public var walk: Walk

  /// 0 for success.
  @inlinable public var errno: UInt16 { result < 0 ? UInt16(truncatingIfNeeded: -result) : 0 }

  public init(
    header: EventHeader, operation: Operation, result: Int32, flags: UInt32, pathStatus: TextStatus,
    pathIndex: UInt8, path: UnsafeRawBufferPointer, walk: Walk = Walk()
  ) {
    self.header = header
    self.operation = operation
    self.result = result
    self.flags = flags
    self.pathStatus = pathStatus
    self.pathIndex = pathIndex
    self.path = path
    self.walk = walk
  }
}

/// One write call to a terminal.
public struct TerminalWrite: Sendable {
  public var header: EventHeader
  /// Bytes as the call returned them; an errno is negative.
  public var result: Int64
  /// The device number of the devpts mount, 0 for other terminals.
  public var instance: UInt32
  public var major: UInt32
  /// The index, for Unix98 pairs.
  public var minor: UInt32
  /// Whether the master was written to.
  public var isInput: Bool
  /// Whether the terminal hands keys over one by one, and not by the line (not ICANON).
  public var isRaw: Bool

  public init(
    header: EventHeader, result: Int64, instance: UInt32, major: UInt32, minor: UInt32,
    isInput: Bool, isRaw: Bool = false
  ) {
    self.header = header
    self.result = result
    self.instance = instance
    self.major = major
    self.minor = minor
    self.isInput = isInput
    self.isRaw = isRaw
  }
}

/// A piece of what a process put on a terminal, examined and never kept.
///
/// The pieces of a write come in order, before the write itself.
public struct TerminalText {
  public var header: EventHeader
  /// The device number of the devpts mount, 0 for other terminals.
  public var instance: UInt32
  public var major: UInt32
  /// The index, for Unix98 pairs.
  public var minor: UInt32
  /// Bytes of the call after this piece that are not told: too many, or not in user memory.
  public var untold: UInt32
  public var bytes: UnsafeRawBufferPointer

  public init(
    header: EventHeader, instance: UInt32, major: UInt32, minor: UInt32, untold: UInt32,
    bytes: UnsafeRawBufferPointer
  ) {
    self.header = header
    self.instance = instance
    self.major = major
    self.minor = minor
    self.untold = untold
    self.bytes = bytes
  }
}

/// A new process; the header names the child.
public struct Fork: Sendable {
  public var header: EventHeader
  public var spawner: ProcessKey
  public var parent: ProcessKey
  /// The parent's thread that called fork.
  public var parentThreadID: UInt32
  /// The child's id in its own pid namespace.
  public var namespaceID: UInt32
  /// What a wait call will return for it.
  public var waitID: WaitID
  public var userID: UInt32
  public var comm: CommName

  public init(
    header: EventHeader, spawner: ProcessKey, parent: ProcessKey, parentThreadID: UInt32,
    namespaceID: UInt32, waitID: WaitID, userID: UInt32, comm: CommName
  ) {
    self.header = header
    self.spawner = spawner
    self.parent = parent
    self.parentThreadID = parentThreadID
    self.namespaceID = namespaceID
    self.waitID = waitID
    self.userID = userID
    self.comm = comm
  }
}

/// A new image.
public struct Exec {
  public var header: EventHeader
  /// Nil when it was given a descriptor and walked no path.
  public var operation: Operation?
  public var userID: UInt32
  public var comm: CommName
  /// As given to the call.
  public var path: UnsafeRawBufferPointer
  public var pathStatus: TextStatus
  /// The program that runs a script, as its first line names it; empty if it is no script.
  public var interpreter: UnsafeRawBufferPointer
  /// NUL-terminated strings.
  public var arguments: UnsafeRawBufferPointer
  public var argumentsStatus: TextStatus
  /// Where the walk began, and the file that runs: what /proc/PID/exe says.
  public var walk: Walk

  public init(
    header: EventHeader, operation: Operation?, userID: UInt32, comm: CommName,
    path: UnsafeRawBufferPointer, pathStatus: TextStatus, interpreter: UnsafeRawBufferPointer,
    arguments: UnsafeRawBufferPointer,
    argumentsStatus: TextStatus, walk: Walk = Walk()
  ) {
    self.header = header
    self.operation = operation
    self.userID = userID
    self.comm = comm
    self.path = path
    self.pathStatus = pathStatus
    self.interpreter = interpreter
    self.arguments = arguments
    self.argumentsStatus = argumentsStatus
    self.walk = walk
  }
}

/// The end of a process's last thread.
public struct Exit: Sendable {
  public var header: EventHeader
  /// As wait(2) returns it.
  public var waitStatus: Int32
  public var peakResidentBytes: UInt64
  /// Its parent ignores SIGCHLD, so it never was a zombie.
  public var isAutoReaped: Bool
  /// The same, once its tracer has heard of it.
  public var isIgnored: Bool
  /// Who may wait for it now.
  public var parent: ProcessKey?
  /// Who hears of its end before its parent, by ptrace.
  public var tracer: ProcessKey?

  public init(
    header: EventHeader, waitStatus: Int32, peakResidentBytes: UInt64, isAutoReaped: Bool,
    isIgnored: Bool, parent: ProcessKey?, tracer: ProcessKey?
  ) {
    self.header = header
    self.waitStatus = waitStatus
    self.peakResidentBytes = peakResidentBytes
    self.isAutoReaped = isAutoReaped
    self.isIgnored = isIgnored
    self.parent = parent
    self.tracer = tracer
  }
}

/// The end of a process's entry in the process table: it was reaped.
public struct Release: Sendable {
  public var header: EventHeader
  /// Of all its threads, in nanoseconds.
  public var cpuTime: UInt64
  public var peakResidentBytes: UInt64
  /// Nil when that one is gone too.
  public var reaper: Reaper?

  public init(
    header: EventHeader, cpuTime: UInt64, peakResidentBytes: UInt64, reaper: Reaper?
  ) {
    self.header = header
    self.cpuTime = cpuTime
    self.peakResidentBytes = peakResidentBytes
    self.reaper = reaper
  }
}

/// A wait call took a child's status; the header names the waiter.
public struct Wait: Sendable {
  public var header: EventHeader
  /// Nil when the call did not tell.
  public var child: WaitID?
  public var news: WaitNews

  public init(header: EventHeader, child: WaitID?, news: WaitNews) {
    self.header = header
    self.child = child
    self.news = news
  }
}

/// A process was sent SIGWINCH: its terminal has another size, or somebody says so.
public struct Resize: Sendable {
  public var header: EventHeader

  public init(header: EventHeader) {
    self.header = header
  }
}

/// A pty's master was opened, or released by the last that held it.
public struct MasterChange: Sendable {
  /// Of who did it; zeros where nobody follows who released it.
  public var header: EventHeader
  /// The open file, as in `HeldMaster`.
  public var identity: UInt64
  /// Device number of its devpts mount.
  public var instance: UInt32
  /// The number of its slave, as in /dev/pts.
  public var index: UInt32
  public var isRelease: Bool

  public init(
    header: EventHeader, identity: UInt64, instance: UInt32, index: UInt32, isRelease: Bool
  ) {
    self.header = header
    self.identity = identity
    self.instance = instance
    self.index = index
    self.isRelease = isRelease
  }
}
