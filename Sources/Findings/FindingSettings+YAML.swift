// SPDX-License-Identifier: Apache-2.0

import Settings
import Yams

extension FindingSettings {
  /// What no threshold reaches, and any unit can hold: 30 years in seconds.
  private static let largestNumber = 1e9

  /// Reads a settings file; what it does not say keeps its default.
  public init(file path: String) throws(SettingsError) {
    try self.init(yaml: SettingsFile.text(of: path), name: path)
  }

  /// Reads settings from the text of a file.
  ///
  /// - Parameter name: the file's, for errors.
  public init(yaml: String, name: String) throws(SettingsError) {
    self.init()
    guard let root = try SettingsFile.root(of: yaml, name: name) else { return }
    let sections = SettingsSection.all
    for (key, node) in try root.pairs(of: "the file", in: name) {
      guard let section = sections.first(where: { $0.key == key.string }) else {
        throw SettingsError(
          name, line: key.mark?.line,
          "there is no section \(key.quoted); there are "
            + sections.map(\.key).joined(separator: ", "))
      }
      if node.isNothing { continue }
      for (key, node) in try node.pairs(of: section.key, in: name) {
        guard let field = section.fields.first(where: { $0.key == key.string }) else {
          throw SettingsError(
            name, line: key.mark?.line,
            "\(section.key) has no \(key.quoted); it knows "
              + section.fields.map(\.key).joined(separator: ", "))
        }
        try set(field, to: node, of: section.key, in: name)
      }
    }
  }

  private mutating func set(
    _ field: SettingsSection.Field, to node: Node, of section: String, in name: String
  ) throws(SettingsError) {
    func fail(_ problem: String) -> SettingsError {
      SettingsError(name, line: node.mark?.line, "\(section): \(field.key) \(problem)")
    }
    guard let number = node.number else {
      throw fail("must be a number, not \(node.quoted)")
    }
    if number < 0 { throw fail("must not be negative") }
    if number > Self.largestNumber { throw fail("must be at most 1000000000") }
    switch field.place {
    case .number(let place):
      self[keyPath: place] = number
    case .count(let place):
      guard let count = Int(exactly: number) else {
        throw fail("must be a whole number, not \(node.quoted)")
      }
      self[keyPath: place] = count
    }
  }

  /// The defaults as a settings file, each with what it means.
  public static var documented: String {
    let defaults = FindingSettings()
    return SettingsSection.all.map { section in
      let lines = section.fields.map { field in
        let value =
          switch field.place {
          case .number(let place): Self.written(defaults[keyPath: place])
          case .count(let place): String(defaults[keyPath: place])
          }
        let setting = "  \(field.key): \(value)"
        let gap = String(repeating: " ", count: max(1, 36 - setting.utf8.count))
        return "\(setting)\(gap)# \(field.about)\n"
      }
      return "\(section.key):\n\(lines.joined())"
    }.joined()
  }

  private static func written(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? String(number)
  }
}
