// SPDX-License-Identifier: Apache-2.0

/// One of the versions of a program that a hunt compares.
package struct Version: Hashable, Sendable {
  /// Also the beginning of its recordings' names.
  package var name: String
  package var command: [String]

  /// Why a version cannot be used.
  package struct Mistake: Error, CustomStringConvertible {
    package let description: String
  }

  /// Reads `NAME=COMMAND`, with the command in words as a shell splits them.
  package init(_ text: String) throws(Mistake) {
    guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
      throw Mistake(description: "takes NAME=COMMAND, such as old='./app --quiet', not '\(text)'")
    }
    name = String(text[..<sign])
    guard name.utf8.count <= 64,
      name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._+-]*/) != nil
    else {
      throw Mistake(
        description: "'\(name)' names files, so it takes at most 64 letters, digits, and . _ + -")
    }
    guard let words = Self.words(text[text.index(after: sign)...]) else {
      throw Mistake(description: "the command of '\(name)' has a quote that does not end")
    }
    guard !words.isEmpty else { throw Mistake(description: "'\(name)' has no command") }
    command = words
  }

  /// Splits by blanks, with single and double quotes and backslashes as in a shell. Nothing is
  /// expanded, and no shell would be part of what is measured.
  static func words(_ text: Substring) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var rest = text
    while let character = rest.popFirst() {
      switch (quote, character) {
      case (nil, " "), (nil, "\t"), (nil, "\n"):
        if let done = word { words.append(done) }
        word = nil
      case (nil, "'"), (nil, "\""):
        quote = character
        word = word ?? ""
      case (let open?, _) where open == character: quote = nil
      case (nil, "\\"):
        guard let next = rest.popFirst() else { return nil }
        word = (word ?? "") + String(next)
      case ("\"", "\\") where rest.first.map { "\"\\$`".contains($0) } == true:
        word = (word ?? "") + String(rest.removeFirst())
      default: word = (word ?? "") + String(character)
      }
    }
    if quote != nil { return nil }
    return words + (word.map { [$0] } ?? [])
  }
}
