// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// What a process is in its program, whatever its id: the names of the executables from the root
/// of the tree down to its own.
public struct Role: Hashable, Sendable {
  /// The root of a recorded command has none, as two versions of a program may well have two names.
  public var names: [[UInt8]]

  /// All processes together: work may move from one to another.
  static let all = Role(names: [])
  /// The command that was recorded.
  static let target = Role(names: [[]])
  /// Of a target whose name nobody knows.
  static let targetName = Array("target".utf8)

  /// Names at most: a deeper tree's middle is left out.
  private static let deepest = 8

  /// The roles of all processes.
  static func all(of timeline: Timeline) -> [ProcessIndex: Role] {
    let indices = Dictionary(
      timeline.processes.map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    var roles: [ProcessIndex: Role] = [:]
    // Parents come first.
    for (index, process) in timeline.processes.sorted(by: { $0.value.isBefore($1.value) }) {
      if index == timeline.target {
        roles[index] = .target
        continue
      }
      let parent = process.spawner.flatMap { indices[$0] }.flatMap { roles[$0] }
      var chain = parent?.names ?? []
      if chain.count >= deepest { chain.removeLast(chain.count - deepest + 1) }
      roles[index] = Role(names: chain + [process.programName])
    }
    return roles
  }

  /// `codex > git`.
  ///
  /// - Parameter name: how each of the names is shown.
  func shown(by name: ([UInt8]) -> [UInt8]) -> [UInt8] {
    self == .all
      ? Array("all processes".utf8) : Array(names.map(name).joined(separator: Array(" > ".utf8)))
  }
}
