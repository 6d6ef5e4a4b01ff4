// SPDX-License-Identifier: Apache-2.0

/// What may never reach a terminal from a file or a process.
package enum Foreign {
  /// The first scalar of a text that is no newline and that a terminal does not show as itself.
  ///
  /// Written apart from `ForeignText`, which it checks.
  package static func firstUnsafe(in text: String) -> Unicode.Scalar? {
    text.unicodeScalars.first { scalar in
      switch scalar.value {
      case 0x0a: false
      case 0x00...0x1f, 0x7f...0x9f: true
      // Marks of direction, embeddings, overrides and isolates, and the lines' own separators.
      case 0x061c, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff: true
      // Tags.
      case 0xe0000...0xe007f: true
      default: false
      }
    }
  }

  /// Whether it can be told in one line.
  package static func isSentence(_ text: String) -> Bool {
    !text.isEmpty && !text.contains("\n") && firstUnsafe(in: text) == nil
  }
}
