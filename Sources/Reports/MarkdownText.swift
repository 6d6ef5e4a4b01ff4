// SPDX-License-Identifier: Apache-2.0

import Attribution

/// Text that came from another process, made fit for Markdown as GitHub renders it, in a table
/// as elsewhere.
///
/// What goes in is encoded by `ForeignText` already: one line, without control characters.
package enum MarkdownText {
  /// A code span, in which nothing is a mark, a link or a mention.
  ///
  /// - Parameter inTable: a `|` ends a cell there even in code, unless a backslash precedes it,
  ///   which is no part of the code then.
  package static func code(_ text: String, inTable: Bool = false) -> String {
    guard !text.isEmpty else { return "`''`" }
    let fence = String(repeating: "`", count: longestRun(of: "`", in: text) + 1)
    let needsRoom =
      text.hasPrefix("`") || text.hasSuffix("`") || text.hasPrefix(" ") && text.hasSuffix(" ")
    let pad = needsRoom ? " " : ""
    let shown = inTable ? escaped(text) { $0 == "|" ? "\\|" : nil } : text
    return fence + pad + shown + pad + fence
  }

  /// A sentence in which nothing is a mark.
  package static func plain(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var result = ""
    for (place, scalar) in scalars.enumerated() {
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "|", "~", "{", "}", "!": result += "\\\(scalar)"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "$": result += "&#36;"
      // A comment keeps what is on its two sides from being a link, a mention or an issue.
      case "@", "#": result += "\(scalar)<!-- -->"
      case "/" where scalars[..<place].last == "/": result += "<!-- -->/"
      case "." where scalars[..<place].suffix(3).isWorldWideWeb: result += "<!-- -->."
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A block of code of one line.
  package static func block(_ text: String, language: String) -> [String] {
    let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: text) + 1))
    return [fence + language, text, fence]
  }

  private static func escaped(
    _ text: String, _ escape: (Unicode.Scalar) -> String?
  ) -> String {
    text.unicodeScalars.map { escape($0) ?? String($0) }.joined()
  }

  private static func longestRun(of scalar: Unicode.Scalar, in text: String) -> Int {
    var longest = 0
    var run = 0
    for other in text.unicodeScalars {
      run = other == scalar ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}

extension ArraySlice<Unicode.Scalar> {
  fileprivate var isWorldWideWeb: Bool { count == 3 && allSatisfy { $0 == "w" || $0 == "W" } }
}

/// A table as GitHub's flavour of Markdown has it.
struct MarkdownTable {
  private let columns: [(title: String, isRight: Bool)]
  private var rows: [[String]] = []

  /// - Parameter columns: titles; one that ends in a colon is for figures, which are put right.
  init(_ columns: [String]) {
    self.columns = columns.map { $0.hasSuffix(":") ? (String($0.dropLast()), true) : ($0, false) }
  }

  /// - Parameter cells: Markdown, fit for a table.
  mutating func append(_ cells: [String]) {
    rows.append(cells)
  }

  var lines: [String] {
    [
      "| " + columns.map(\.title).joined(separator: " | ") + " |",
      "|" + columns.map { $0.isRight ? "---:|" : "---|" }.joined(),
    ] + rows.map { "| " + $0.joined(separator: " | ") + " |" }
  }
}
