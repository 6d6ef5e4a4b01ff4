// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// What a shell offers for an option's value.
extension CompletionKind {
  /// What `spoor record` wrote; another name is to be typed.
  static var recordings: CompletionKind { .file(extensions: ["spoor"]) }

  static var yaml: CompletionKind { .file(extensions: ["yaml", "yml"]) }

  /// Digits alone: bash expands what a command prints, and a process names itself as it likes.
  static var processIDs: CompletionKind { .shellCommand("cd /proc && printf '%s\\n' [0-9]*") }

  /// Names with commas between them: those that are not there yet, after the last comma.
  ///
  /// - Parameter word: one that stands alone.
  static func names(
    or word: String? = nil, _ all: @escaping @Sendable () -> [String]
  ) -> CompletionKind {
    .custom { _, _, prefix in
      let given = prefix.split(separator: ",", omittingEmptySubsequences: false).dropLast()
      guard !given.isEmpty else { return (word.map { [$0] } ?? []) + all() }
      let start = given.map { $0 + "," }.joined()
      return all().filter { !given.contains($0[...]) }.map { start + $0 }
    }
  }
}
