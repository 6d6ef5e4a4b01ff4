// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings

/// All that the screen shows, and what keys do to it.
package struct TopModel: Sendable {
  package enum Mode: Sendable, Hashable {
    case table
    /// Typing what names must hold.
    case filter
    /// Choosing what to sort by.
    case sort(TopColumn)
    case details(TopTab, scroll: Int)
    case help(scroll: Int)
  }

  package internal(set) var history: TopHistory
  package var host = HostFigures()
  package internal(set) var mode = Mode.table
  package internal(set) var order = TopOrder()
  package internal(set) var filter = ""
  package internal(set) var isTree = false
  /// The interval that is shown; nil for the last one.
  package internal(set) var held: Int?
  package internal(set) var findings: [Finding] = []
  /// Of the process, not of the line, which may move. Nil is whoever is first: until somebody
  /// is chosen, the table stays at its top.
  package internal(set) var selection: ProcessKey?
  /// Something that happened, until the next key.
  package var notice: String?
  /// The lines of the table, sorted and filtered, with what leads to them in the tree.
  package internal(set) var lines: [(row: TopRow, lead: String)] = []
  /// All processes that are there, whatever the filter.
  package internal(set) var rowCount = 0
  package internal(set) var zombieCount = 0
  /// How many lines of the table a page has; the screen says so.
  package var pageLines = 20
  private let user: @Sendable (UInt32) -> String

  /// - Parameter user: the name of a user's id, fit for a terminal.
  package init(
    _ history: TopHistory, user: @escaping @Sendable (UInt32) -> String = { String($0) }
  ) {
    self.history = history
    self.user = user
    refresh()
  }

  /// The interval that is shown.
  package var position: Int { held ?? history.count - 1 }
  package var isPaused: Bool { held != nil && !history.isRecorded }

  /// Takes the next interval of the tracing; where it is paused, what is shown stays.
  package mutating func append(_ interval: Interval) {
    let dropped = history.dropped
    history.append(interval)
    if let held { self.held = max(0, held - (history.dropped - dropped)) }
    if held == nil { refresh() }
  }

  package mutating func note(target: ProcessKey) { history.note(target: target) }

  package mutating func take(_ findings: [Finding]) {
    self.findings = findings
    if held == nil || history.isRecorded { refresh() }
  }

  /// The line of the selection; the first where there is none.
  package var selectedLine: Int {
    lines.firstIndex { $0.row.key == selection } ?? 0
  }

  package var selectedRow: TopRow? {
    lines.indices.contains(selectedLine) ? lines[selectedLine].row : nil
  }

  /// Makes the lines anew.
  mutating func refresh() {
    let all = history.rows(at: position, findings: findings, user: user)
    rowCount = all.count { $0.state != .ended }
    zombieCount = all.count { $0.state == .zombie }
    let line = selectedLine
    let sorted = order.sorted(filtered(all)) { history.name(ofPath: $0.activity.hottest) }
    lines = isTree ? TopTree.lines(sorted) : sorted.map { ($0, "") }
    // Whose process has gone gets the one that took its line.
    if selection != nil, !lines.contains(where: { $0.row.key == selection }) {
      selection = lines.isEmpty ? nil : lines[min(line, lines.count - 1)].row.key
    }
  }

  private func filtered(_ rows: [TopRow]) -> [TopRow] {
    guard !filter.isEmpty else { return rows }
    let words = filter.lowercased()
    return rows.filter {
      $0.name.fitted(.max).lowercased().contains(words) || $0.user.lowercased().contains(words)
        || String($0.key.processID) == words
    }
  }

  // MARK: What keys do

  /// Of one process, wherever it goes meanwhile.
  mutating func showDetails() {
    guard let row = selectedRow else { return }
    selection = row.key
    mode = .details(.paths, scroll: 0)
  }

  mutating func move(by count: Int) {
    guard !lines.isEmpty else { return }
    selection = lines[min(max(0, selectedLine + count), lines.count - 1)].row.key
  }

  mutating func choose(_ column: TopColumn) {
    mode = .table
    sort(by: column)
  }

  /// The same column again turns it round.
  mutating func sort(by column: TopColumn) {
    guard TopColumn.sortable.contains(column) else { return }
    order.isDescending = order.column == column ? !order.isDescending : column.isDescending
    order.column = column
    refresh()
  }

  mutating func stepSort(_ step: Int) {
    let columns = TopColumn.sortable
    let place = columns.firstIndex(of: order.column) ?? 0
    order.column = columns[(place + step + columns.count) % columns.count]
    order.isDescending = order.column.isDescending
    refresh()
  }

  mutating func togglePause() {
    guard !history.isRecorded else { return }
    held = held == nil ? position : nil
    refresh()
  }

  /// Through a recording, or through what is remembered while it is paused.
  mutating func step(_ count: Int) {
    guard history.isRecorded || held != nil, history.count > 0 else { return }
    held = min(max(0, position + count), history.count - 1)
    refresh()
  }
}
