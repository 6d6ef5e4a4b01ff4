// SPDX-License-Identifier: Apache-2.0

import CSpoorABI

/// What a wait call returns for a child: its id in the waiter's pid namespace.
public struct WaitID: Hashable, Sendable {
  /// The inode number of /proc/PID/ns/pid.
  public var namespace: UInt32
  public var processID: UInt32

  public init(namespace: UInt32, processID: UInt32) {
    self.namespace = namespace
    self.processID = processID
  }

  init(_ raw: spoor_wait_id) {
    self.init(namespace: raw.pid_namespace, processID: raw.pid)
  }
}

/// What the status of a wait call says of the child.
public enum WaitNews: Sendable {
  /// It ended.
  case ended
  /// It stopped or continued, or its tracer's interest was caught.
  case lives
  /// The caller did not ask for the status.
  case untold
}

/// The last parent of a process that was reaped, and why it was that one.
public struct Reaper: Hashable, Sendable {
  public var process: ProcessKey
  /// The first process of its pid namespace.
  public var isInit: Bool
  /// It asked for orphans: PR_SET_CHILD_SUBREAPER.
  public var isSubreaper: Bool

  public init(process: ProcessKey, isInit: Bool = false, isSubreaper: Bool = false) {
    self.process = process
    self.isInit = isInit
    self.isSubreaper = isSubreaper
  }

  /// Nil for process id 0: nobody is known.
  init?(processID: UInt32, startTime: UInt64, flags: UInt32) {
    guard let process = ProcessKey(known: processID, startTime) else { return nil }
    self.init(
      process: process, isInit: flags & UInt32(SPOOR_REAPER_INIT) != 0,
      isSubreaper: flags & UInt32(SPOOR_REAPER_SUBREAPER) != 0)
  }
}

extension ProcessKey {
  /// Nil for process id 0: nobody is known.
  init?(known processID: UInt32, _ startTime: UInt64) {
    guard processID != 0 else { return nil }
    self.init(processID: processID, startTime: startTime)
  }
}
