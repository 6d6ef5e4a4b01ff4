// SPDX-License-Identifier: Apache-2.0

/// Why a hunt, or one of its runs, cannot go on.
package struct HuntError: Error, CustomStringConvertible {
  package enum Code: Sendable {
    /// Of no use to any run.
    case hunt
    /// Of this run alone.
    case run
    /// Somebody wants it to end.
    case interrupted
  }

  package let code: Code
  package let sentence: String
  /// The lines that the target's screen had, safe on a terminal; they follow the sentence.
  package let screen: [String]

  init(_ code: Code, _ sentence: String, screen: [String] = []) {
    self.code = code
    self.sentence = sentence
    self.screen = screen
  }

  package var description: String { ([sentence] + screen).joined(separator: "\n") }

  /// The same, with the place in a scenario, or the run, that it is about.
  func at(_ place: String) -> HuntError {
    code == .interrupted ? self : HuntError(code, "\(place): \(sentence)", screen: screen)
  }

  /// The same, of no use to any run.
  var hunting: HuntError { HuntError(.hunt, sentence, screen: screen) }

  static let interrupted = HuntError(.interrupted, "interrupted")
}
