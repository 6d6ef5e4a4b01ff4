// SPDX-License-Identifier: Apache-2.0

import Events

/// How often a process was told in one interval that its terminal has another size (SIGWINCH).
public struct ResizeCount: Hashable, Sendable {
  public var process: ProcessIndex
  /// Of the last one: nanoseconds since boot.
  public var lastTime: UInt64
  public var count: UInt64

  public init(process: ProcessIndex, lastTime: UInt64, count: UInt64) {
    self.process = process
    self.lastTime = lastTime
    self.count = count
  }
}

extension Ledger {
  /// The kernel side cannot ask --uid and --cgroup of a process that does not run: who is not
  /// known has not passed them, or has done nothing yet.
  mutating func apply(_ resize: Resize) {
    guard let index = processes.index(of: resize.header.process) else { return }
    resizes[index, default: ResizeCount(process: index, lastTime: 0, count: 0)].add(
      resize.header.time)
  }

  mutating func drainResizes() -> [ResizeCount] {
    defer { resizes.removeAll(keepingCapacity: true) }
    return Array(resizes.values)
  }
}

extension ResizeCount {
  fileprivate mutating func add(_ time: UInt64) {
    count += 1
    lastTime = max(lastTime, time)
  }
}
