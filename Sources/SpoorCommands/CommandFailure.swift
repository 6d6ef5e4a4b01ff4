// SPDX-License-Identifier: Apache-2.0

/// A verb that cannot go on: one sentence with a remedy, and spoor's exit status.
struct CommandFailure: Error, CustomStringConvertible {
  var description: String
  var status: Int32

  /// Exit status 2: bad input or missing privileges.
  static func badInput(_ sentence: String) -> CommandFailure {
    CommandFailure(description: sentence, status: 2)
  }
}
