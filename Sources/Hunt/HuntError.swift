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
  /// A sentence; what a program said in it is encoded.
  package let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  /// The same, with the place in a scenario that it is about.
  func at(_ place: String) -> HuntError {
    code == .interrupted ? self : HuntError(code, "\(place): \(description)")
  }

  /// The same, of no use to any run.
  var hunting: HuntError { HuntError(.hunt, description) }

  static let interrupted = HuntError(.interrupted, "interrupted")
}
