// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

extension LeakedChildren {
  static func finding(_ leak: Leak, _ kin: Kin, _ history: History) -> Finding {
    let each = leak.commands.map(\.alive.count).max() ?? 0
    let setting = history.settings.leakedChildren.alive
    return Finding(
      .leakedChildren, each >= 10 * setting ? .critical : .warning, process: leak.spawner,
      value: Double(leak.children.count), unit: "children",
      threshold: Double(setting * leak.commands.count),
      start: leak.children.map(\.began).min() ?? leak.time, end: leak.time,
      phase: leak.isAfterExit ? Phase.afterExit.rawValue : "",
      predicate: predicate(leak), evidence: evidence(leak, history),
      control: control(leak, kin))
  }

  private static func predicate(_ leak: Leak) -> String {
    let period = Double(leak.span) / 1e9 / Double(max(1, leak.rounds - 1))
    let every = Figures.duration(UInt64(period * 1e9))
    guard leak.commands.count > 1, let each = leak.commands.first?.alive.count else {
      let count = leak.children.count
      let label = leak.commands.first?.template.label ?? ""
      return "left \(count) children alive that run \(label), the oldest for \(age(leak)), "
        + "one more about every \(every)"
    }
    let perRound = each / max(1, leak.rounds)
    let set = perRound == 1 ? "one set" : "\(perRound) sets"
    return "left \(leak.commands.count) commands x \(each) alive, in lockstep, "
      + "\(set) per refresh, about every \(every)"
  }

  private static func age(_ leak: Leak) -> String {
    let first = leak.children.map(\.began).min() ?? leak.time
    return Figures.duration(leak.time > first ? leak.time - first : 0)
  }

  /// Each command with its count, and what all of them cost together.
  private static func evidence(_ leak: Leak, _ history: History) -> [Finding.Evidence] {
    let commands = leak.commands.map {
      Finding.Evidence(
        kind: "command", subject: $0.template.line, value: Double($0.alive.count),
        unit: "children")
    }
    let first = leak.children.map(\.began).min() ?? leak.time
    let oldest = Finding.Evidence(
      kind: "process", subject: Array("the oldest".utf8), value: leak.time.seconds(since: first),
      unit: "s")
    let resident = leak.children.reduce(0.0) {
      $0 + Double($1.residentBytes ?? $1.peakResidentBytes)
    }
    let memory = Finding.Evidence(
      kind: "process", subject: Array("memory of all of them together".utf8), value: resident,
      unit: "B")
    return commands + [oldest] + (resident > 0 ? [memory] : [])
  }

  /// What the others that start children had alive at that time.
  private static func control(_ leak: Leak, _ kin: Kin) -> String {
    let most = kin.children.filter { $0.key != leak.spawner && kin[$0.key] != nil }
      .map { _, children in
        let living = children.filter {
          $0.began <= leak.time && $0.exitTime ?? .max > leak.time && !$0.isKernelThread
        }
        return Dictionary(grouping: living, by: \.template).values.map(\.count).max() ?? 0
      }
    guard let greatest = most.max() else { return "" }
    return greatest == 0
      ? "\(Wording.others(most.count)) that started children left none alive"
      : Wording.others(
        most.count, that: " that started children", noneOf: "has",
        "\(greatest) of one command alive")
  }
}
