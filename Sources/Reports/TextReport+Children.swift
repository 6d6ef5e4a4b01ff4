// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

extension TextReport {
  /// A row for each command that a process spawned: zombies first, then the most numerous.
  var childSection: [TextLine] {
    let families = families
    guard !families.isEmpty else { return [] }
    var table = TextTable([
      .init(title: "CHILDREN", isRight: true),
      .init(title: "ALIVE", isRight: true),
      .init(title: "ZOMBIE", isRight: true),
      .init(title: "COMMAND", isFlexible: true),
      .init(title: "SPAWNED BY", isFlexible: true),
    ])
    for family in families.prefix(options.processes) {
      let short = name(family.spawner).short
      table.append([
        .init(Figures.count(family.count)),
        .init(Figures.cell(family.alive)),
        .init(Figures.cell(family.zombies), family.zombies > 0 ? .alarm : .plain),
        .process(name(family.first)),
        .init("\(family.spawner.processID) \(short)"),
      ])
    }
    return table.lines(width: options.width) + rest(of: families.dropFirst(options.processes))
  }

  private func rest(of families: ArraySlice<ChildFamily>) -> [TextLine] {
    guard !families.isEmpty else { return [] }
    let commands = Figures.counted(UInt64(families.count), "more command", "more commands")
    let children = Figures.counted(families.sum(\.count), "child", "children")
    return [TextLine("… and \(commands) (\(children))", .faint)]
  }

  /// The children of known processes by spawner, executable and arguments.
  private var families: [ChildFamily] {
    var families: [ChildFamily.Identity: ChildFamily] = [:]
    for process in run.processes {
      guard let spawner = process.spawner, names[spawner] != nil else { continue }
      let identity = ChildFamily.Identity(
        spawner: spawner, executable: process.executable, arguments: process.arguments,
        comm: process.executable.isEmpty ? process.comm : [])
      families[identity, default: ChildFamily(spawner: spawner, first: process.key)].add(process)
    }
    return families.values.sorted { $0.isWorse(than: $1) }
  }
}

/// Children of one process that run the same command.
private struct ChildFamily {
  struct Identity: Hashable {
    var spawner: ProcessKey
    var executable: [UInt8]
    var arguments: [UInt8]
    /// For those without an executable.
    var comm: [UInt8]
  }

  var spawner: ProcessKey
  /// The oldest of them.
  var first: ProcessKey
  var count: UInt64 = 0
  var alive: UInt64 = 0
  /// Ended, and never waited for.
  var zombies: UInt64 = 0

  init(spawner: ProcessKey, first: ProcessKey) {
    self.spawner = spawner
    self.first = first
  }

  mutating func add(_ process: TracedProcess) {
    if process.key.isBefore(first) { first = process.key }
    count += 1
    switch process.state {
    case .alive: alive += 1
    case .zombie, .abandoned: zombies += 1
    case .reaped: break
    }
  }

  func isWorse(than other: ChildFamily) -> Bool {
    if zombies != other.zombies { return zombies > other.zombies }
    return count == other.count ? first.isBefore(other.first) : count > other.count
  }
}

extension ProcessKey {
  fileprivate func isBefore(_ other: ProcessKey) -> Bool {
    (startTime, processID) < (other.startTime, other.processID)
  }
}
