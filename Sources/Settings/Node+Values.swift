// SPDX-License-Identifier: Apache-2.0

import Yams

extension Node {
  /// An empty file, or a section without a field.
  package var isNothing: Bool {
    guard let scalar, scalar.style == .plain || scalar.style == .any else { return false }
    return ["", "~", "null"].contains(scalar.string)
  }

  /// Plain decimal notation only: YAML takes `1:30` and `010` for numbers that few expect.
  package var number: Double? {
    guard let scalar, scalar.style == .plain, Double(scalar.string)?.isFinite == true,
      scalar.string.wholeMatch(of: /[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil
    else { return nil }
    return Double(scalar.string)
  }

  /// As it stands in the file, for an error.
  package var quoted: String {
    switch self {
    case .scalar(let scalar): SettingsError.quoted(scalar.string)
    case .mapping: "a section"
    case .sequence: "a list"
    default: "an alias"
    }
  }

  package func pairs(
    of owner: String, in name: String
  ) throws(SettingsError) -> [(key: Node, value: Node)] {
    guard let mapping else {
      throw SettingsError(
        name, line: mark?.line, "\(owner) must hold `key: value` lines, not \(quoted)")
    }
    return Array(mapping)
  }
}
