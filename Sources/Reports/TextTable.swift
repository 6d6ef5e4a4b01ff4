// SPDX-License-Identifier: Apache-2.0

import Attribution

/// Rows in aligned columns that together stay within a width.
struct TextTable {
  struct Column {
    var title: String
    var isRight = false
    /// Gives way where the rows would be too wide.
    var isFlexible = false
    /// Its width at most, whatever its cells would take.
    var largest = Int.max
  }

  struct Cell {
    var text: String
    var role: TextRole = .plain
    /// The text in at most so many cells.
    var shorten: @Sendable (Int) -> String

    init(_ text: String, _ role: TextRole = .plain) {
      self.text = text
      self.role = role
      shorten = { ForeignText.clip(text, $0) }
    }

    /// A path, which is cut in its middle.
    static func path(_ text: String) -> Cell {
      var cell = Cell(text)
      cell.shorten = { ForeignText.fit(text, $0) }
      return cell
    }

    static func process(_ name: ProcessName) -> Cell {
      var cell = Cell(name.fitted(.max))
      cell.shorten = { name.fitted($0) }
      return cell
    }
  }

  private enum Row {
    case cells([Cell])
    case line(TextLine)
  }

  private static let gap = 2
  private static let smallestFlexible = 12
  private let columns: [Column]
  private var rows: [Row] = []

  init(_ columns: [Column]) {
    self.columns = columns
  }

  mutating func append(_ cells: [Cell]) {
    rows.append(.cells(cells))
  }

  /// A line across all columns.
  mutating func append(line: TextLine) {
    rows.append(.line(line))
  }

  /// The titles and the rows.
  func lines(width: Int) -> [TextLine] {
    let widths = columnWidths(within: width)
    let titles = columns.map { Cell($0.title, .heading) }
    return [line(titles, widths)]
      + rows.map { row in
        switch row {
        case .cells(let cells): line(cells, widths)
        case .line(let line): line
        }
      }
  }

  private func line(_ cells: [Cell], _ widths: [Int]) -> TextLine {
    var spans: [(text: String, role: TextRole)] = []
    for (place, cell) in cells.enumerated() {
      let text =
        ForeignText.width(cell.text) > widths[place]
        ? cell.shorten(widths[place]) : cell.text
      let blank = String(repeating: " ", count: max(0, widths[place] - ForeignText.width(text)))
      if place > 0 { spans.append((String(repeating: " ", count: Self.gap), .plain)) }
      if columns[place].isRight { spans.append((blank, .plain)) }
      spans.append((text, cell.role))
      if !columns[place].isRight { spans.append((blank, .plain)) }
    }
    return TextLine(spans: spans)
  }

  private func columnWidths(within width: Int) -> [Int] {
    var widths = columns.map { ForeignText.width($0.title) }
    for case .cells(let cells) in rows {
      for (place, cell) in cells.enumerated() {
        let wanted = min(ForeignText.width(cell.text), columns[place].largest)
        widths[place] = max(widths[place], wanted)
      }
    }
    // The widest flexible column gives first, until all fit or none can give.
    var excess = widths.reduce(0, +) + Self.gap * (columns.count - 1) - width
    let flexible = columns.indices.filter { columns[$0].isFlexible }
    while excess > 0, let widest = flexible.max(by: { widths[$0] < widths[$1] }),
      widths[widest] > Self.smallestFlexible
    {
      let second = flexible.filter { $0 != widest }.map { widths[$0] }.max() ?? 0
      let floor = max(second - 1, Self.smallestFlexible)
      let step = min(excess, max(1, widths[widest] - floor))
      widths[widest] -= step
      excess -= step
    }
    return widths
  }
}
