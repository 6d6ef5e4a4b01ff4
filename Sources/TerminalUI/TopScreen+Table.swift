// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings
import Reports

extension TopScreen {
  func appendTable(_ frame: Frame, to text: inout ScreenText) {
    let widths = TopColumn.fitting(columns)
    if frame.title > 0 { text.append(titleLine(widths)) }
    let selected = model.selectedLine
    // The selection is on the page; it moves only as far as it must.
    let last = max(0, model.lines.count - frame.body)
    let first = min(last, max(0, selected - frame.body / 2))
    let shown = model.lines.indices.dropFirst(first).prefix(frame.body)
    for place in shown {
      let line = tableLine(model.lines[place], widths)
      text.append(place == selected ? line.restyled(.selected) : line)
    }
    if model.lines.isEmpty, let sentence = emptySentence { text.append(ScreenLine(sentence, .dim)) }
  }

  private var emptySentence: String? {
    if !model.filter.isEmpty { return "No process matches the filter; Esc clears it." }
    return model.history.count == 0 ? "Waiting for the first interval." : "No process is there."
  }

  private func titleLine(_ widths: [(column: TopColumn, width: Int)]) -> ScreenLine {
    var line = ScreenLine()
    for (column, width) in widths {
      if line.width > 0 { line.append(" ", .heading) }
      let isOrder = column == model.order.column
      line.field(
        column.title, width, isRight: column.isRight, isOrder ? .selected : .heading,
        target: .column(column))
    }
    return line
  }

  private func tableLine(
    _ entry: (row: TopRow, lead: String), _ widths: [(column: TopColumn, width: Int)]
  ) -> ScreenLine {
    let (row, lead) = entry
    var line = ScreenLine()
    let target = TopTarget.row(row.key)
    for (column, width) in widths {
      if line.width > 0 { line.append(" ", target: target) }
      let (text, style) = cell(column, row, lead, width)
      line.field(
        text, width, isRight: column.isRight, row.state == .alive ? style : .dim, target: target)
    }
    return line
  }

  private func cell(
    _ column: TopColumn, _ row: TopRow, _ lead: String, _ width: Int
  ) -> (String, ScreenStyle) {
    let activity = row.activity
    switch column {
    case .finding:
      guard let finding = row.finding else { return ("", .plain) }
      return (finding.confidence == .inconclusive ? "?" : "!", finding.severity.style)
    case .processID: return (String(row.key.processID), .plain)
    case .user: return (row.user, .plain)
    case .lookups: return (Figures.rate(row.rate(activity.lookups)), .plain)
    case .failed: return (Figures.share(activity.failedLookups, of: activity.lookups), .plain)
    case .opens: return (Figures.rate(row.rate(activity.opens)), .plain)
    case .hottestRate: return (Figures.rate(row.rate(activity.hottestCount)), .plain)
    case .hottestPath:
      return (ForeignText.fit(model.history.name(ofPath: activity.hottest), width), .plain)
    case .output: return (Figures.byteRate(row.rate(activity.outputBytes)), .plain)
    case .frames: return (Figures.rate(row.rate(activity.frames)), .plain)
    case .children: return (children(row), row.children.zombies > 0 ? .bold : .plain)
    case .masters: return (Figures.cell(row.masters), .plain)
    case .descriptors: return (row.descriptors.map(Figures.cell) ?? "?", .plain)
    case .cpu: return (percent(row.cpuPercent), .plain)
    case .history: return (history(row, width), .plain)
    case .name:
      let room = max(0, width - lead.count)
      let ending = row.state == .zombie ? " (zombie)" : row.state == .ended ? " (ended)" : ""
      let name = shortened(row.name, max(0, room - ending.count))
      return (ForeignText.clip(lead, max(0, width - 1)) + name + ending, .plain)
    }
  }

  /// The command; where there is little room, an interpreter with its script goes before the
  /// other arguments.
  private func shortened(_ name: ProcessName, _ cells: Int) -> String {
    if name.title == name.short || ForeignText.width(name.command) <= cells {
      return name.fitted(cells)
    }
    return ForeignText.clip(name.title + " …", cells)
  }

  /// `3/1/0`, or a dash where it has none of any.
  private func children(_ row: TopRow) -> String {
    let counts = row.children
    if counts == TopRow.Children() { return Figures.none }
    return "\(counts.alive)/\(counts.zombies)/\(counts.survivors)"
  }

  /// Its lookups by interval until now; blank where it made none.
  private func history(_ row: TopRow, _ width: Int) -> String {
    let series = model.history.series(row.index, to: model.position, count: width) {
      Double($0.lookups)
    }
    guard let top = series.max(), top > 0 else { return "" }
    return Sparkline.text(series, top: top, cells: width)
  }

  // MARK: The sort menu

  func appendSortMenu(_ chosen: TopColumn, _ room: Int, to text: inout ScreenText) {
    text.append(ScreenLine("Sort by", .heading))
    let columns = TopColumn.sortable
    let place = columns.firstIndex(of: chosen) ?? 0
    let first = min(max(0, columns.count - (room - 1)), max(0, place - (room - 1) / 2))
    for column in columns.dropFirst(first).prefix(max(0, room - 1)) {
      var line = ScreenLine()
      line.field(
        " " + column.label, 24, column == chosen ? .selected : .plain, target: .column(column))
      text.append(line)
    }
  }
}

extension Finding.Severity {
  var style: ScreenStyle {
    switch self {
    case .notice: .bold
    case .warning: .warning
    case .critical: .critical
    }
  }
}
