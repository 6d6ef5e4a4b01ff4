// SPDX-License-Identifier: Apache-2.0

import Glibc
import Probe

/// Prints times since boot as local time of day, with the second's text kept.
struct WallClock {
  private let offset = BootClock.wallOffset
  private var second: UInt64 = .max
  private var text: [UInt8] = []

  /// Nanoseconds since 1970.
  func wallTime(_ time: UInt64) -> UInt64 { time &+ offset }

  /// `HH:MM:SS.mmmmmm`
  ///
  /// - Parameter digits: of the second's fraction: 3 or 6.
  mutating func append(_ time: UInt64, digits: Int, to output: inout LineBuffer) {
    let wall = wallTime(time)
    if wall / 1_000_000_000 != second {
      second = wall / 1_000_000_000
      text = Self.timeOfDay(second)
    }
    output.append(text)
    output.append(wall % 1_000_000_000 / (digits == 6 ? 1_000 : 1_000_000), digits: digits)
  }

  private static func timeOfDay(_ second: UInt64) -> [UInt8] {
    var moment = time_t(second)
    var parts = tm()
    localtime_r(&moment, &parts)
    var line = LineBuffer()
    for part in [parts.tm_hour, parts.tm_min, parts.tm_sec] {
      if !line.bytes.isEmpty { line.append(":") }
      line.append(UInt64(part), digits: 2)
    }
    line.append(".")
    return line.bytes
  }
}
