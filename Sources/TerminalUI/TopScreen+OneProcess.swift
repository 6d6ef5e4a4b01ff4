// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Reports

extension TopScreen {
  // MARK: Descriptors

  func descriptorLines(_ process: TracedProcess) -> [ScreenLine] {
    guard let use = process.descriptors else {
      return [ScreenLine("No pass over descriptors has found it yet.", .dim)]
    }
    var lines = table(
      [("NOW", 9), ("FIRST", 9), ("PEAK", 9)], "CLASS",
      DescriptorClass.allCases.filter { use.peak[$0] > 0 }.map { each in
        (
          [use.last, use.first, use.peak].map { Figures.cell($0[each]) },
          { ForeignText.clip(each.name, $0) }
        )
      }, none: "It has none.")
    lines.append(ScreenLine())
    lines.append(
      ScreenLine("\(Figures.grouped(use.last.total)) open, of \(Figures.count(use.limit)) allowed"))
    let masters = use.masters
    if masters.masters > 0 {
      lines.append(
        ScreenLine(
          "pty masters: \(masters.slaveOpen) with an open slave, \(masters.slaveClosed) whose slave "
            + "is closed, \(masters.slaveNeverOpened) whose slave was never opened"))
    }
    if use.inotifyInstances > 0 {
      lines.append(
        ScreenLine(
          "inotify: \(Figures.grouped(use.inotifyInstances)) instances, "
            + "\(Figures.grouped(use.inotifyWatches)) watches"))
    }
    if use.repeatedCount > 0 {
      let path = ForeignText.fit(ForeignText.encode(use.repeatedPath), max(8, columns - 16))
      lines.append(ScreenLine("\(Figures.grouped(use.repeatedCount)) times \(path)"))
    }
    return lines
  }

  // MARK: Timeline

  func timelineLines(_ row: TopRow) -> [ScreenLine] {
    let room = max(1, columns - 36)
    let figures: [(String, (Activity) -> Double, (Double) -> String)] = [
      ("lookups/s", { Double($0.lookups) }, { Figures.rate($0) }),
      ("failed/s", { Double($0.failedLookups) }, { Figures.rate($0) }),
      ("opens/s", { Double($0.opens) }, { Figures.rate($0) }),
      ("tty B/s", { Double($0.outputBytes) }, { Figures.byteRate($0) }),
      ("frames/s", { Double($0.frames) }, { Figures.rate($0) }),
      ("cpu %", { $0.cpuSeconds * 100 }, { percent($0) }),
    ]
    var title = ScreenLine()
    title.field("", 10, .heading)
    title.field("NOW", 12, isRight: true, .heading)
    title.field("MOST", 12, isRight: true, .heading)
    let spans = model.history.timeline.intervals
    let count = min(room, model.position + 1)
    let seconds = spans.prefix(model.position + 1).suffix(count).reduce(0) { $0 + $1.duration }
    title.append("  \(Figures.value(seconds, unit: "s")) UNTIL NOW", .heading)
    return [title]
      + figures.map { label, figure, shown in
        let counts = model.history.series(row.index, to: model.position, count: room, figure)
        let rates = zip(counts, spans.prefix(model.position + 1).suffix(counts.count)).map {
          $1.duration > 0 ? $0 / $1.duration : 0
        }
        let top = rates.max() ?? 0
        var line = ScreenLine()
        line.field(label, 10)
        line.field(shown(rates.last ?? 0), 12, isRight: true)
        line.field(shown(top), 12, isRight: true)
        line.append("  " + Sparkline.text(rates, top: top, cells: room))
        return line
      }
  }
}
