// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings
import Reports

/// One process as the table shows it at the end of an interval.
package struct TopRow: Sendable {
  package enum State: Sendable, Hashable {
    case alive
    /// It has ended, and nobody has waited for it.
    case zombie
    /// It ended in the interval, and did something before.
    case ended
  }

  package struct Children: Sendable, Hashable {
    package var alive = 0
    package var zombies = 0
    /// Descendants that whoever started them left behind.
    package var survivors = 0

    package init(alive: Int = 0, zombies: Int = 0, survivors: Int = 0) {
      self.alive = alive
      self.zombies = zombies
      self.survivors = survivors
    }
  }

  package var index: ProcessIndex
  package var key: ProcessKey
  /// Whoever is shown as its parent in the tree.
  package var spawner: ProcessKey?
  package var state: State
  package var name: ProcessName
  /// Encoded, or its number.
  package var user: String
  package var activity: Activity
  /// Of the interval, in seconds; nil where it has no length.
  package var seconds: Double?
  package var children = Children()
  /// Nil until a pass over descriptors found it.
  package var descriptors: UInt64?
  package var masters: UInt64 = 0
  /// Its worst finding.
  package var finding: Finding?

  /// A figure of the interval by the second.
  package func rate(_ value: UInt64) -> Double? { seconds.map { Double(value) / $0 } }

  /// CPU time by time, in per cent of one core.
  package var cpuPercent: Double? { seconds.map { activity.cpuSeconds / $0 * 100 } }
}
