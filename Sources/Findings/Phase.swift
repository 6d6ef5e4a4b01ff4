// SPDX-License-Identifier: Apache-2.0

import Attribution

/// What a process was about, by interval.
public enum Phase: String, Sendable, Hashable, CaseIterable, Codable {
  /// Its first seconds.
  case startUp = "start-up"
  /// A person, or a script, was at it, or nobody can tell.
  case active
  /// It draws on a terminal that hands over keys one by one, and none came.
  case idle
  /// What is left when the command has ended.
  case afterExit = "after-exit"
}
