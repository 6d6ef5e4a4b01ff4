// SPDX-License-Identifier: Apache-2.0

/// A process: its id together with its start time, since ids are used again.
public struct ProcessKey: Hashable, Sendable {
  /// The thread group id in the initial pid namespace.
  public var processID: UInt32
  /// When the process started, in nanoseconds since boot.
  public var startTime: UInt64

  public init(processID: UInt32, startTime: UInt64) {
    self.processID = processID
    self.startTime = startTime
  }
}
