// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings

/// How rows are sorted.
package struct TopOrder: Sendable, Hashable {
  package var column: TopColumn = .lookups
  package var isDescending = true

  package init() {}

  /// Equal rows stay in the order of their processes.
  func sorted(_ rows: [TopRow], pathName: (TopRow) -> String) -> [TopRow] {
    switch column {
    case .finding: by(rows) { Double($0.finding.map { $0.severity.weight } ?? 0) }
    case .processID: by(rows) { Double($0.key.processID) }
    case .user: by(rows, text: \.user)
    case .lookups: by(rows) { Double($0.activity.lookups) }
    case .failed: by(rows) { $0.failedShare }
    case .opens: by(rows) { Double($0.activity.opens) }
    case .hottestRate: by(rows) { Double($0.activity.hottestCount) }
    case .hottestPath: by(rows, text: pathName)
    case .output: by(rows) { Double($0.activity.outputBytes) }
    case .frames: by(rows) { Double($0.activity.frames) }
    case .children:
      by(rows) {
        Double($0.children.alive + $0.children.zombies + $0.children.survivors)
      }
    case .masters: by(rows) { Double($0.masters) }
    case .descriptors: by(rows) { Double($0.descriptors ?? 0) }
    case .cpu: by(rows) { $0.activity.cpuSeconds }
    case .history: rows
    case .name: by(rows, text: \.name.command)
    }
  }

  private func by(_ rows: [TopRow], _ figure: (TopRow) -> Double) -> [TopRow] {
    by(rows, keys: rows.map(figure))
  }

  private func by(_ rows: [TopRow], text: (TopRow) -> String) -> [TopRow] {
    by(rows, keys: rows.map(text))
  }

  private func by<Key: Comparable>(_ rows: [TopRow], keys: [Key]) -> [TopRow] {
    let order = rows.indices.sorted { one, other in
      if keys[one] == keys[other] { return one < other }
      return isDescending ? keys[one] > keys[other] : keys[one] < keys[other]
    }
    return order.map { rows[$0] }
  }
}

extension TopRow {
  /// From 0 to 1.
  var failedShare: Double {
    activity.lookups == 0 ? 0 : Double(activity.failedLookups) / Double(activity.lookups)
  }
}

extension Finding.Severity {
  /// 1 for the least.
  var weight: Int {
    switch self {
    case .notice: 1
    case .warning: 2
    case .critical: 3
    }
  }
}

/// Rows as a forest by who started whom.
enum TopTree {
  /// Levels that are drawn, more than any screen has room for: a chain of 100,000 processes would
  /// take gigabytes of lines.
  private static let deepest = 64

  /// Each row with the lines that lead to it, such as `│  └─ `; siblings keep their order.
  static func lines(_ rows: [TopRow]) -> [(row: TopRow, lead: String)] {
    let places = Dictionary(rows.enumerated().map { ($1.key, $0) }) { first, _ in first }
    var children: [[Int]] = Array(repeating: [], count: rows.count)
    var roots: [Int] = []
    for (place, row) in rows.enumerated() {
      if let spawner = row.spawner, let parent = places[spawner], parent != place {
        children[parent].append(place)
      } else {
        roots.append(place)
      }
    }
    var lines: [(row: TopRow, lead: String)] = []
    lines.reserveCapacity(rows.count)
    // By a stack of its own: a chain of processes may be long.
    var stack = roots.reversed().map { (place: $0, depth: 1, lead: "", below: "") }
    while let next = stack.popLast() {
      lines.append((rows[next.place], next.lead))
      let last = children[next.place].last
      for child in children[next.place].reversed() {
        let below = next.depth < deepest ? child == last ? "   " : "│  " : ""
        stack.append(
          (
            child, next.depth + 1, next.below + (child == last ? "└─ " : "├─ "),
            next.below + below
          ))
      }
    }
    return lines
  }
}
