// SPDX-License-Identifier: Apache-2.0

extension Redactor {
  /// What is long and looks drawn by lot: base64 and hexadecimal digits, 32 of them or more. Names
  /// of files are left alone, as caches and stores are full of hashes.
  static func withoutLongSecrets(_ text: String) -> String {
    let run = #/(^|.)([A-Za-z0-9+\/_\-]{32,}={0,2})/#.matchingSemantics(.unicodeScalar)
    typealias Match = Regex<(Substring, Substring, Substring)>.Match
    return text.replacing(run) { (match: Match) -> String in
      let (before, word) = (match.output.1, match.output.2)
      let isPath = before == "/" || before == "." || before == "~" || word.hasPrefix("/")
      let isSecret =
        !isPath && (looksRandom(word) || word.split(separator: "/").contains(where: looksRandom))
      return isSecret ? before + secret : String(match.output.0)
    }
  }

  /// Digits and letters change places more often than they do in names.
  private static func looksRandom(_ word: Substring) -> Bool {
    guard word.count >= shortest else { return false }
    let kinds = word.utf8.compactMap(CharacterKind.init)
    guard kinds.contains(.digit) else { return false }
    let isHexadecimal = word.allSatisfy { $0.isHexDigit || $0 == "-" }
    let changes = zip(kinds, kinds.dropFirst()).count { $0 != $1 }
    return isHexadecimal || changes * 4 >= kinds.count
  }

  private static let shortest = 32

  private enum CharacterKind {
    case upper, lower, digit, mark

    /// Nil for what joins the parts of a name.
    init?(_ byte: UInt8) {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): self = .upper
      case UInt8(ascii: "a")...UInt8(ascii: "z"): self = .lower
      case UInt8(ascii: "0")...UInt8(ascii: "9"): self = .digit
      case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"): return nil
      default: self = .mark
      }
    }
  }
}
