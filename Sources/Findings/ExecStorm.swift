// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// A process that starts others by itself, at a rate that no work of a person explains.
///
/// `make -j`, `configure`, `npm install` and every shell script start hundreds a second, and that
/// is their work. What tells a storm from it:
/// - Idle: the process draws on a terminal that hands over keys one by one, none comes, and yet it
///   starts others. Nobody asked for that. (anthropics/claude-code#95124: 2.2 git ls-files a
///   second.) A shell that draws nothing and waits for one child after the other runs a loop.
/// - In any phase: it draws on such a terminal all the while. make and scripts do not, and a shell
///   does not while it runs something. What it starts for a person starts the storm's worth of
///   processes itself, and counts for itself: only direct spawns count.
/// - Without a terminal, as a daemon: for as long as an idle storm must last, almost all that it
///   starts is a handful of commands, the same to the letter. A build names other files each
///   time. (openai/codex#29084: 4,000 git a second.)
enum ExecStorm: Detector {
  static func findings(in history: History) -> [Finding] {
    let kin = history.kin
    return history.lives.compactMap { life in
      let spawns = Spawns(by: life, kin, history)
      return spawns.storms(history).max { $0.rank < $1.rank }
        .map { finding($0, spawns, life, kin, history) }
    }
  }

  fileprivate struct Storm {
    var window: Window
    var threshold: Double
    var phase: Phase?

    /// The most severe first, then what happened idle.
    var rank: (Int, Int, Double) {
      (window.mean >= 10 * threshold ? 1 : 0, phase == .idle ? 1 : 0, window.mean / threshold)
    }
  }

  private static func finding(
    _ storm: Storm, _ spawns: Spawns, _ life: Life, _ kin: Kin, _ history: History
  ) -> Finding {
    let (start, end) = history.times(storm.window.intervals)
    let rate = storm.window.mean
    let children = spawns.children(in: storm.window.intervals)
    let seconds = history.seconds(storm.window.intervals)
    let idle = storm.phase == .idle ? ", and nobody pressed a key" : ""
    return Finding(
      .execStorm, rate >= 10 * storm.threshold ? .critical : .warning, process: life.process.key,
      value: rate, unit: "/s", threshold: storm.threshold, start: start, end: end,
      phase: storm.phase?.rawValue ?? "",
      predicate: "started \(Figures.rate(rate)) processes a second for "
        + "\(Figures.duration(UInt64(seconds * 1e9))), \(children.count) in all\(idle)",
      confidence: storm.phase == .idle && history.isLossy(storm.window.intervals)
        ? .inconclusive : .certain,
      evidence: Finding.Evidence.commands(of: children, each: 1 / seconds, unit: "/s"),
      control: control(life, storm.window.intervals, seconds, kin, history))
  }

  /// What the others started in the same time.
  private static func control(
    _ life: Life, _ window: Range<Int>, _ seconds: Double, _ kin: Kin, _ history: History
  ) -> String {
    let (start, end) = history.times(window)
    var stormers: Set<ProcessKey> = [life.process.key]
    stormers.formUnion(
      (kin.children[life.process.key] ?? []).lazy.filter { $0.began >= start }.map(\.key))
    let others = history.lives.filter {
      $0.presence.overlaps(window) && !stormers.contains($0.process.key)
    }
    guard !others.isEmpty else { return "" }
    let most =
      others.map { other in
        (kin.children[other.process.key] ?? []).count { $0.began >= start && $0.began < end }
      }.max() ?? 0
    return most == 0
      ? "\(Wording.others(others.count)) started none in that time"
      : Wording.others(
        others.count, noneOf: "started", "\(Figures.rate(Double(most) / seconds)) a second")
  }
}

/// The children that a process was seen to start, by interval.
private struct Spawns {
  let life: Life
  let byInterval: [Int: [TracedProcess]]
  /// Their command lines, by numbers.
  private let commands: [Int: [Int]]
  private static let ownCommand = 0

  init(by life: Life, _ kin: Kin, _ history: History) {
    self.life = life
    let intervals = history.timeline.intervals
    byInterval = Dictionary(
      grouping: (kin.children[life.process.key] ?? []).filter { !$0.isSpawnerAssumed },
      by: { child in intervals.partition { $0.end > child.began } })
    var numbers = [CommandLine(of: life.process): Self.ownCommand]
    commands = byInterval.mapValues { children in
      children.map { child in
        let line = CommandLine(of: child)
        let number = numbers[line] ?? numbers.count
        numbers[line] = number
        return number
      }
    }
  }

  func children(in range: Range<Int>) -> [TracedProcess] {
    range.flatMap { byInterval[$0] ?? [] }
  }

  func storms(_ history: History) -> [ExecStorm.Storm] {
    guard !byInterval.isEmpty else { return [] }
    let settings = history.settings.execStorm
    let drawn = Set(life.outputs.lazy.filter(\.isRaw).map(\.interval))
    /// A shell's prompts before and after a command are no drawing during it.
    func draws(in range: Range<Int>) -> Bool {
      let inner = range.dropFirst().dropLast()
      return inner.count { drawn.contains($0) } * 2 >= max(1, inner.count)
    }
    let idle = life.stretches.filter { $0.phase == .idle }.compactMap { stretch in
      strongest(
        settings.idleSpawnsPerSecond, settings.idleSeconds, in: stretch.intervals, history
      ) { draws(in: $0) || waited(in: $0, history) < 0.5 }.map {
        ExecStorm.Storm(window: $0, threshold: settings.idleSpawnsPerSecond, phase: .idle)
      }
    }
    let drawing = strongest(
      settings.spawnsPerSecond, settings.seconds, in: life.presence, history
    ) { draws(in: $0) }
    let repeated = strongest(
      settings.spawnsPerSecond, settings.idleSeconds, in: life.presence, history
    ) { isRepetitive($0) }
    return idle
      + [drawing, repeated].compactMap { $0 }
      .map { ExecStorm.Storm(window: $0, threshold: settings.spawnsPerSecond) }
  }

  private func strongest(
    _ rate: Double, _ seconds: Double, in range: Range<Int>, _ history: History,
    where accepts: (Range<Int>) -> Bool
  ) -> Window? {
    let spans = history.timeline.intervals[range]
    let counts = range.map { Double(byInterval[$0]?.count ?? 0) }
    guard counts.reduce(0, +) >= rate * seconds * 0.9 else { return nil }
    let series = Series(first: range.lowerBound, counts: counts, weights: spans.map(\.duration))
    return series.strongest(.sustained(rate, seconds: seconds), within: range) {
      series.isSteady($0, at: rate) && accepts($0)
    }
  }

  /// The share of the time in which one of them, at least, lived.
  private func waited(in range: Range<Int>, _ history: History) -> Double {
    let (start, end) = history.times(range)
    var covered = start
    var waited: UInt64 = 0
    for child in children(in: range) {
      let from = max(covered, child.began)
      let to = min(end, child.exitTime ?? end)
      guard to > from else { continue }
      waited += to - from
      covered = to
    }
    return end > start ? Double(waited) / Double(end - start) : 0
  }

  /// Nine of ten are one of four commands, the same to the letter, and none of them its own: a
  /// subshell is no command.
  private func isRepetitive(_ range: Range<Int>) -> Bool {
    var counts: [Int: Int] = [:]
    var all = 0
    for interval in range {
      for command in commands[interval] ?? [] {
        counts[command, default: 0] += 1
        all += 1
      }
    }
    counts[Self.ownCommand] = nil
    let most = counts.values.sorted(by: >).prefix(4).reduce(0, +)
    return most * 10 >= all * 9
  }
}

private struct CommandLine: Hashable {
  var executable: [UInt8]
  var arguments: [UInt8]

  init(of process: TracedProcess) {
    executable = process.executable
    arguments = process.arguments
  }
}
