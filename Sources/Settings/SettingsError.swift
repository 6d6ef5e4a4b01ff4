// SPDX-License-Identifier: Apache-2.0

import Attribution
import Yams

/// Why a file that a person writes cannot be used: one sentence that begins with the file and the line.
public struct SettingsError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The sentence; it holds the file's name as given, unencoded.
  public let description: String

  package init(_ name: String, line: Int? = nil, _ problem: String) {
    description = "\(name):\(line.map { "\($0):" } ?? "") \(problem)"
  }

  /// What the parser says of a file that is no YAML.
  package init(_ name: String, _ error: any Error) {
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let place = context.map { "\($0.text) in line \($0.mark.line), " } ?? ""
      self.init(name, line: mark.line, "this is no YAML: \(place)\(problem)")
    case .reader(let problem, _, _, _):
      self.init(name, "this is no text: \(problem); write it in UTF-8")
    case .duplicatedKeysInMapping(let keys, let context):
      let list = keys.map(Self.quoted).joined(separator: ", ")
      self.init(
        name, line: context.mark.line,
        "the section that begins here has \(list) more than once; keep one")
    default:
      self.init(name, "this is no YAML: \(error)")
    }
  }

  /// Text of the file, as `…` and fit for a terminal.
  package static func quoted(_ text: String) -> String {
    "`\(ForeignText.clip(ForeignText.encode(Array(text.utf8)), 60))`"
  }
}
