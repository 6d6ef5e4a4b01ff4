// SPDX-License-Identifier: Apache-2.0

import Attribution
import CNcurses

/// Text as ncurses' cells: what the C library takes for as wide as we do, and nothing else.
struct CellMaker {
  /// Whether characters beyond ASCII can be shown.
  let isUnicode: Bool

  /// What stands for our own ornaments where there is only ASCII.
  private static let plain: [Unicode.Scalar: Unicode.Scalar] = [
    "…": "~", "│": "|", "├": "|", "└": "`", "─": "-", "↑": "^", "↓": "v", "←": "<", "→": ">",
    "▁": "_", "▂": ".", "▃": ":", "▄": "-", "▅": "=", "▆": "+", "▇": "*", "█": "#",
  ]

  /// As many cells as `ForeignText.width` says.
  func cells(of text: String, _ attributes: attr_t, _ pair: Int16) -> [cchar_t] {
    var cells: [cchar_t] = []
    cells.reserveCapacity(text.utf8.count)
    var pending: [Int32] = []
    func flush() {
      guard !pending.isEmpty else { return }
      cells.append(spoor_cell(pending + [0], attributes, pair))
      pending.removeAll(keepingCapacity: true)
    }
    for scalar in text.unicodeScalars {
      let width = scalar.isASCII ? 1 : ForeignText.width(String(scalar))
      // A mark joins its character: setcchar takes five in all.
      if width == 0 {
        if isUnicode, !pending.isEmpty, pending.count < 5 {
          pending.append(Int32(bitPattern: scalar.value))
        }
        continue
      }
      flush()
      pending = [Int32(bitPattern: shown(scalar, width).value)]
      // What the C library takes for another width is a question mark for each cell.
      if pending[0] == 0x3f, width == 2 {
        flush()
        pending = [0x3f]
      }
    }
    flush()
    return cells
  }

  private func shown(_ scalar: Unicode.Scalar, _ width: Int) -> Unicode.Scalar {
    if scalar.isASCII { return scalar }
    guard isUnicode else { return Self.plain[scalar] ?? "?" }
    return Int(spoor_character_width(scalar.value)) == width ? scalar : "?"
  }
}
