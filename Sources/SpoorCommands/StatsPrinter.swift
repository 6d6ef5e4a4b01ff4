// SPDX-License-Identifier: Apache-2.0

import Attribution
import Glibc
import Reports

/// Prints a table at the end of each interval, or a JSON object.
final class StatsPrinter: EventPump {
  private let isJSON: Bool
  private let style = TextStyle.forStream(STDOUT_FILENO)
  private var output = LineBuffer()
  private var clock = WallClock()
  private var window = WindowWidth()
  private var account = ActivityAccount()
  private var failure: (any Error)?

  /// Where no terminal says how wide it is.
  private static let standardWidth = 100

  init(isJSON: Bool) {
    self.isJSON = isJSON
    super.init()
  }

  override func take(_ interval: Interval) {
    let rows = account.take(interval)
    if isJSON {
      do {
        let document = ActivityDocument(
          rows, of: interval, time: clock.wallTime(interval.end))
        output.append(Array(try document.encoded().utf8))
      } catch {
        failure = error
      }
    } else {
      _ = window.update()
      var time = LineBuffer()
      clock.append(interval.end, digits: 3, to: &time)
      let table = TextActivity(
        rows, of: interval, time: String(decoding: time.bytes, as: UTF8.self),
        width: window.cells ?? Self.standardWidth)
      output.append(Array(table.text(style).utf8))
    }
    output.flush()
  }

  override func ended(at time: UInt64) throws {
    if let failure { throw failure }
    try output.requireWritten()
  }

  override var wantsToStop: Bool { output.isClosed || failure != nil }

  override var wantsUsage: Bool { false }

  override var printsToOutput: Bool { true }
}
