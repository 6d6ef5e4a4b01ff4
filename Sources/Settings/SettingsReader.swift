// SPDX-License-Identifier: Apache-2.0

import Yams

/// Takes values out of a file that a person writes, or says in which line there is another.
package struct SettingsReader {
  /// As given, for errors.
  package let file: String

  package init(file: String) {
    self.file = file
  }

  package func error(_ node: Node, _ problem: String) -> SettingsError {
    SettingsError(file, line: node.mark?.line, problem)
  }

  /// What a section holds; keys that it does not know are errors.
  package func fields(
    of node: Node, _ owner: String, _ known: [String]
  ) throws(SettingsError) -> [(key: String, value: Node)] {
    var fields: [(key: String, value: Node)] = []
    for (key, value) in try node.pairs(of: owner, in: file) {
      guard let name = key.string, known.contains(name) else {
        throw error(
          key, "\(owner) has no \(key.quoted); it knows \(known.joined(separator: ", "))")
      }
      fields.append((name, value))
    }
    return fields
  }

  /// Any scalar, as it is written; never empty.
  package func text(_ node: Node, _ what: String) throws(SettingsError) -> String {
    guard let text = node.scalar?.string, !node.isNothing, !text.isEmpty else {
      throw error(node, "\(what) must be a text, not \(node.quoted)")
    }
    return text
  }

  package func list(_ node: Node, _ what: String) throws(SettingsError) -> [Node] {
    guard let sequence = node.sequence else {
      throw error(node, "\(what) must be a list, not \(node.quoted)")
    }
    return Array(sequence)
  }

  package func number(
    _ node: Node, _ what: String, in range: ClosedRange<Double>, _ unit: String
  ) throws(SettingsError) -> Double {
    guard let number = node.number, range.contains(number) else {
      throw error(
        node,
        "\(what) takes \(unit) from \(Self.written(range.lowerBound)) to "
          + "\(Self.written(range.upperBound)), not \(node.quoted)")
    }
    return number
  }

  package func count(
    _ node: Node, _ what: String, in range: ClosedRange<Int>
  ) throws(SettingsError) -> Int {
    guard let number = node.number, let count = Int(exactly: number), range.contains(count) else {
      throw error(
        node,
        "\(what) takes a whole number from \(range.lowerBound) to \(range.upperBound), not "
          + node.quoted)
    }
    return count
  }

  private static func written(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? String(number)
  }
}
