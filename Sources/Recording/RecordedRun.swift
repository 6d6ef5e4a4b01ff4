// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Foundation

/// What a recording says of itself, known when it begins.
public struct RecordingHeader: Sendable {
  /// When the recording began, by the wall clock.
  public var started: Date
  /// The same moment in nanoseconds since boot.
  public var startTime: UInt64
  /// As `uname -r` prints it.
  public var kernel: String
  /// The target's argument vector; empty for `-p` and `-a`.
  public var command: [String]
  /// Nanoseconds.
  public var intervalLength: UInt64
  /// Nanoseconds without a write to a terminal that end a frame.
  public var frameGap: UInt64
  /// One sentence for each thing that this kernel, or these privileges, cannot show.
  public var unseen: [String]
  /// Of the spoor that recorded.
  public var spoorVersion: String
  /// What was given to `spoor record` before the command, such as `--interval` and `0.5`.
  public var options: [String]

  public init(
    started: Date, startTime: UInt64, kernel: String, command: [String],
    intervalLength: UInt64, frameGap: UInt64 = Ledger.defaultFrameGap, unseen: [String],
    spoorVersion: String, options: [String] = []
  ) {
    self.started = started
    self.startTime = startTime
    self.kernel = kernel
    self.command = command
    self.intervalLength = intervalLength
    self.frameGap = frameGap
    self.unseen = unseen
    self.spoorVersion = spoorVersion
    self.options = options
  }
}

/// A whole recording, summed over its intervals: what a report is made of.
public struct RecordedRun: Sendable {
  public var header: RecordingHeader
  /// Nanoseconds from the start to the end of the last interval.
  public var duration: UInt64
  /// Whether the recorder ended it, rather than being killed.
  public var isFinished: Bool
  public var loss: Loss
  /// When events were lost, in their order.
  public var gaps: [Loss.Gap] = []
  /// By cache.
  public var kernelMemory: [KernelMemoryTrend] = []
  /// Of all passes over the threads together.
  public var threadCensus = CensusCost()
  /// What spoor itself took; nil where it was not recorded.
  public var overhead: Overhead?
  public var processes: [TracedProcess]
  public var lookups: [PathLookups]
  public var terminals: [TerminalWrites]
  /// What `record -- COMMAND` started; nil for `-p` and `-a`.
  public var target: ProcessKey?
  /// When it ended, in nanoseconds since boot; nil where it has not.
  public var targetEnd: UInt64?
  /// What is not of one process; a process's own is in `TracedProcess.descriptors`.
  public var descriptors = RecordedDescriptors()

  public init(
    header: RecordingHeader, duration: UInt64, isFinished: Bool, loss: Loss,
    processes: [TracedProcess], lookups: [PathLookups], terminals: [TerminalWrites]
  ) {
    self.header = header
    self.duration = duration
    self.isFinished = isFinished
    self.loss = loss
    self.processes = processes
    self.lookups = lookups
    self.terminals = terminals
  }

  /// Nanoseconds from the recording's start to a time in nanoseconds since boot.
  public func sinceStart(_ time: UInt64) -> UInt64 {
    time > header.startTime ? time - header.startTime : 0
  }
}

/// A process's lookups of one path by one operation, over the whole recording. Rows that differ
/// in any of a path's texts stay apart.
public struct PathLookups: Sendable {
  public var process: ProcessKey
  /// As given to the call.
  public var path: [UInt8]
  /// Nil unless resolved.
  public var absolute: [UInt8]?
  public var resolution: PathResolution
  /// The opened file's own path, where it is another than `absolute`.
  public var opened: [UInt8]?
  /// The system call, such as `openat`.
  public var operation: String
  public var count: UInt64
  public var failed: UInt64
  /// Failed lookups by errno's number.
  public var byErrno: [Int: UInt64]
  /// Intervals of the recording in which it was looked up.
  public var intervals: UInt64 = 0

  public init(
    process: ProcessKey, path: [UInt8], absolute: [UInt8]? = nil,
    resolution: PathResolution = .unresolved, opened: [UInt8]? = nil, operation: String,
    count: UInt64, failed: UInt64, byErrno: [Int: UInt64]
  ) {
    self.process = process
    self.path = path
    self.absolute = absolute
    self.resolution = resolution
    self.opened = opened
    self.operation = operation
    self.count = count
    self.failed = failed
    self.byErrno = byErrno
  }
}

/// What a process wrote to one side of one terminal, over the whole recording.
public struct TerminalWrites: Sendable {
  public var process: ProcessKey
  public var terminal: Terminal
  public var direction: TerminalDirection
  public var bytes: UInt64
  /// Calls, the failed ones included.
  public var writes: UInt64
  public var failed: UInt64
  /// What it drew; empty for input.
  public var frames = FrameSizes()
  public var frameSource = FrameSource.clusters
  /// What its output did to the screen; nil where that was not examined.
  public var inspected: InspectedFigures?

  public init(
    process: ProcessKey, terminal: Terminal, direction: TerminalDirection,
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
