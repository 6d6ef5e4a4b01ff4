// SPDX-License-Identifier: Apache-2.0

import Attribution

/// A column of the table, and what rows are sorted by.
package enum TopColumn: Int, CaseIterable, Sendable, Hashable {
  case finding, processID, user, lookups, failed, opens, hottestRate, hottestPath, output, frames
  case children, masters, descriptors, cpu, history, name

  package var title: String {
    switch self {
    case .finding: "!"
    case .processID: "PID"
    case .user: "USER"
    case .lookups: "LOOKUPS/S"
    case .failed: "FAILED"
    case .opens: "OPENS/S"
    case .hottestRate: "/S"
    case .hottestPath: "HOTTEST PATH"
    case .output: "TTY B/S"
    case .frames: "FRAMES/S"
    case .children: "A/Z/LEFT"
    case .masters: "MASTERS"
    case .descriptors: "FDS"
    case .cpu: "CPU %"
    case .history: "LOOKUPS"
    case .name: "PROCESS"
    }
  }

  /// Cells; those of a column that gives way are its least.
  var width: Int {
    switch self {
    case .finding: 1
    case .processID: 7
    case .user: 8
    case .hottestPath: 24
    case .hottestRate: 6
    case .history: 16
    case .name: 20
    case .output, .descriptors: 7
    case .cpu: 5
    default: title.count
    }
  }

  var isRight: Bool {
    switch self {
    case .finding, .user, .hottestPath, .history, .name: false
    default: true
    }
  }

  /// Takes what the others leave.
  var isFlexible: Bool { self == .hottestPath || self == .name }

  /// The first of them stay in the smallest window.
  private static let byImportance: [TopColumn] = [
    .processID, .name, .lookups, .finding, .failed, .output, .cpu, .children, .user, .descriptors,
    .frames, .hottestRate, .hottestPath, .opens, .masters, .history,
  ]

  static let gap = 1

  /// The columns that fit, from left to right, with their widths.
  static func fitting(_ width: Int) -> [(column: TopColumn, width: Int)] {
    var chosen: Set<TopColumn> = []
    var used = -gap
    for column in byImportance {
      let more = column.width + gap
      // A rate without its path says nothing.
      let needed = column == .hottestRate ? more + TopColumn.hottestPath.width + gap : more
      guard used + needed <= width || chosen.isEmpty else { break }
      chosen.insert(column)
      used += more
    }
    let columns = allCases.filter(chosen.contains)
    let flexible = columns.filter(\.isFlexible)
    let spare = max(0, width - used)
    return columns.map { column in
      guard let place = flexible.firstIndex(of: column) else {
        return (column, min(column.width, max(1, width)))
      }
      // The name gets half, and the odd cell.
      let share = spare / flexible.count
      let isLast = place == flexible.count - 1
      return (column, column.width + (isLast ? spare - share * place : share))
    }
  }

  /// What rows are sorted by: those with something to compare.
  package static let sortable: [TopColumn] = allCases.filter { $0 != .history }

  /// The most first, but names and numbers from the start.
  var isDescending: Bool {
    switch self {
    case .processID, .user, .hottestPath, .name: false
    default: true
    }
  }

  /// How a sort menu calls it.
  var label: String {
    switch self {
    case .finding: "FINDING"
    case .hottestRate: "HOTTEST PATH /S"
    default: title
    }
  }
}
