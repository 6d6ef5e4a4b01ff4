// SPDX-License-Identifier: Apache-2.0

import Attribution

extension TopModel {
  /// Does what a key says, and returns what is left for others to do.
  @discardableResult
  package mutating func press(_ key: TopKey) -> TopAction? {
    notice = nil
    // Ctrl-C, whatever is asked for.
    if key == .character("\u{3}") { return .quit }
    switch mode {
    case .table: return pressInTable(key)
    case .filter: pressInFilter(key)
    case .sort(let column): pressInSort(key, column)
    case .details(let tab, let scroll): return pressInDetails(key, tab, scroll)
    case .help(let scroll):
      mode = scrolled(scroll, by: key).map { .help(scroll: $0) } ?? .table
    }
    return nil
  }

  private mutating func pressInTable(_ key: TopKey) -> TopAction? {
    switch key {
    case .up: move(by: -1)
    case .down: move(by: 1)
    case .pageUp: move(by: -pageLines)
    case .pageDown: move(by: pageLines)
    case .home: selection = nil
    case .end: move(by: lines.count)
    case .scroll(let count): move(by: count)
    case .enter: showDetails()
    case .click(.row(let process)):
      let isSelected = selectedRow?.key == process
      selection = process
      if isSelected { showDetails() }
    case .click(.column(let column)): sort(by: column)
    case .character("<"): stepSort(-1)
    case .character(">"): stepSort(1)
    case .function(6): mode = .sort(order.column)
    case .character("/"), .function(4): mode = .filter
    case .escape:
      filter = ""
      refresh()
    case .character("t"), .function(5):
      isTree.toggle()
      refresh()
    default: return pressAnywhere(key)
    }
    return nil
  }

  /// Keys that mean the same in the table and in the details.
  private mutating func pressAnywhere(_ key: TopKey) -> TopAction? {
    switch key {
    case .character(" "): togglePause()
    case .left: step(-1)
    case .right: step(1)
    case .character("?"), .character("h"), .function(1): mode = .help(scroll: 0)
    case .character("r") where !history.isRecorded: return .toggleRecording
    case .character("w"): return .writeReport
    case .character("q"), .function(10): return .quit
    default: break
    }
    return nil
  }

  private mutating func pressInFilter(_ key: TopKey) {
    switch key {
    case .enter: mode = .table
    case .escape:
      filter = ""
      mode = .table
    case .backspace: _ = filter.popLast()
    case .character(let character): if filter.count < 64 { filter.append(character) }
    case .up: move(by: -1)
    case .down: move(by: 1)
    default: break
    }
    refresh()
  }

  private mutating func pressInSort(_ key: TopKey, _ column: TopColumn) {
    let columns = TopColumn.sortable
    let place = columns.firstIndex(of: column) ?? 0
    switch key {
    case .up: mode = .sort(columns[max(0, place - 1)])
    case .down: mode = .sort(columns[min(columns.count - 1, place + 1)])
    case .home: mode = .sort(columns[0])
    case .end: mode = .sort(columns[columns.count - 1])
    case .enter: choose(column)
    case .click(.column(let clicked)): choose(clicked)
    default: mode = .table
    }
  }

  private mutating func pressInDetails(
    _ key: TopKey, _ tab: TopTab, _ scroll: Int
  ) -> TopAction? {
    switch key {
    case .escape, .enter, .backspace, .character("q"): mode = .table
    case .tab: mode = .details(tab.next(1), scroll: 0)
    case .backTab: mode = .details(tab.next(-1), scroll: 0)
    case .click(.tab(let tab)): mode = .details(tab, scroll: 0)
    case .right where held == nil: mode = .details(tab.next(1), scroll: 0)
    case .left where held == nil: mode = .details(tab.next(-1), scroll: 0)
    default:
      if let tab = TopTab(key) {
        mode = .details(tab, scroll: 0)
        return nil
      }
      guard let moved = scrolled(scroll, by: key) else { return pressAnywhere(key) }
      mode = .details(tab, scroll: moved)
    }
    return nil
  }

  /// Nil for a key that does not scroll. The screen knows how far it goes.
  private func scrolled(_ scroll: Int, by key: TopKey) -> Int? {
    switch key {
    case .up: max(0, scroll - 1)
    case .down: scroll + 1
    case .pageUp: max(0, scroll - pageLines)
    case .pageDown: scroll + pageLines
    case .home: 0
    case .scroll(let count): max(0, scroll + count)
    default: nil
    }
  }

  /// The screen has fewer lines than that below the first one shown.
  package mutating func limit(scroll limit: Int) {
    switch mode {
    case .details(let tab, let scroll): mode = .details(tab, scroll: min(scroll, max(0, limit)))
    case .help(let scroll): mode = .help(scroll: min(scroll, max(0, limit)))
    default: break
    }
  }
}
