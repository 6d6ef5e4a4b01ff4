// SPDX-License-Identifier: Apache-2.0

import Attribution

/// How wide the columns of a line are: time, process id, process, operation, result, and what it
/// was about.
struct TraceColumns {
  /// Cells of the terminal; nil where lines are not to be cut.
  let width: Int?
  /// Of the second's fraction.
  let timeDigits: Int
  let process: Int
  let operation: Int
  let result: Int

  init(width: Int?, isTree: Bool) {
    self.width = width
    // Else the wide columns would leave a path less than 40 cells.
    let isWide = width ?? .max >= (isTree ? 124 : 112)
    timeDigits = isWide ? 6 : 3
    process = (isWide ? 16 : 12) + (isTree ? isWide ? 12 : 4 : 0)
    operation = isWide ? 18 : 11
    result = isWide ? 13 : 8
  }

  var time: Int { 9 + timeDigits }

  var operationStart: Int { time + 1 + 7 + 1 + process + 1 }

  var title: [UInt8] {
    var line = LineBuffer()
    func pad(_ text: StaticString, to width: Int) {
      let start = line.bytes.count
      line.append(text)
      line.pad(from: start, to: width)
    }
    pad("TIME", to: time)
    line.append("     PID ")
    pad("PROCESS", to: process + 1)
    pad("OPERATION", to: operation)
    pad("RESULT", to: result)
    fit(&line, line: 0, path: 0)
    line.append("\n")
    return line.bytes
  }

  /// Cuts a line that is wider than the terminal, so that it stays one row.
  ///
  /// - Parameters:
  ///   - line: where it begins in the output, whose end is its end.
  ///   - path: where its path begins, which is cut in the middle; the line's beginning for none.
  func fit(_ output: inout LineBuffer, line: Int, path: Int) {
    // No character takes more cells than bytes.
    guard let width, output.bytes.count - line > width else { return }
    let head = String(decoding: output.bytes[line..<path], as: UTF8.self)
    let left = width - ForeignText.width(head)
    let isRoomy = path > line && left >= 8
    let start = isRoomy ? path : line
    let text = String(decoding: output.bytes[start...], as: UTF8.self)
    let cut = isRoomy ? ForeignText.fit(text, left) : ForeignText.clip(text, width)
    output.replace(from: start, with: Array(cut.utf8))
  }
}
