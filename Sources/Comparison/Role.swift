// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// What a process is in its program, whatever its id: the names of the executables from the root
/// of the tree down to its own, without their versions.
public struct Role: Hashable, Sendable {
  /// Templates of names; the root of a recorded command has none, as two versions of a program may
  /// well have two names.
  public var names: [[UInt8]]

  /// All processes together: work may move from one to another.
  static let all = Role(names: [])
  /// The command that was recorded.
  static let target = Role(names: [[]])

  /// Names at most: a deeper tree's middle is left out.
  private static let deepest = 8

  /// The roles of all processes.
  static func all(of timeline: Timeline, _ names: inout NameTemplates) -> [ProcessIndex: Role] {
    let indices = Dictionary(
      timeline.processes.map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    var roles: [ProcessIndex: Role] = [:]
    // Parents come first.
    for (index, process) in timeline.processes.sorted(by: { $0.value.isBefore($1.value) }) {
      if index == timeline.target {
        names.add(process.programName, as: [])
        roles[index] = .target
        continue
      }
      let parent = process.spawner.flatMap { indices[$0] }.flatMap { roles[$0] }
      var chain = parent?.names ?? []
      if chain.count >= deepest { chain.removeLast(chain.count - deepest + 1) }
      roles[index] = Role(names: chain + [names.template(process.programName)])
    }
    return roles
  }
}

/// Names without what differs from one machine, or one version, to the next, and what each was.
struct NameTemplates: Sendable {
  /// Nil where several names have the template.
  private(set) var literals: [[UInt8]: [UInt8]?] = [:]
  private var known: [[UInt8]: [UInt8]] = [:]

  /// The template of a name, which is kept with it.
  mutating func template(_ name: [UInt8]) -> [UInt8] {
    if let template = known[name] { return template }
    let template = CommandTemplate.template(name)
    known[name] = template
    add(name, as: template)
    return template
  }

  mutating func add(_ name: [UInt8], as template: [UInt8]) {
    guard let literal = literals[template] else {
      literals[template] = .some(name)
      return
    }
    if literal != name { literals[template] = .some(nil) }
  }

  mutating func merge(_ other: NameTemplates) {
    for (template, literal) in other.literals {
      guard let literal else {
        literals[template] = .some(nil)
        continue
      }
      add(literal, as: template)
    }
  }

  /// The name itself where there was only one, else the template.
  func shown(_ template: [UInt8]) -> [UInt8] {
    (literals[template] ?? nil) ?? (template.isEmpty ? Array("target".utf8) : template)
  }

  /// `codex > git`.
  func shown(_ role: Role) -> [UInt8] {
    role == .all
      ? Array("all processes".utf8)
      : Array(role.names.map(shown).joined(separator: Array(" > ".utf8)))
  }
}
