// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Glibc

/// Prints a line per event, as text or as a JSON object.
final class TracePrinter: EventPump {
  /// Nil when nothing is left out.
  private let filter: TraceFilter?
  private var lines: TraceLines
  private var window = WindowWidth()

  init(filter: TraceFilter, isJSON: Bool, isTree: Bool) {
    self.filter = filter.wantsEverything ? nil : filter
    lines = TraceLines(isJSON: isJSON, isTree: isTree, width: window.cells)
    super.init()
  }

  override func take(_ event: Event) {
    super.take(event)
    if window.update() { lines.fit(width: window.cells) }
    if case .terminalWrite(let write) = event {
      lines.screen = ledger.takeInspection(of: write)
    }
    if let filter, !filter.accepts(event, ledger) {
      lines.skip(event, ledger)
    } else {
      lines.append(event, ledger)
    }
    ledger.skipNewPaths()
  }

  override func take(_ interval: Interval) {
    lines.forgetNames(ledger)
  }

  override func started(target: UInt32?) throws {
    lines.appendTitle()
  }

  override func ended(at time: UInt64) throws {
    try lines.output.requireWritten()
  }

  /// Whatever the filter: the user asked for it.
  override func mark(_ name: String, at time: UInt64) {
    lines.appendMark(name, at: time)
  }

  override func drained() {
    lines.flush()
  }

  override var wantsToStop: Bool { lines.isClosed }

  override var wantsUsage: Bool { false }

  override var printsToOutput: Bool { true }
}
