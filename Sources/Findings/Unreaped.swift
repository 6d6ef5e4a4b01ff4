// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// Children that ended and that their parent did not wait for.
///
/// Judged over time, and not only by who is left: a crowd of zombies that was reaped at last counts
/// by its peak. One that is reaped within seconds is how every shell works, and raises nothing:
/// a crowd counts when some of it have lain for longer than that.
enum Unreaped: Detector {
  static func findings(in history: History) -> [Finding] {
    let kin = history.kin
    let zombies = zombies(in: history.timeline, kin)
    return zombies.compactMap { parent, children in
      finding(of: parent, children, all: zombies, kin, history)
    }
  }

  private struct Zombie {
    var process: TracedProcess
    var start: UInt64
    /// When it was reaped, or its parent ended, or the present.
    var end: UInt64
  }

  /// By the parent that had them.
  private static func zombies(in timeline: Timeline, _ kin: Kin) -> [ProcessKey: [Zombie]] {
    var zombies: [ProcessKey: [Zombie]] = [:]
    for process in timeline.processes.values {
      guard let start = process.exitTime, let parent = process.parent ?? process.spawner else {
        continue
      }
      let gone = process.isReaped ? process.reapTime ?? start : kin.end
      let parentEnd = kin.end(of: parent)
      if parentEnd > start, kin[parent] != nil {
        add(Zombie(process: process, start: start, end: min(gone, parentEnd)), of: parent)
      }
      // Whoever adopted it has it now; of one that is gone nobody knows since when.
      guard let heir = process.presentParent, heir != parent, kin[heir] != nil,
        !process.isReaped, !process.isReleased
      else { continue }
      add(Zombie(process: process, start: max(start, parentEnd), end: kin.end(of: heir)), of: heir)
    }
    return zombies

    func add(_ zombie: Zombie, of parent: ProcessKey) {
      if zombie.end > zombie.start { zombies[parent, default: []].append(zombie) }
    }
  }

  // MARK: Judging

  /// How a parent's zombies stood at one time.
  private struct Standing {
    var time: UInt64 = 0
    var count = 0
    /// Older than what is only noticed.
    var noticed = 0
    /// Older than what any one may be.
    var old = 0

    func severity(_ settings: FindingSettings.Unreaped) -> Finding.Severity? {
      let isCrowd = count >= settings.zombies && noticed >= min(3, settings.zombies)
      if isCrowd && (old > 0 || count >= 10 * settings.zombies) { return .critical }
      if isCrowd || old > 0 { return .warning }
      return noticed >= settings.noticeZombies ? .notice : nil
    }
  }

  /// The worst standing there was: of equally severe ones the most zombies, and the last such.
  private static func worst(
    _ zombies: [Zombie], _ settings: FindingSettings.Unreaped
  ) -> (standing: Standing, severity: Finding.Severity)? {
    var turns: [(time: UInt64, change: WritableKeyPath<Standing, Int>, by: Int)] = []
    for zombie in zombies {
      for (age, change) in [
        (0, \Standing.count), (settings.noticeAgeSeconds, \.noticed), (settings.ageSeconds, \.old),
      ] {
        let start = zombie.start.later(by: age)
        guard start <= zombie.end else { continue }
        turns.append((start, change, 1))
        turns.append((zombie.end, change, -1))
      }
    }
    // At the end of a zombie all were there that had come by then.
    turns.sort { ($0.time, -$0.by) < ($1.time, -$1.by) }
    var present = Standing()
    var worst: (standing: Standing, severity: Finding.Severity)?
    for turn in turns {
      present.time = turn.time
      present[keyPath: turn.change] += turn.by
      guard turn.by > 0 || worst == nil, let severity = present.severity(settings) else { continue }
      if let known = worst, (severity, present.count) < (known.severity, known.standing.count) {
        continue
      }
      worst = (present, severity)
    }
    return worst
  }

  private static func finding(
    of parent: ProcessKey, _ zombies: [Zombie], all: [ProcessKey: [Zombie]], _ kin: Kin,
    _ history: History
  ) -> Finding? {
    let settings = history.settings.unreaped
    guard let (standing, severity) = worst(zombies, settings) else { return nil }
    let present = zombies.filter { $0.start <= standing.time && $0.end >= standing.time }
    let last = present.map(\.end).max() ?? standing.time
    guard let first = present.map(\.start).min() else { return nil }
    let oldest = present.map { $0.end - $0.start }.max() ?? 0
    let isLeft = kin[parent]?.isAlive == true && last == kin.end
    let count = Figures.counted(UInt64(standing.count), "child", "children")
    let predicate =
      (isLeft ? "has \(count)" : "had \(count) at once")
      + " that ended and \(standing.count == 1 ? "was" : "were") not waited for, the oldest for "
      + Figures.duration(oldest) + waits(kin[parent])
    return Finding(
      .unreaped, severity, process: parent, value: Double(standing.count), unit: "zombies",
      threshold: threshold(standing, severity, settings), start: first, end: last,
      predicate: predicate,
      confidence: !isLeft && history.timeline.isIncomplete ? .inconclusive : .certain,
      evidence: Finding.Evidence.commands(of: present.map(\.process), unit: "zombies"),
      control: control(besides: parent, all, from: first, to: last, history))
  }

  private static func threshold(
    _ standing: Standing, _ severity: Finding.Severity, _ settings: FindingSettings.Unreaped
  ) -> Double {
    if severity == .notice { return Double(settings.noticeZombies) }
    return standing.count >= settings.zombies ? Double(settings.zombies) : 1
  }

  private static func waits(_ parent: TracedProcess?) -> String {
    guard let parent else { return "" }
    if parent.children.reaped > 0 {
      let others = Figures.counted(UInt64(parent.children.reaped), "other", "others")
      return "; it waited for \(others)"
    }
    if parent.hasWaited { return "" }
    let isWholeLife = parent.forkTime != nil && !parent.isSpawnerAssumed
    return isWholeLife ? "; it never called wait" : "; it did not call wait while it was recorded"
  }

  /// What the others had, in the same time.
  private static func control(
    besides parent: ProcessKey, _ all: [ProcessKey: [Zombie]], from start: UInt64, to end: UInt64,
    _ history: History
  ) -> String {
    let own = Set((all[parent] ?? []).map(\.process.key))
    let others = history.lives.filter { life in
      life.process.key != parent && !own.contains(life.process.key)
        && life.process.began <= end && life.process.exitTime ?? end >= start
    }
    guard !others.isEmpty else { return "" }
    let most =
      others.map { life in
        (all[life.process.key] ?? []).count {
          $0.end.seconds(since: $0.start) >= history.settings.unreaped.noticeAgeSeconds
        }
      }.max() ?? 0
    return most == 0
      ? "\(Wording.others(others.count)) \(others.count == 1 ? "has" : "have") no zombies"
      : Wording.others(
        others.count, noneOf: "has", Figures.counted(UInt64(most), "zombie", "zombies"))
  }
}
