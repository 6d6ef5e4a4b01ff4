// SPDX-License-Identifier: Apache-2.0

import Attribution

/// Names without what differs from one machine, or one version, to the next, and what each was.
struct NameTemplates {
  /// Nil where several names have the template.
  private var literals: [[UInt8]: [UInt8]?] = [:]
  private var known: [[UInt8]: [UInt8]] = [:]

  /// The template of a name, which is kept with it.
  mutating func template(_ name: [UInt8]) -> [UInt8] {
    if let template = known[name] { return template }
    let template = CommandTemplate.template(name)
    known[name] = template
    add(name, as: template)
    return template
  }

  /// The target stays what it is: two versions of a program may well have two names.
  mutating func template(_ role: Role) -> Role {
    Role(names: role.names.map { $0.isEmpty ? [] : template($0) })
  }

  /// Of part of a figure.
  mutating func template(_ contributor: [UInt8], of signal: Signal) -> [UInt8] {
    // A command line is one already.
    if signal.isOfCommands {
      add(contributor, as: contributor)
      return contributor
    }
    return template(contributor)
  }

  mutating func add(_ name: [UInt8], as template: [UInt8]) {
    guard let literal = literals[template] else {
      literals[template] = .some(name)
      return
    }
    if literal != name { literals[template] = .some(nil) }
  }

  /// The name itself where there was only one, else the template.
  func shown(_ template: [UInt8]) -> [UInt8] {
    (literals[template] ?? nil) ?? (template.isEmpty ? Role.targetName : template)
  }

  /// `codex > git`.
  func shown(_ role: Role) -> [UInt8] { role.shown(by: shown) }
}
