// SPDX-License-Identifier: Apache-2.0

/// Puts values in place of `$NAME` and `${NAME}`, for the names that it knows; others stay as they
/// are, for a shell that a step may start.
struct Expansion: Hashable, Sendable {
  var values: [String: String]

  /// Whether a variable of the environment can have this name (POSIX, 3.235).
  static func isName(_ text: String) -> Bool {
    text.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil
  }

  func callAsFunction(_ text: String) -> String {
    text.replacing(/\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})/) { match in
      let name = match.output.1 ?? match.output.2 ?? ""
      return values[String(name)] ?? String(match.output.0)
    }
  }

  func callAsFunction(_ words: [String]) -> [String] {
    words.map { self($0) }
  }
}
