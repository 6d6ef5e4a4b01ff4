// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// When a process may have been at work for those it started behind other terminals.
///
/// A multiplexer that shows what a build prints in a pane gets no keys, and yet is not idle.
struct Relays {
  private var byProcess: [ProcessIndex: Set<Int>] = [:]

  /// More levels of spawners than any real tree has.
  private static let depth = 64

  init(of history: History, terminals: TerminalStates) {
    let lives = Dictionary(
      history.lives.map { ($0.process.key, $0) }, uniquingKeysWith: { one, _ in one })
    let shown = Dictionary(
      uniqueKeysWithValues: history.lives.map {
        ($0.index, Set(terminals.shown(by: $0).map(\.terminal)))
      })
    for life in history.lives where !life.outputs.isEmpty {
      var spawner = life.process.spawner
      for _ in 0..<Self.depth {
        guard let key = spawner, let ancestor = lives[key] else { break }
        spawner = ancestor.process.spawner
        guard let own = shown[ancestor.index], !own.isEmpty else { continue }
        for output in life.outputs where !own.contains(output.terminal) {
          byProcess[ancestor.index, default: []].insert(output.interval)
        }
      }
    }
  }

  /// The intervals in which somebody that it started, or that these did, wrote to a terminal that
  /// it does not write to itself.
  func intervals(of process: ProcessIndex) -> Set<Int> {
    byProcess[process] ?? []
  }
}
