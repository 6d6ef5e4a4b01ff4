// SPDX-License-Identifier: Apache-2.0

/// Frames that a process drew on a terminal in one interval, all of one size.
public struct FrameCount: Hashable, Sendable {
  public var process: ProcessIndex
  public var terminal: TerminalIndex
  /// Of each of these frames.
  public var bytes: UInt64
  public var frames: UInt64

  public init(process: ProcessIndex, terminal: TerminalIndex, bytes: UInt64, frames: UInt64) {
    self.process = process
    self.terminal = terminal
    self.bytes = bytes
    self.frames = frames
  }
}

/// Groups a process's writes to a terminal into frames: a frame ends where nothing is written
/// for the gap, and is as large as its writes together.
///
/// A frame counts in the interval in which it is known to be over. Failed writes, and those of no
/// bytes, neither begin nor prolong one. There are at most 1 / gap frames a second, so their
/// sizes are kept as they are.
struct FrameTracker {
  /// Nanoseconds without a write that end a frame.
  let gap: UInt64
  private var open: [Place: OpenFrame] = [:]
  private var ended: [Size: UInt64] = [:]

  private struct Place: Hashable {
    var process: ProcessIndex
    var terminal: TerminalIndex
  }

  fileprivate struct OpenFrame {
    var last: UInt64
    var bytes: UInt64
  }

  private struct Size: Hashable {
    var place: Place
    var bytes: UInt64
  }

  init(gap: UInt64) {
    self.gap = gap
  }

  /// - Parameter time: when the write returned, in nanoseconds since boot.
  mutating func write(
    _ process: ProcessIndex, _ terminal: TerminalIndex, bytes: Int64, at time: UInt64
  ) {
    guard bytes > 0 else { return }
    let place = Place(process: process, terminal: terminal)
    let size = open[place, default: OpenFrame(last: time, bytes: 0)].add(
      UInt64(bytes), at: time, gap: gap)
    if let size { ended[Size(place: place, bytes: size), default: 0] += 1 }
  }

  /// Ends what is over by now.
  ///
  /// - Parameters:
  ///   - time: nanoseconds since boot.
  ///   - isLast: nothing comes any more, so all is over.
  mutating func drain(at time: UInt64, isLast: Bool) -> [FrameCount] {
    // Twice the gap: a write of just now may still be on its way.
    for (place, frame) in open where isLast || frame.isOver(at: time, gap: gap, times: 2) {
      ended[Size(place: place, bytes: frame.bytes), default: 0] += 1
      open[place] = nil
    }
    defer { ended.removeAll(keepingCapacity: true) }
    return ended.map { size, count in
      FrameCount(
        process: size.place.process, terminal: size.place.terminal, bytes: size.bytes,
        frames: count)
    }
  }
}

extension FrameTracker.OpenFrame {
  /// Returns the size of the frame that was over before this write, if one was.
  fileprivate mutating func add(_ more: UInt64, at time: UInt64, gap: UInt64) -> UInt64? {
    // Two threads may tell their writes in another order than they made them.
    let isOver = isOver(at: time, gap: gap, times: 1) && bytes > 0
    let size = isOver ? bytes : nil
    bytes = isOver ? more : bytes &+ more
    last = max(last, time)
    return size
  }

  fileprivate func isOver(at time: UInt64, gap: UInt64, times: UInt64) -> Bool {
    time >= last && (time - last) / times >= gap
  }
}
