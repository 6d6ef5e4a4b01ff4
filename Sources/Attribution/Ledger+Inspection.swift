// SPDX-License-Identifier: Apache-2.0

import Events

/// What is written to terminals, examined as it comes and kept as numbers only.
struct InspectionAccount {
  private struct Place: Hashable {
    var process: ProcessIndex
    var terminal: TerminalIndex
  }

  private var inspectors: [Place: TerminalInspector] = [:]

  mutating func take(
    _ text: TerminalText, process: ProcessIndex, terminal: TerminalIndex
  ) {
    inspectors[Place(process: process, terminal: terminal), default: TerminalInspector()]
      .feed(text.bytes, untold: UInt64(text.untold))
  }

  /// What was counted since the last call.
  mutating func drain() -> [TerminalInspection] {
    var inspections: [TerminalInspection] = []
    for place in inspectors.keys {
      guard let found = inspectors[place]?.drain() else { continue }
      inspections.append(
        TerminalInspection(
          process: place.process, terminal: place.terminal, figures: found.figures,
          markedFrames: found.markedFrames))
    }
    return inspections
  }

  /// The same of one place, and without its marked frames.
  mutating func drain(process: ProcessIndex, terminal: TerminalIndex) -> InspectedFigures? {
    inspectors[Place(process: process, terminal: terminal)]?.drain()?.figures
  }

  mutating func forget(_ process: ProcessIndex) {
    for place in inspectors.keys where place.process == process { inspectors[place] = nil }
  }
}

extension Ledger {
  /// What the pieces before this write did to the screen; nil where nothing was examined.
  ///
  /// Takes it out of the interval: for those who tell single writes, and no intervals.
  public mutating func takeInspection(of write: TerminalWrite) -> InspectedFigures? {
    let (process, terminal) = indices(of: write)
    return inspections.drain(process: process, terminal: terminal)
  }
}
