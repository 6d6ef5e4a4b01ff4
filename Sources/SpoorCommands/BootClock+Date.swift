// SPDX-License-Identifier: Apache-2.0

import Foundation
import Probe

extension BootClock {
  /// - Parameter time: nanoseconds since boot.
  static func date(_ time: UInt64) -> Date {
    Date(timeIntervalSince1970: Double(time &+ wallOffset) / 1e9)
  }
}
