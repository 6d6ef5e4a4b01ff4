// SPDX-License-Identifier: Apache-2.0

import Attribution

extension ReportDocument {
  /// Children of one spawner that run the same command; see `CommandTemplate`.
  public struct CommandChildren: Codable, Hashable, Sendable {
    public var spawnerPid: UInt32
    public var spawnerStartTimeNs: UInt64
    /// False where some were there before the tracer: their parent stands for the spawner.
    public var spawnerKnown: Bool
    public var command: String
    public var alive: Int
    /// Ended, and still in the process table.
    public var zombies: Int
    public var ended: Int
    /// Of the living and the zombies; null without any.
    @ExplicitNull public var oldestSeconds: Double?
    @ExplicitNull public var youngestSeconds: Double?
    /// How many more are alive after each interval, on average; null without an interval.
    @ExplicitNull public var growthPerInterval: Double?
    /// Of all of them together.
    public var cpuSeconds: Double
    /// Of the living together.
    public var rssBytes: UInt64
    /// Rows with the same number were started together, in equal numbers; null for others.
    @ExplicitNull public var lockstepGroup: Int?
  }
}

extension ReportDocument.CommandChildren {
  /// - Parameter intervals: how many intervals long the recording is.
  init(_ group: CommandGroup, intervals: Double) {
    self.init(
      spawnerPid: group.spawner.processID,
      spawnerStartTimeNs: group.spawner.startTime,
      spawnerKnown: !group.hasAssumedSpawner,
      command: group.command.words.map { JSONText.decode($0) }.joined(separator: " "),
      alive: group.alive, zombies: group.zombies, ended: group.ended,
      oldestSeconds: group.oldest.map { Double($0) / 1e9 },
      youngestSeconds: group.youngest.map { Double($0) / 1e9 },
      growthPerInterval: group.growth(intervals: intervals),
      cpuSeconds: Double(group.cpuTime) / 1e9, rssBytes: group.residentBytes,
      lockstepGroup: group.lockstep)
  }
}

extension RankedRun {
  /// Children of known processes by spawner and command.
  var childrenByCommand: [CommandGroup] {
    let known = Set(run.processes.map(\.key))
    return ChildrenByCommand.groups(
      of: run.processes.filter { $0.spawner.map(known.contains) ?? false },
      start: run.header.startTime, end: run.endTime)
  }

  /// How many intervals long the recording is.
  var intervals: Double {
    run.header.intervalLength == 0
      ? 0 : Double(run.duration) / Double(run.header.intervalLength)
  }
}
