// SPDX-License-Identifier: Apache-2.0

import Attribution

/// How a piece of text stands out; a screen without colours has brightness alone.
package enum ScreenStyle: Sendable, Hashable {
  case plain, dim, bold, heading, selected, warning, critical
}

/// A row of the screen, of pieces side by side.
package struct ScreenLine: Sendable, Hashable {
  package struct Piece: Sendable, Hashable {
    package var text: String
    package var style: ScreenStyle
    /// What a click on it means.
    package var target: TopTarget?
    /// Cells.
    package var width: Int
  }

  package private(set) var pieces: [Piece] = []
  /// Cells.
  package private(set) var width = 0

  package init() {}

  package init(_ text: String, _ style: ScreenStyle = .plain) {
    append(text, style)
  }

  package mutating func append(
    _ text: String, _ style: ScreenStyle = .plain, target: TopTarget? = nil
  ) {
    if text.isEmpty { return }
    let cells = ForeignText.width(text)
    if let last = pieces.indices.last, pieces[last].style == style, pieces[last].target == target {
      pieces[last].text += text
      pieces[last].width += cells
    } else {
      pieces.append(Piece(text: text, style: style, target: target, width: cells))
    }
    width += cells
  }

  /// Blanks up to a column.
  package mutating func pad(
    to column: Int, _ style: ScreenStyle = .plain, target: TopTarget? = nil
  ) {
    append(String(repeating: " ", count: max(0, column - width)), style, target: target)
  }

  /// The text in a field: cut, or filled up, to just so many cells.
  package mutating func field(
    _ text: String, _ cells: Int, isRight: Bool = false, _ style: ScreenStyle = .plain,
    target: TopTarget? = nil
  ) {
    let cut = ForeignText.clip(text, cells)
    let blank = String(repeating: " ", count: max(0, cells - ForeignText.width(cut)))
    append(isRight ? blank + cut : cut + blank, style, target: target)
  }

  /// What fits in so many cells.
  package func clipped(_ cells: Int) -> ScreenLine {
    if width <= cells { return self }
    var line = ScreenLine()
    for piece in pieces where line.width < cells {
      line.append(
        ForeignText.clip(piece.text, cells - line.width), piece.style, target: piece.target)
    }
    return line
  }

  /// All of it in one style, with its targets.
  func restyled(_ style: ScreenStyle) -> ScreenLine {
    var line = ScreenLine()
    for piece in pieces { line.append(piece.text, style, target: piece.target) }
    return line
  }

  package var text: String { pieces.map(\.text).joined() }

  /// What is under a column.
  package func target(at column: Int) -> TopTarget? {
    var end = 0
    for piece in pieces {
      end += piece.width
      if column < end { return piece.target }
    }
    return nil
  }
}

/// What the screen shows: a grid of cells, as lines that each fit its width.
package struct ScreenText: Sendable, Hashable {
  package let columns: Int
  package let rows: Int
  package private(set) var lines: [ScreenLine] = []

  package init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// Lines that do not fit are left out.
  mutating func append(_ line: ScreenLine) {
    if lines.count < rows { lines.append(line.clipped(columns)) }
  }

  /// Empty lines, so that so many are left.
  mutating func fill(leaving left: Int) {
    while lines.count < rows - left { lines.append(ScreenLine()) }
  }

  package func target(row: Int, column: Int) -> TopTarget? {
    lines.indices.contains(row) ? lines[row].target(at: column) : nil
  }
}
