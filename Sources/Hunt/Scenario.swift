// SPDX-License-Identifier: Apache-2.0

import Glibc
import Launcher

/// What happens in each run of a hunt: the terminal, what is there beside the target, the steps.
package struct Scenario: Hashable, Sendable {
  package struct Size: Hashable, Sendable {
    package var columns = 80
    package var rows = 24

    package init(columns: Int = 80, rows: Int = 24) {
      self.columns = columns
      self.rows = rows
    }

    var window: winsize { winsize(columns: columns, rows: rows) }
  }

  /// A program that the target talks to; it is not traced.
  package struct Service: Hashable, Sendable {
    package var command: [String]
    /// A file that is there, and not empty, once the service can be used.
    package var ready: String?
    package var environment: [String: String] = [:]
    /// Variables, and the file that each has its value from once the service is ready.
    package var export: [String: String] = [:]
    /// In the file.
    package var line: Int
  }

  package struct Step: Hashable, Sendable {
    package var action: Action
    /// In the file.
    package var line: Int
  }

  /// Times are in seconds.
  package enum Action: Hashable, Sendable {
    case waitForText(String, within: Double)
    /// Until nothing has been written for so long, of the time after this step has begun.
    case waitForQuiet(Double, within: Double)
    case mark(String)
    case hold(Double)
    /// - Parameter rate: characters a second; nil for all at once.
    case type(String, rate: Double?)
    case press([Key])
    case resize(Size)
    case run([String])
    /// Hangs the terminal up.
    case close
    /// - Parameter status: as a shell tells it; nil for any.
    case exit(within: Double, status: Int?)
  }

  package var name: String
  /// As it was given.
  package var file: String
  package var size = Size()
  package var term = "xterm-256color"
  package var locale = "C.UTF-8"
  /// What each run's HOME begins as, relative to the scenario's directory.
  package var home: String?
  /// Where the target starts; nil for where the hunt was started.
  package var directory: String?
  package var environment: [String: String] = [:]
  /// For a whole run.
  package var timeout = 120.0
  package var services: [Service] = []
  /// Runs before the target.
  package var prepare: [String]?
  package var steps: [Step] = []

  init(name: String, file: String) {
    self.name = name
    self.file = file
  }
}
