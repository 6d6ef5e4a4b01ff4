// SPDX-License-Identifier: Apache-2.0

import Attribution
import Recording

extension TextReport {
  /// A row for each process and terminal whose output was examined; nothing where none was.
  var inspectionSection: [TextLine] {
    let rows = rankedTerminals.filter { $0.inspected != nil }
    guard !rows.isEmpty else { return [] }
    var table = TextTable([
      .init(title: "INSPECTED"),
      .init(title: "BYTES", isRight: true),
      .init(title: "CLEARS", isRight: true),
      .init(title: "MOVES", isRight: true),
      .init(title: "CLUSTERS", isRight: true),
      .init(title: "/S", isRight: true),
      .init(title: "FRAMES BY"),
      .init(title: "PID", isRight: true),
      .init(title: "PROCESS", isFlexible: true),
    ])
    for row in rows.prefix(options.processes) {
      guard let inspected = row.inspected else { continue }
      table.append([
        .init(row.terminal.name),
        .init(Figures.bytes(inspected.bytes), inspected.bytes < row.bytes ? .alarm : .plain),
        .init(Figures.cell(inspected.fullClears)),
        .init(Figures.cell(inspected.cursorMoves)),
        .init(Figures.cell(inspected.graphemeClusters)),
        .init(Figures.rate(run.perSecond(inspected.graphemeClusters))),
        .init(row.frameSource == .markers ? "markers" : "pauses"),
        .init(String(row.process.processID)),
        .process(name(row.process)),
      ])
    }
    return table.lines(width: options.width)
  }
}
