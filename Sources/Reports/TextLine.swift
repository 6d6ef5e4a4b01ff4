// SPDX-License-Identifier: Apache-2.0

import Attribution

/// What a piece of text is to its reader.
package enum TextRole: Sendable {
  case plain, heading, alarm, warning, faint

  /// Select Graphic Rendition parameters.
  fileprivate var parameters: String? {
    switch self {
    case .plain: nil
    case .heading: "1"
    case .alarm: "1;31"
    case .warning: "1;33"
    case .faint: "2"
    }
  }
}

/// One line of a report, in pieces that look different.
package struct TextLine {
  package var spans: [(text: String, role: TextRole)]

  init(_ text: String = "", _ role: TextRole = .plain) {
    spans = [(text, role)]
  }

  init(spans: [(text: String, role: TextRole)]) {
    self.spans = spans
  }

  /// The line without spaces at its end, and cut where it would pass `width` cells.
  func rendered(_ style: TextStyle, width: Int) -> String {
    var left = width
    var line = ""
    for (text, role) in spans.droppingTrailingSpaces() {
      let piece = ForeignText.clip(text, left)
      left -= ForeignText.width(piece)
      if style == .coloured, let parameters = role.parameters, !piece.isEmpty {
        line += "\u{1b}[\(parameters)m\(piece)\u{1b}[0m"
      } else {
        line += piece
      }
    }
    return line
  }
}

extension TextLine {
  /// A sentence broken between words, within a width.
  ///
  /// - Parameters:
  ///   - first: before the first line; its cells are its own.
  ///   - indent: before the others.
  package static func wrapped(
    _ sentence: String, width: Int, first: [(text: String, role: TextRole)] = [], indent: String,
    _ role: TextRole = .plain
  ) -> [TextLine] {
    var lines: [TextLine] = []
    var start = first
    var used = first.reduce(0) { $0 + ForeignText.width($1.text) }
    var line = ""
    for word in sentence.split(separator: " ") {
      let cells = ForeignText.width(String(word))
      if !line.isEmpty, used + 1 + cells > width {
        lines.append(TextLine(spans: start + [(line, role)]))
        (start, used, line) = ([(indent, .plain)], ForeignText.width(indent), "")
      }
      used += (line.isEmpty ? 0 : 1) + cells
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [TextLine(spans: start + [(line, role)])]
  }
}

extension [(text: String, role: TextRole)] {
  fileprivate func droppingTrailingSpaces() -> Self {
    var spans = self
    while var last = spans.popLast() {
      while last.text.last == " " { last.text.removeLast() }
      if last.text.isEmpty { continue }
      return spans + [last]
    }
    return []
  }
}
