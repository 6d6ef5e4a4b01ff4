// SPDX-License-Identifier: Apache-2.0

import Events

/// Children of one spawner that run the same command, also after the spawner has ended.
public struct CommandGroup: Hashable, Sendable {
  /// Who called fork, whoever is the parent by now.
  public var spawner: ProcessKey
  public var command: CommandTemplate
  /// The oldest of them.
  public var first: ProcessKey
  public var alive = 0
  /// Ended, and not waited for: as the spawner's own counts say it, also when it has ended since
  /// and another took them out of the process table.
  public var zombies = 0
  /// Ended, and waited for.
  public var ended = 0
  /// Alive ones that were there when the recording began.
  public var aliveAtStart = 0
  /// Of the living and the zombies that are still there, in nanoseconds; nil without any.
  public var oldest: UInt64?
  public var youngest: UInt64?
  /// All of them together, in nanoseconds.
  public var cpuTime: UInt64 = 0
  /// The living together; memory that they share counts for each.
  public var residentBytes: UInt64 = 0
  /// Some were there before the tracer: their parent stands for the spawner.
  public var hasAssumedSpawner = false
  /// Groups with the same number were started together; nil for the others.
  public var lockstep: Int?

  /// More of them by so many in each interval.
  public func growth(intervals: Double) -> Double? {
    intervals > 0 ? Double(alive - aliveAtStart) / intervals : nil
  }
}

/// Groups children by who spawned them and what they run. A pure function of processes, so that
/// a recording and a ledger at work tell the same.
public struct ChildrenByCommand: Sendable {
  private struct Identity: Hashable {
    var spawner: ProcessKey
    var command: CommandTemplate
  }

  /// Children of one spawner that start within this of the one before belong to one burst.
  public static let burstGap: UInt64 = 5_000_000_000

  private let start: UInt64
  private let end: UInt64
  private var found: [Identity: CommandGroup] = [:]
  /// When the living started, by group.
  private var starts: [Identity: [UInt64]] = [:]

  /// - Parameters:
  ///   - start: of the recording, in nanoseconds since boot.
  ///   - end: the present, in nanoseconds since boot.
  public init(start: UInt64, end: UInt64) {
    self.start = start
    self.end = end
  }

  /// The zombies first, then the most numerous.
  public static func groups(
    of processes: some Sequence<TracedProcess>, start: UInt64, end: UInt64
  ) -> [CommandGroup] {
    var children = ChildrenByCommand(start: start, end: end)
    for process in processes { children.add(process) }
    return children.groups
  }

  /// Takes a process in; one without a spawner is nobody's child.
  public mutating func add(_ process: TracedProcess) {
    guard let spawner = process.spawner else { return }
    let identity = Identity(
      spawner: spawner,
      command: CommandTemplate(
        executable: process.executable, arguments: process.arguments, comm: process.comm))
    var group =
      found[identity]
      ?? CommandGroup(spawner: spawner, command: identity.command, first: process.key)
    let began = process.forkTime ?? process.key.startTime
    if process.key.isBefore(group.first) { group.first = process.key }
    group.cpuTime = .saturating(group.cpuTime, process.cpuTime)
    group.hasAssumedSpawner = group.hasAssumedSpawner || process.isSpawnerAssumed
    if began < start, process.exitTime.map({ $0 >= start }) ?? true { group.aliveAtStart += 1 }
    if process.isReaped {
      group.ended += 1
    } else if process.isReleased {
      group.zombies += 1
    } else {
      if process.exitTime == nil {
        group.alive += 1
        group.residentBytes = .saturating(group.residentBytes, process.residentBytes ?? 0)
        starts[identity, default: []].append(began)
      } else {
        group.zombies += 1
      }
      let age = end > began ? end - began : 0
      group.oldest = max(group.oldest ?? age, age)
      group.youngest = min(group.youngest ?? age, age)
    }
    found[identity] = group
  }

  /// The zombies first, then the most numerous; lockstep groups have their numbers.
  public var groups: [CommandGroup] {
    var sorted = found.values.sorted { $0.isWorse(than: $1) }
    var members: [Cadence: [Int]] = [:]
    let bursts = bursts
    for (place, group) in sorted.enumerated() where group.alive >= 2 {
      let identity = Identity(spawner: group.spawner, command: group.command)
      let counts = (starts[identity] ?? []).reduce(into: [:] as [Int: Int]) { counts, start in
        counts[bursts[group.spawner]?[start] ?? 0, default: 0] += 1
      }
      members[Cadence(spawner: group.spawner, counts: counts), default: []].append(place)
    }
    let together = members.values.filter { $0.count >= 2 }
      .sorted { $0[0] < $1[0] }
    for (number, places) in together.enumerated() {
      for place in places { sorted[place].lockstep = number + 1 }
    }
    return sorted
  }

  /// How many of a group started in which burst of their spawner.
  private struct Cadence: Hashable {
    var spawner: ProcessKey
    var counts: [Int: Int]
  }

  /// By spawner, the burst of each start.
  private var bursts: [ProcessKey: [UInt64: Int]] {
    var all: [ProcessKey: [UInt64]] = [:]
    for (identity, times) in starts { all[identity.spawner, default: []] += times }
    return all.mapValues { times in
      var bursts: [UInt64: Int] = [:]
      var burst = 0
      var last: UInt64?
      for time in times.sorted() {
        if let last, time - last > Self.burstGap { burst += 1 }
        bursts[time] = burst
        last = time
      }
      return bursts
    }
  }
}

extension CommandGroup {
  fileprivate func isWorse(than other: CommandGroup) -> Bool {
    if zombies != other.zombies { return zombies > other.zombies }
    if alive != other.alive { return alive > other.alive }
    if ended != other.ended { return ended > other.ended }
    if first != other.first { return first.isBefore(other.first) }
    return spawner.isBefore(other.spawner)
  }
}

extension ProcessKey {
  fileprivate func isBefore(_ other: ProcessKey) -> Bool {
    (startTime, processID) < (other.startTime, other.processID)
  }
}
