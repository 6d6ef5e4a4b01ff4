// SPDX-License-Identifier: Apache-2.0

import Attribution

/// The model as a screen of some size.
package struct TopScreen {
  let model: TopModel
  let columns: Int
  let rows: Int

  /// What there is to see, and how many lines a page has.
  ///
  /// - Parameters:
  ///   - model: learns how far it can be scrolled.
  ///   - columns: of the window, at least 1.
  ///   - rows: of the window, at least 1.
  package static func draw(_ model: inout TopModel, columns: Int, rows: Int) -> ScreenText {
    let screen = TopScreen(model: model, columns: max(1, columns), rows: max(1, rows))
    let frame = screen.frame
    model.pageLines = frame.body
    var text = ScreenText(columns: screen.columns, rows: screen.rows)
    for line in screen.headerLines.prefix(frame.header) { text.append(line) }
    switch model.mode {
    case .details(let tab, let scroll):
      let lines = screen.detailLines(tab)
      model.limit(scroll: lines.count - frame.body)
      for line in screen.detailTitles(tab).prefix(frame.title) { text.append(line) }
      screen.append(lines, from: scroll, frame.body, to: &text)
    case .help(let scroll):
      model.limit(scroll: screen.helpLines.count - frame.body - frame.title)
      screen.append(screen.helpLines, from: scroll, frame.body + frame.title, to: &text)
    case .sort(let column):
      screen.appendSortMenu(column, frame.body + frame.title, to: &text)
    case .table, .filter:
      screen.appendTable(frame, to: &text)
    }
    text.fill(leaving: frame.footer)
    for line in screen.footerLines.suffix(frame.footer) { text.append(line) }
    return text
  }

  private func append(
    _ lines: [ScreenLine], from scroll: Int, _ room: Int, to text: inout ScreenText
  ) {
    let first = min(scroll, max(0, lines.count - room))
    for line in lines.dropFirst(first).prefix(room) { text.append(line) }
  }

  // MARK: Room

  /// Lines of each part; a low window does without the ornaments first.
  struct Frame: Equatable {
    var header = 0
    var title = 0
    var body = 1
    var footer = 0
  }

  var frame: Frame {
    var frame = Frame()
    var left = rows - 1
    let wanted = [
      (\Frame.title, titleCount), (\Frame.footer, 1), (\Frame.header, 1), (\Frame.body, 3),
      (\Frame.footer, 2), (\Frame.header, headerLines.count),
    ]
    for (part, count) in wanted {
      let more = min(left, max(0, count - frame[keyPath: part]))
      frame[keyPath: part] += more
      left -= more
    }
    frame.body += left
    return frame
  }

  private var titleCount: Int {
    if case .details = model.mode { 2 } else { 1 }
  }
}
