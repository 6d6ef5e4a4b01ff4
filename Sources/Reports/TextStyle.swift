// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc

/// Whether a text report uses colour.
public enum TextStyle: Sendable {
  case plain, coloured

  /// Colour for a terminal that has it and a user who has not refused it.
  ///
  /// Source: https://no-color.org: a NO_COLOR that is set and not empty refuses.
  public static func forStream(_ descriptor: Int32) -> TextStyle {
    isatty(descriptor) == 1
      ? forTerminal(environment: ProcessInfo.processInfo.environment) : .plain
  }

  package static func forTerminal(environment: [String: String]) -> TextStyle {
    guard environment["NO_COLOR", default: ""].isEmpty else { return .plain }
    return ["", "dumb"].contains(environment["TERM", default: ""]) ? .plain : .coloured
  }
}
