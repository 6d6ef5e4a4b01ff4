// SPDX-License-Identifier: Apache-2.0

import Settings
import Yams

extension Scenario {
  /// Reads a scenario.
  package init(file path: String) throws(SettingsError) {
    try self.init(yaml: SettingsFile.text(of: path), name: path)
  }

  /// Reads a scenario from the text of a file.
  ///
  /// - Parameter name: the file's, for errors and for a scenario that has none.
  package init(yaml: String, name file: String) throws(SettingsError) {
    let base = file.split(separator: "/").last.map(String.init) ?? file
    self.init(name: String(base.prefix { $0 != "." }), file: file)
    let reader = ScenarioReader(file: file)
    guard let root = try SettingsFile.root(of: yaml, name: file) else {
      throw SettingsError(file, "is empty; a scenario has at least `steps:`")
    }
    let fields = try reader.fields(
      of: root, "the scenario",
      [
        "name", "columns", "rows", "term", "locale", "home", "directory", "environment", "timeout",
        "services", "prepare", "steps",
      ])
    for (key, node) in fields {
      switch key {
      case "name": name = try reader.text(node, key)
      case "columns": size.columns = try reader.count(node, key, in: 1...1000)
      case "rows": size.rows = try reader.count(node, key, in: 1...1000)
      case "term": term = try reader.text(node, key)
      case "locale": locale = try reader.text(node, key)
      case "home": home = try reader.text(node, key)
      case "directory": directory = try reader.text(node, key)
      case "environment": environment = try reader.variables(node, key)
      case "timeout": timeout = try reader.seconds(node, key)
      case "services": services = try reader.list(node, key).map(reader.service)
      case "prepare": prepare = try reader.words(node, key)
      default: steps = try reader.steps(node)
      }
    }
    guard !steps.isEmpty else {
      throw SettingsError(file, "has no steps; give `steps:` and a list, such as `- hold: 10`")
    }
  }
}

typealias ScenarioReader = SettingsReader

extension SettingsReader {
  /// A command: the program and its arguments.
  func words(_ node: Node, _ what: String) throws(SettingsError) -> [String] {
    guard let sequence = node.sequence, !sequence.isEmpty else {
      throw error(
        node, "\(what) must be a list of words, such as [sh, -c, \"date\"], not \(node.quoted)")
    }
    var words: [String] = []
    for word in sequence {
      guard let text = word.scalar?.string else {
        throw error(word, "\(what) must be a list of words, without \(word.quoted)")
      }
      words.append(text)
    }
    return words
  }

  /// `NAME: value` lines.
  func variables(_ node: Node, _ what: String) throws(SettingsError) -> [String: String] {
    var variables: [String: String] = [:]
    for (key, value) in try node.pairs(of: what, in: file) {
      guard let name = key.string, Expansion.isName(name) else {
        throw error(key, "\(what): \(key.quoted) is no name of a variable")
      }
      guard let text = value.scalar?.string else {
        throw error(value, "\(what): \(name) must be a text, not \(value.quoted)")
      }
      variables[name] = text
    }
    return variables
  }

  func seconds(_ node: Node, _ what: String) throws(SettingsError) -> Double {
    try number(node, what, in: 0.01...86_400, "seconds")
  }

  func service(_ node: Node) throws(SettingsError) -> Scenario.Service {
    var service = Scenario.Service(command: [], line: node.mark?.line ?? 0)
    let fields = try fields(of: node, "a service", ["command", "ready", "environment", "export"])
    for (key, value) in fields {
      switch key {
      case "command": service.command = try words(value, key)
      case "ready": service.ready = try text(value, key)
      case "environment": service.environment = try variables(value, key)
      default: service.export = try variables(value, key)
      }
    }
    guard !service.command.isEmpty else {
      throw error(node, "a service needs a command, such as [python3, server.py]")
    }
    guard service.ready != nil || service.export.isEmpty else {
      throw error(node, "a service that exports needs `ready: FILE`, to know when it can be read")
    }
    return service
  }
}

extension Double {
  /// Whole numbers without a fraction.
  var short: String { Int(exactly: self).map(String.init) ?? String(self) }
}
