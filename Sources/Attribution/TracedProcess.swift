// SPDX-License-Identifier: Apache-2.0

import Events

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

/// Who took a process that had ended out of the process table.
public enum ReapedBy: String, Sendable, CaseIterable {
  /// The thread that forked it, or for which it was forked.
  case parent
  /// Another thread of its parent.
  case sibling
  /// One that asked for orphans, when the parent had ended.
  case subreaper
  /// The first process of its pid namespace, when the parent had ended.
  case initProcess = "init"
  /// Nobody: the parent ignores SIGCHLD, and the kernel did it at once.
  case kernel
}

/// All that is known of one process, except where it looked and wrote.
public struct TracedProcess: Sendable {
  public var key: ProcessKey
  /// Who would wait for it, when it was forked.
  public var parent: ProcessKey?
  /// Its parent as last seen: another one after the first has ended.
  public var presentParent: ProcessKey?
  /// Who called fork; never changes.
  public var spawner: ProcessKey?
  /// It was there before the tracer: who called fork is not known, and its parent then stands
  /// for its spawner.
  public var isSpawnerAssumed = false
  /// The id in its own pid namespace.
  public var namespaceID: UInt32 = 0
  /// The parent's thread that called fork.
  var parentThreadID: UInt32 = 0
  /// What a wait call returns for it.
  var waitID: WaitID?
  /// The real user at the last census, exec or fork.
  public var userID: UInt32?
  /// The name of its first thread, then.
  public var comm: [UInt8] = []
  /// The program it last executed, as /proc/PID/exe tells it: a script's is its interpreter.
  public var executable: [UInt8] = []
  /// NUL-terminated strings, up to 4 KB.
  public var arguments: [UInt8] = []
  public var argumentsTruncated = false
  public var forkTime: UInt64?
  public var exitTime: UInt64?
  public var exit: ExitStatus?
  /// It had ended before the tracer came: the time is when the scheduler last ran it.
  public var isExitTimeEstimated = false
  /// Who heard of its end before its parent, by ptrace.
  public var tracer: ProcessKey?
  /// The parent that it ended under.
  var exitParent: ProcessKey?
  /// Its parent ignores SIGCHLD: the kernel reaps it once its tracer has heard of it.
  var isIgnored = false
  /// When somebody waited for it, or the kernel removed it by itself.
  public var reapTime: UInt64?
  /// Somebody waited for it, or its parent ignores SIGCHLD. A zombie whose parent ends without
  /// waiting stays unreaped here, though init removes it.
  public var isReaped = false
  /// Nil until then. Also told of one that its parent left behind: who removed it.
  public var reapedBy: ReapedBy?
  public var reaper: ProcessKey?
  /// Its process table entry is gone.
  public var isReleased = false
  public var children = ChildCounts()
  /// The most of its children that were zombies at one time.
  public var zombiePeak = 0
  /// It has called wait since the tracer is there, with whatever result.
  public var hasWaited = false
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
  /// Nil when it has ended.
  public var residentBytes: UInt64?
  public var peakResidentBytes: UInt64 = 0
  /// Nil until a pass over all descriptors found it.
  public var descriptors: DescriptorUse?

  public init(key: ProcessKey) {
    self.key = key
  }
}
