// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// Processes that were left: their parent ended, or their terminal was hung up, and they live on.
///
/// A program that made itself a daemon raises nothing: its parent ran the same command, and ended
/// with 0 within a second after the fork, as daemon(3) does. What was put in the background (the
/// same of another command, as by `sh -c 'server &'`) is a notice, or a warning while it burns CPU
/// time. What is left when the recorded command has ended is a notice before it counts as an
/// orphan: it may be about to end. What `leaked-children` tells is not told again.
enum Orphan: Detector {
  static func findings(in history: History) -> [Finding] {
    let kin = history.kin
    let hangups = Hangups(of: history.timeline)
    let leaked = Set(LeakedChildren.leaks(in: history, kin).flatMap(\.children).map(\.key))
    let orphans = history.lives.compactMap { life -> Left? in
      guard life.process.isAlive, !leaked.contains(life.process.key) else { return nil }
      return Left(life, kin, hangups, history)
    }
    return Dictionary(grouping: orphans, by: \.life.process.template).values.compactMap { equals in
      equals.max { $0.rank < $1.rank }.map {
        finding($0, among: equals, orphans, history)
      }
    }
  }

  /// One that is left, and how.
  private struct Left {
    enum Loss {
      case parent(String)
      case background(String)
      case terminal(String)
    }

    var life: Life
    var loss: Loss
    /// Nanoseconds since boot.
    var since: UInt64
    var seconds: Double
    /// Of one core, since then.
    var cpuPercent: Double
    var severity: Finding.Severity

    var rank: (Finding.Severity, Double, Double) { (severity, cpuPercent, seconds) }

    init?(_ life: Life, _ kin: Kin, _ hangups: Hangups, _ history: History) {
      guard let (since, loss) = Left.loss(of: life, kin, hangups) else { return nil }
      let settings = history.settings.orphan
      self.life = life
      self.loss = loss
      self.since = since
      seconds = kin.end.seconds(since: since)
      let cpu = life.cpuSeconds(since: since, in: history.timeline)
      cpuPercent = seconds > 0 ? cpu / seconds * 100 : 0
      if seconds >= settings.seconds {
        let isHot = cpuPercent > settings.criticalCPUPercent
        switch loss {
        case .background: severity = isHot ? .warning : .notice
        case .parent, .terminal: severity = isHot ? .critical : .warning
        }
      } else {
        // It takes a moment to end after a command that does.
        guard let end = history.timeline.targetEnd, kin.end.seconds(since: max(end, since)) >= 1
        else { return nil }
        severity = .notice
      }
    }

    private static func loss(
      of life: Life, _ kin: Kin, _ hangups: Hangups
    ) -> (since: UInt64, loss: Loss)? {
      let process = life.process
      let hangup = hangups.hangup(of: life).map { ($0.time, Loss.terminal($0.name)) }
      guard let key = process.parent, let parent = kin[key], let end = parent.exitTime,
        end <= kin.end
      else { return hangup }
      let isAtOnce = parent.exit?.code == 0 && end.seconds(since: process.began) <= 1
      let isSame =
        parent.executable == process.executable && parent.arguments == process.arguments
      if isAtOnce && isSame { return nil }
      return (end, isAtOnce ? .background(kin.name(key)) : .parent(kin.name(key)))
    }
  }

  private static func finding(
    _ worst: Left, among equals: [Left], _ all: [Left], _ history: History
  ) -> Finding {
    let settings = history.settings.orphan
    let more = equals.count - 1
    let others =
      more == 0
      ? "" : "; so \(more == 1 ? "is" : "are") \(more) more of the same command"
    let isHot = worst.cpuPercent > settings.criticalCPUPercent
    let cpu = isHot ? ", at \(Figures.rate(worst.cpuPercent)) % of a core" : ""
    let rows = equals.sorted { $1.rank < $0.rank }.map {
      Finding.Evidence(
        kind: "process", subject: Array("\($0.life.process.key.processID)".utf8),
        value: $0.seconds, unit: "s")
    }
    return Finding(
      .orphan, worst.severity, process: worst.life.process.key, value: worst.seconds, unit: "s",
      threshold: settings.seconds, start: worst.since, end: history.timeline.end,
      phase: history.timeline.targetEnd == nil ? "" : Phase.afterExit.rawValue,
      predicate: predicate(worst, history) + cpu + others,
      evidence: [
        Finding.Evidence(
          kind: "command", subject: worst.life.process.template.line, value: worst.cpuPercent,
          unit: "%")
      ] + rows,
      control: control(besides: all, history))
  }

  private static func predicate(_ left: Left, _ history: History) -> String {
    let time = Figures.duration(UInt64(left.seconds * 1e9))
    if left.seconds < history.settings.orphan.seconds {
      return "outlived the command, and is alive \(time) after it was left"
    }
    return switch left.loss {
    case .parent(let name): "is alive \(time) after its parent \(name) ended"
    case .background(let name): "is alive \(time) after \(name) put it in the background and ended"
    case .terminal(let name): "is alive \(time) after its terminal \(name) was hung up"
    }
  }

  private static func control(besides orphans: [Left], _ history: History) -> String {
    let left = Set(orphans.map(\.life.index))
    let others = history.lives.count { $0.process.isAlive && !left.contains($0.index) }
    guard others > 0 else { return "" }
    return "\(Wording.others(others)) that "
      + (others == 1 ? "lives has its parent" : "live have their parents")
  }
}

extension Life {
  /// CPU time since then, in seconds, as the census tells it.
  fileprivate func cpuSeconds(since time: UInt64, in timeline: Timeline) -> Double {
    let before = usages.last { timeline.intervals[$0.interval].end <= time }?.cpuTime
    let first = process.began >= timeline.start ? 0 : usages.first?.cpuTime ?? process.cpuTime
    return process.cpuTime.seconds(since: before ?? first)
  }
}

/// Terminals whose master nobody holds any more.
private struct Hangups {
  private struct Pair: Hashable {
    var instance: UInt32
    var index: UInt32
  }

  private let timeline: Timeline
  private let masters: [Pair: [PTYMaster]]

  init(of timeline: Timeline) {
    self.timeline = timeline
    masters = Dictionary(grouping: timeline.masters) {
      Pair(instance: $0.instance, index: $0.index)
    }
  }

  /// When the terminal that it last wrote to was hung up, if it still has it open.
  func hangup(of life: Life) -> (time: UInt64, name: String)? {
    guard let output = life.outputs.last, let terminal = timeline.terminals[output.terminal],
      (136...143).contains(terminal.major), life.process.descriptors?.last[.ttySlave] ?? 0 > 0,
      timeline.intervals.indices.contains(output.interval)
    else { return nil }
    let time = timeline.intervals[output.interval].start
    let pair = Pair(instance: terminal.instance, index: terminal.minor)
    guard let master = masters[pair]?.last(where: { $0.madeTime <= time }),
      let gone = master.goneTime, master.otherDescriptors == 0
    else { return nil }
    return (gone, terminal.name)
  }
}
