// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// One event as it came, for a recording that keeps them all.
public struct RawEvent: Sendable {
  /// The numbers are those of the `event` table.
  public enum Kind: UInt8, Sendable, CaseIterable {
    case lookup = 1
    case terminalWrite = 2
    case fork = 3
    case exec = 4
    case exit = 5
    case reaped = 6
  }

  /// What became of a path on its way; the numbers are those of the `event` table.
  public enum PathStatus: UInt8, Sendable {
    case whole = 0
    /// Longer than the room for it.
    case truncated = 1
    /// The page was gone, or the pointer wrong.
    case unreadable = 2
  }

  /// Nanoseconds since boot.
  public var time: UInt64
  public var process: ProcessIndex
  public var threadID: UInt32
  public var kind: Kind
  /// Of a lookup or an exec.
  public var operation: Operation?
  public var path: PathIndex?
  public var pathStatus: PathStatus?
  /// As given to the call.
  public var flags: UInt32 = 0
  /// What the call returned, a negative errno for a failure; an exit's wait status.
  public var result: Int64 = 0
  /// Of a terminal write.
  public var terminal: TerminalIndex?
  public var direction: TerminalDirection?

  public init(time: UInt64, process: ProcessIndex, threadID: UInt32, kind: Kind) {
    self.time = time
    self.process = process
    self.threadID = threadID
    self.kind = kind
  }
}
