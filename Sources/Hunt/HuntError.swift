// SPDX-License-Identifier: Apache-2.0

/// Why a hunt, or one of its runs, cannot go on.
package struct HuntError: Error, CustomStringConvertible {
  package enum Code: Sendable {
    /// Of no use to any run.
    case hunt
    /// Of no use to any run of its version.
    case version
    /// Of this run alone.
    case run
    /// Somebody wants it to end.
    case interrupted
  }

  package let code: Code
  package let sentence: String
  /// The lines that the target's screen had, safe on a terminal; they follow the sentence.
  package let screen: [String]
  /// Whose run it was, where that is known.
  package let version: String?

  init(_ code: Code, _ sentence: String, screen: [String] = [], version: String? = nil) {
    self.code = code
    self.sentence = sentence
    self.screen = screen
    self.version = version
  }

  package var description: String { ([sentence] + screen).joined(separator: "\n") }

  /// The same, with the place in a scenario that it is about.
  func at(_ place: String) -> HuntError {
    code == .interrupted ? self : HuntError(code, "\(place): \(sentence)", screen: screen)
  }

  /// The same, with the run that it is about; what its own run alone is lost by is lost by its
  /// version here.
  func at(_ place: String, of version: String) -> HuntError {
    guard code != .interrupted else { return self }
    return HuntError(
      code == .run ? .version : code, "\(place): \(sentence)", screen: screen, version: version)
  }

  static let interrupted = HuntError(.interrupted, "interrupted")
}
