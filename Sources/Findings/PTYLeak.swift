// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// Pty masters that a process keeps open though nobody is at their other side any more.
///
/// The slave's state is the kernel's, so zombies beside it make no difference: reaping them closes
/// no master, and that is the other finding. A master that something else keeps alive (a child
/// that inherited its slave) is told by its cycle: the process opened it, started a child right
/// after, and that child has ended. Who only inherited a master is not to blame while who opened
/// it has it, too. A multiplexer closes what its panes leave, and raises nothing.
enum PTYLeak: Detector {
  static func findings(in history: History) -> [Finding] {
    let kin = history.kin
    let closed = closed(in: history, kin)
    let cycles = stale(in: history, kin)
    let greatest = greatestHolder(in: history)
    return history.lives.compactMap { life in
      guard let use = life.process.descriptors?.masters, use.masters > 0 else { return nil }
      let key = life.process.key
      let settings = history.settings.ptyLeak
      if let masters = closed[key], masters.count >= max(1, settings.masters) {
        return leak(life, masters, closed, kin, history)
      }
      if let stale = cycles[key], stale.count >= settings.cycles {
        return growth(life, stale, closed, kin, history)
      }
      return key == greatest ? shortage(life, closed, kin, history) : nil
    }
  }

  // MARK: Masters whose slave is closed

  /// By who is to blame for them.
  private static func closed(
    in history: History, _ kin: Kin
  ) -> [ProcessKey: [PTYMaster]] {
    var closed: [ProcessKey: [PTYMaster]] = [:]
    for master in history.timeline.masters where master.slave == .closed {
      let holders = master.holders.keys.filter { isHeld(master, by: $0, kin) }
      let blamed = holders.contains(master.opener) ? [master.opener] : holders
      for holder in blamed { closed[holder, default: []].append(master) }
    }
    return closed
  }

  private static func leak(
    _ life: Life, _ held: [PTYMaster], _ all: [ProcessKey: [PTYMaster]], _ kin: Kin,
    _ history: History
  ) -> Finding {
    let settings = history.settings.ptyLeak
    let isMany = held.count >= 10 * settings.masters
    let isShort = isShort(history)
    let masters = Figures.counted(UInt64(held.count), "pty master", "pty masters")
    let (verb, time) = life.process.isAlive ? ("holds", "") : ("held", " until it ended")
    return Finding(
      .ptyLeak, isMany || isShort ? .critical : .warning, process: life.process.key,
      value: Double(held.count), unit: "masters", threshold: Double(settings.masters),
      start: held.map(\.madeTime).min() ?? life.process.began, end: kin.end(of: life.process.key),
      predicate: "\(verb) \(masters) whose terminals are closed\(time)" + share(history),
      evidence: evidence(life.process, history),
      control: control(besides: life, all, history))
  }

  // MARK: One more for each child

  /// Masters that their holder opened for a child that has ended, by holder.
  private static func stale(in history: History, _ kin: Kin) -> [ProcessKey: [PTYMaster]] {
    var stale: [ProcessKey: [PTYMaster]] = [:]
    let kept = history.timeline.masters.filter { $0.openerIsSeen && $0.slave != .neverOpened }
    for (opener, masters) in Dictionary(grouping: kept, by: \.opener) {
      let children = kin.children[opener] ?? []
      for master in masters where isHeld(master, by: opener, kin) {
        let next = children.partition { $0.began >= master.madeTime }
        guard next < children.count, children[next].began.seconds(since: master.madeTime) <= 2,
          let end = children[next].exitTime, kin.end(of: opener).seconds(since: end) >= 2
        else { continue }
        stale[opener, default: []].append(master)
      }
    }
    return stale
  }

  private static func growth(
    _ life: Life, _ stale: [PTYMaster], _ all: [ProcessKey: [PTYMaster]], _ kin: Kin,
    _ history: History
  ) -> Finding {
    let settings = history.settings.ptyLeak
    return Finding(
      .ptyLeak, isShort(history) ? .critical : .warning, process: life.process.key,
      value: Double(stale.count), unit: "masters", threshold: Double(settings.cycles),
      start: stale.map(\.madeTime).min() ?? life.process.began,
      end: kin.end(of: life.process.key),
      predicate: stale.count == 1
        ? "keeps a pty master of a child that has ended" + share(history)
        : "keeps \(stale.count) pty masters, one for each of \(stale.count) children that "
          + "have ended" + share(history),
      evidence: evidence(life.process, history), control: control(besides: life, all, history))
  }

  // MARK: The system's limit

  private static func isShort(_ history: History) -> Bool {
    guard let use = history.timeline.pseudoterminals, use.limit > 0 else { return false }
    return Double(use.used) / Double(use.limit) * 100 >= history.settings.ptyLeak.limitPercent
  }

  /// Who holds most, where the system is short of pairs because of it: a tenth of all at least.
  private static func greatestHolder(in history: History) -> ProcessKey? {
    guard isShort(history), let use = history.timeline.pseudoterminals else { return nil }
    let greatest = history.lives.filter(\.process.isAlive).max {
      $0.process.held < $1.process.held
    }
    guard let greatest, greatest.process.held >= UInt64(history.settings.ptyLeak.masters),
      Double(greatest.process.held) * 10 >= Double(use.used)
    else { return nil }
    return greatest.process.key
  }

  private static func shortage(
    _ life: Life, _ all: [ProcessKey: [PTYMaster]], _ kin: Kin, _ history: History
  ) -> Finding? {
    guard let use = history.timeline.pseudoterminals, use.limit > 0 else { return nil }
    let masters = Figures.counted(life.process.held, "pty master", "pty masters")
    return Finding(
      .ptyLeak, .warning, process: life.process.key,
      value: Double(use.used) / Double(use.limit) * 100, unit: "%",
      threshold: history.settings.ptyLeak.limitPercent, start: history.timeline.start,
      end: kin.end, predicate: "holds \(masters), more than all others" + share(history),
      evidence: evidence(life.process, history), control: control(besides: life, all, history))
  }

  // MARK: Parts

  private static func isHeld(_ master: PTYMaster, by holder: ProcessKey, _ kin: Kin) -> Bool {
    guard master.holders[holder] ?? 0 > 0 else { return false }
    // A master that goes with its holder was never closed.
    return master.goneTime.map { $0 >= kin.end(of: holder) } ?? true
  }

  /// "; 420 of the system's 511 pseudoterminals are in use", where that is much.
  private static func share(_ history: History) -> String {
    guard let use = history.timeline.pseudoterminals, isShort(history) else { return "" }
    return "; \(Figures.grouped(use.used)) of the system's \(Figures.grouped(use.limit)) "
      + "pseudoterminals are in use"
  }

  private static func evidence(_ process: TracedProcess, _ history: History) -> [Finding.Evidence] {
    let use = process.descriptors?.masters ?? MasterUse()
    let states: [(String, UInt64)] = [
      ("pty masters, slave closed", use.slaveClosed), ("pty masters, slave open", use.slaveOpen),
      ("pty masters, slave never opened", use.slaveNeverOpened),
    ]
    var rows = states.filter { $0.1 > 0 }.map {
      Finding.Evidence(
        kind: "descriptors", subject: Array($0.0.utf8), value: Double($0.1), unit: "masters")
    }
    if let system = history.timeline.pseudoterminals, system.limit > 0 {
      rows.append(
        Finding.Evidence(
          kind: "descriptors",
          subject: Array(
            "the system's pseudoterminals, of at most \(Figures.grouped(system.limit))".utf8),
          value: Double(system.used) / Double(system.limit) * 100, unit: "%"))
    }
    return rows
  }

  private static func control(
    besides life: Life, _ all: [ProcessKey: [PTYMaster]], _ history: History
  ) -> String {
    let others = history.lives.filter {
      $0.index != life.index && $0.process.descriptors != nil
    }
    guard !others.isEmpty else { return "" }
    let most = others.map { all[$0.process.key]?.count ?? 0 }.max() ?? 0
    let masters = Figures.counted(UInt64(most), "such master", "such masters")
    return most == 0
      ? "\(Wording.others(others.count)) \(others.count == 1 ? "holds" : "hold") no such master"
      : Wording.others(others.count, noneOf: "holds", masters)
  }
}

extension TracedProcess {
  fileprivate var held: UInt64 { descriptors?.masters.masters ?? 0 }
}
