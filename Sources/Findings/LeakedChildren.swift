// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// Children that one process started again and again with one command, and never ended.
///
/// Growing means that there was one more after a later start, at least twice, up to the second
/// half of the time since the first of them: workers that are all started at once, or one after
/// the other as a program starts, are no leak. Two commands or more in lockstep, the same numbers
/// started together at least three times over, are one finding, and need no age: a set that is
/// replaced has ended by the time of the third. What a multiplexer runs on terminals that it holds
/// is in use, and is left out, and so are the kernel's own threads, which come and go with its work.
///
/// Judged by the spawner's last seconds, since what it held open ends with it, else by the present.
enum LeakedChildren: Detector {
  static func findings(in history: History) -> [Finding] {
    let kin = history.kin
    let leaks = leaks(in: history, kin)
    return leaks.map { finding($0, kin, history) }
  }

  /// Those that ended within it before their spawner did count as ended with it, in seconds.
  private static let farewell = 10.0

  /// Groups of children that were left.
  struct Leak {
    var spawner: ProcessKey
    /// When they were counted: nanoseconds since boot.
    var time: UInt64
    /// More than one for lockstep.
    var commands: [Command]
    /// How many times over; of a single command, after how many starts there was one more.
    var rounds: Int
    /// Nanoseconds from the first round to the last.
    var span: UInt64
    /// It counts only because its spawner has ended.
    var isAfterExit = false

    var children: [TracedProcess] { commands.flatMap(\.alive) }
  }

  struct Command {
    var template: CommandTemplate
    /// At the time that they were counted.
    var alive: [TracedProcess]
  }

  static func leaks(in history: History, _ kin: Kin) -> [Leak] {
    let alive = history.settings.leakedChildren.alive
    return kin.children.flatMap { spawner, children -> [Leak] in
      guard children.count >= alive, kin[spawner] != nil else { return [] }
      let time = countingTime(of: spawner, children, kin)
      let known = children.filter { $0.began <= time && !$0.isKernelThread }
      let groups = Dictionary(grouping: known, by: \.template).compactMap { template, members in
        let living = members.filter { $0.exitTime ?? .max > time }
        return living.count >= alive && !isServed(living, by: spawner, kin, history)
          ? (command: Command(template: template, alive: living), members: members) : nil
      }
      let sets = sets(of: groups.map(\.command), spawner, time)
      let inSets = Set(sets.flatMap { $0.commands.map(\.template) })
      let others = groups.filter { !inSets.contains($0.command.template) }.compactMap { group in
        single(group.command, group.members, spawner, time, kin, history)
      }
      return sets + others
    }
  }

  /// The present, or when the spawner had most of its children in its last seconds.
  private static func countingTime(
    of spawner: ProcessKey, _ children: [TracedProcess], _ kin: Kin
  ) -> UInt64 {
    guard let end = kin[spawner]?.exitTime, end < kin.end else { return kin.end }
    let starts = children.map(\.began)
    let ends = children.compactMap(\.exitTime).sorted()
    func living(_ time: UInt64) -> Int {
      starts.partition { $0 > time } - ends.partition { $0 > time }
    }
    let times = ends.filter { $0 < end && end.seconds(since: $0) <= farewell }
      .map { max($0, 1) - 1 }
    return (times + [end]).max { (living($0), $0) < (living($1), $1) } ?? end
  }

  /// Whether they run on terminals of their own that the spawner holds, as a multiplexer's panes.
  private static func isServed(
    _ living: [TracedProcess], by spawner: ProcessKey, _ kin: Kin, _ history: History
  ) -> Bool {
    let held = kin[spawner]?.descriptors?.masters.slaveOpen ?? 0
    let onTerminals = living.count { child in
      child.outputBytes > 0 || child.descriptors.map { $0.last[.ttySlave] > 0 } ?? false
    }
    return held >= UInt64(living.count) && onTerminals * 2 > living.count
  }

  // MARK: Lockstep

  /// Commands of which the same numbers were started in the same rounds, at least three.
  private static func sets(of commands: [Command], _ spawner: ProcessKey, _ time: UInt64) -> [Leak]
  {
    Dictionary(grouping: commands, by: \.alive.count).values.compactMap { equals -> Leak? in
      guard equals.count >= 2 else { return nil }
      let starts = equals.map { $0.alive.map(\.began).sorted() }
      guard let rounds = rounds(starts), rounds.count >= 3, let first = rounds.first,
        let last = rounds.last, isRecent(last.lowerBound, since: first.lowerBound, at: time)
      else { return nil }
      return Leak(
        spawner: spawner, time: time, commands: equals.sorted { $0.isBefore($1) },
        rounds: rounds.count, span: last.lowerBound - first.lowerBound)
    }
  }

  /// The rounds in which all commands started equally many, when they are apart: the pause before
  /// each is longer than half a second, and longer than the round took.
  private static func rounds(_ starts: [[UInt64]]) -> [ClosedRange<UInt64>]? {
    let all = starts.flatMap { $0 }.sorted()
    guard let first = all.first, let last = all.last else { return nil }
    // Pauses from the longest down: the rounds are right where each has as many of each command.
    let pauses = zip(all, all.dropFirst()).map { (start: $1, pause: $1 - $0) }
    let most = starts.map(\.count).min() ?? 0
    for count in stride(from: most, through: 3, by: -1) where most % count == 0 {
      let cuts = pauses.sorted { $0.pause > $1.pause }.prefix(count - 1)
      guard let shortest = cuts.last?.pause, shortest >= 500_000_000 else { continue }
      let bounds = [first] + cuts.map(\.start).sorted()
      let ranges = bounds.indices.map { place -> ClosedRange<UInt64> in
        let next = place + 1 < bounds.count ? bounds[place + 1] : .max
        let end = place + 1 < bounds.count ? all.last { $0 < next } ?? bounds[place] : last
        return bounds[place]...max(bounds[place], end)
      }
      let isEven = ranges.allSatisfy { range in
        range.upperBound - range.lowerBound < shortest
          && starts.allSatisfy { $0.count { range.contains($0) } == most / count }
      }
      if isEven { return ranges }
    }
    return nil
  }

  /// Where the last is before the first, those it came with have ended: they were replaced.
  private static func isRecent(_ last: UInt64, since first: UInt64, at time: UInt64) -> Bool {
    last >= first && last - first >= (time - first) / 2
  }

  // MARK: One command

  private static func single(
    _ command: Command, _ members: [TracedProcess], _ spawner: ProcessKey, _ time: UInt64,
    _ kin: Kin, _ history: History
  ) -> Leak? {
    let alive = command.alive
    guard let first = alive.first?.began, let rises = rises(members, until: time),
      rises.count >= 2, let last = rises.last, isRecent(last, since: first, at: time)
    else { return nil }
    let isOld = time.seconds(since: first) >= history.settings.leakedChildren.oldestSeconds
    // Nobody can end any more what the spawner left behind.
    let isLeft = kin[spawner]?.exitTime != nil && alive.allSatisfy(\.isAlive)
    guard isOld || isLeft else { return nil }
    return Leak(
      spawner: spawner, time: time, commands: [command], rounds: rises.count + 1,
      span: last - first, isAfterExit: !isOld)
  }

  /// The later starts after which there was one more than ever before; nil if there were ever
  /// fewer after a start than after the one before.
  private static func rises(_ members: [TracedProcess], until time: UInt64) -> [UInt64]? {
    let exits = members.compactMap(\.exitTime).filter { $0 <= time }.sorted()
    var rises: [UInt64] = []
    var before = 0
    var lastStart: UInt64?
    for (started, member) in members.enumerated() {
      let ended = exits.partition { $0 > member.began }
      let alive = started + 1 - ended
      guard alive >= before else { return nil }
      let isLater = lastStart.map { member.began - $0 >= 500_000_000 } ?? false
      if alive > before, isLater { rises.append(member.began) }
      before = alive
      lastStart = member.began
    }
    return rises
  }
}

extension LeakedChildren.Command {
  fileprivate func isBefore(_ other: Self) -> Bool {
    guard let mine = alive.first, let others = other.alive.first else { return false }
    return mine.isBefore(others)
  }
}
