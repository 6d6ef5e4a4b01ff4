// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Recording

extension TextReport {
  /// A row for each process that opened pty masters and each state of their slaves, the most
  /// masters with a closed slave first.
  var masterSection: [TextLine] {
    let groups = run.masterGroups
    let use = systemLine
    guard !groups.isEmpty else { return [] }
    var table = TextTable([
      .init(title: "PTY MASTERS", isRight: true),
      .init(title: "FDS", isRight: true),
      .init(title: "SLAVE"),
      .init(title: "OLDEST", isRight: true),
      .init(title: "PID", isRight: true),
      .init(title: "OPENED BY", isFlexible: true),
      .init(title: "HELD BY", isFlexible: true),
    ])
    for group in groups.prefix(options.processes) {
      table.append([
        .init(Figures.count(group.count), group.identity.isLeak ? .alarm : .plain),
        .init(Figures.count(group.descriptors)),
        .init(group.identity.state, group.identity.isLeak ? .alarm : .plain),
        .init(Figures.duration(group.age)),
        .init(String(group.identity.opener.processID)),
        .process(name(group.identity.opener)),
        .init(holders(of: group)),
      ])
    }
    let more = groups.dropFirst(options.processes)
    let masters = Figures.counted(more.sum(\.count), "more master", "more masters")
    return table.lines(width: options.width)
      + (more.isEmpty ? [] : [TextLine("… and \(masters)", .faint)]) + use
  }

  /// What the whole system has, and what of it nobody explains.
  private var systemLine: [TextLine] {
    guard let pass = run.run.descriptors.passes.last, let use = pass.pseudoterminals else {
      return []
    }
    let unexplained = run.run.descriptors.passes.map(\.unexplainedMasters).max() ?? 0
    let most = run.run.descriptors.mostPseudoterminals
    let isAlarming = unexplained > 0 || most / 6 >= use.limit / 10
    let others = pass.explainedMasters - min(pass.explainedMasters, pass.followedMasters)
    let limit = Figures.grouped(use.limit)
    let facts =
      ["system: \(Figures.grouped(most)) of \(limit) pairs at most"]
      + ["\(Figures.grouped(use.used)) at the end"]
      + (others > 0 ? ["\(Figures.grouped(others)) held by others"] : [])
      + (unexplained > 0 ? ["up to \(Figures.grouped(unexplained)) by no descriptor"] : [])
    return [TextLine(facts.joined(separator: ", "), isAlarming ? .alarm : .faint)]
  }

  /// The opener says nothing of who has it now.
  private func holders(of group: MasterGroup) -> String {
    if group.identity.state == MasterGroup.gone { return Figures.none }
    let others = group.holders.subtracting([group.identity.opener])
      .sorted { ($0.startTime, $0.processID) < ($1.startTime, $1.processID) }
    let names = others.map { "\($0.processID) \(name($0).short)" }
    let all = (group.holders.contains(group.identity.opener) ? ["itself"] : []) + names
    return all.isEmpty ? "others" : all.joined(separator: ", ")
  }
}

extension RankedRun {
  /// The most masters with a closed slave first.
  var masterGroups: [MasterGroup] {
    var groups: [MasterGroup.Identity: MasterGroup] = [:]
    for master in masters {
      let identity = MasterGroup.Identity(master, isKept: isKept(master))
      groups[identity, default: MasterGroup(identity)].add(master, age: age(of: master))
    }
    return groups.values.sorted { $0.isWorse(than: $1) }
  }
}

/// Pty masters that one process opened and whose slaves are in one state.
struct MasterGroup {
  static let gone = "(closed again)"

  struct Identity: Hashable {
    var opener: ProcessKey
    var state: String
    var rank: Int

    init(_ master: PTYMaster, isKept: Bool) {
      opener = master.opener
      switch (isKept, master.slave) {
      case (false, _): (state, rank) = (MasterGroup.gone, 3)
      case (true, .closed): (state, rank) = ("closed", 0)
      case (true, .neverOpened): (state, rank) = ("never opened", 1)
      case (true, .open): (state, rank) = ("open", 2)
      }
    }

    var isLeak: Bool { rank == 0 }
  }

  let identity: Identity
  var count: UInt64 = 0
  var descriptors: UInt64 = 0
  var age: UInt64 = 0
  var holders: Set<ProcessKey> = []

  init(_ identity: Identity) {
    self.identity = identity
  }

  mutating func add(_ master: PTYMaster, age: UInt64) {
    count += 1
    descriptors = .saturating(
      descriptors, .saturating(master.holders.values.sum { $0 }, master.otherDescriptors))
    self.age = max(self.age, age)
    holders.formUnion(master.holders.keys)
  }

  func isWorse(than other: MasterGroup) -> Bool {
    let (one, two) = (identity, other.identity)
    if one.rank != two.rank { return one.rank < two.rank }
    if count != other.count { return count > other.count }
    return (one.opener.startTime, one.opener.processID)
      < (two.opener.startTime, two.opener.processID)
  }
}
