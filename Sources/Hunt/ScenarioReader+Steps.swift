// SPDX-License-Identifier: Apache-2.0

import Settings
import Yams

extension ScenarioReader {
  private static let kinds = [
    "wait", "mark", "hold", "type", "press", "resize", "run", "close", "exit",
  ]
  /// Of a mark's name, in bytes: what a recorder keeps.
  private static let longestMark = 64

  func steps(_ node: Node) throws(SettingsError) -> [Scenario.Step] {
    var steps: [Scenario.Step] = []
    var closedBy: String?
    for node in try list(node, "steps") {
      let step = try fields(of: node, "a step", Self.kinds)
      guard let (kind, value) = step.first, step.count == 1 else {
        throw error(node, "a step is one of \(Self.kinds.joined(separator: ", "))")
      }
      if let closedBy, ["wait", "type", "press", "resize", "close"].contains(kind) {
        throw error(node, "\(kind) needs the terminal, which `\(closedBy)` before it has ended")
      }
      if kind == "close" || kind == "exit" { closedBy = kind }
      steps.append(
        Scenario.Step(action: try action(kind, value), line: node.mark?.line ?? 0))
    }
    return steps
  }

  private func action(_ kind: String, _ node: Node) throws(SettingsError) -> Scenario.Action {
    switch kind {
    case "wait": return try wait(node)
    case "mark":
      let name = try text(node, kind)
      guard name.utf8.count <= Self.longestMark else {
        throw error(node, "a mark's name has at most \(Self.longestMark) bytes")
      }
      return .mark(name)
    case "hold": return .hold(try seconds(node, kind))
    case "type": return try type(node)
    case "press": return .press(try keys(node))
    case "resize": return .resize(try size(node))
    case "run": return .run(try words(node, kind))
    case "close":
      guard node.scalar?.string == "true" else { throw error(node, "write `close: true`") }
      return .close
    default: return try exit(node)
    }
  }

  private func wait(_ node: Node) throws(SettingsError) -> Scenario.Action {
    var text: String?
    var quiet: Double?
    var within = 10.0
    for (key, value) in try fields(of: node, "wait", ["text", "quiet", "within"]) {
      switch key {
      case "text": text = try self.text(value, "text")
      case "quiet": quiet = try seconds(value, "quiet")
      default: within = try seconds(value, "within")
      }
    }
    switch (text, quiet) {
    case (let text?, nil): return .waitForText(text, within: within)
    case (nil, let quiet?):
      guard quiet < within else {
        throw error(
          node, "wait: quiet for \(quiet.short) s cannot be seen within \(within.short) s")
      }
      return .waitForQuiet(quiet, within: within)
    default: throw error(node, "wait takes either text or quiet")
    }
  }

  private func type(_ node: Node) throws(SettingsError) -> Scenario.Action {
    if node.scalar != nil { return .type(try text(node, "type"), rate: nil) }
    var text: String?
    var rate: Double?
    for (key, value) in try fields(of: node, "type", ["text", "rate"]) {
      if key == "text" {
        text = try self.text(value, key)
      } else {
        rate = try number(value, key, in: 0.1...1000, "characters a second")
      }
    }
    guard let text else { throw error(node, "type needs a text") }
    return .type(text, rate: rate)
  }

  private func keys(_ node: Node) throws(SettingsError) -> [Key] {
    var keys: [Key] = []
    for word in node.sequence.map(Array.init) ?? [node] {
      let name = try text(word, "press")
      guard let key = Key(name) else {
        throw error(
          word,
          "there is no key \(word.quoted); there are single characters, "
            + "\(Key.names.joined(separator: ", ")), F1 to F12, and Ctrl-, Alt- and Shift- before "
            + "them")
      }
      keys.append(key)
    }
    return keys
  }

  private func size(_ node: Node) throws(SettingsError) -> Scenario.Size {
    var columns: Int?
    var rows: Int?
    for (key, value) in try fields(of: node, "resize", ["columns", "rows"]) {
      let count = try count(value, key, in: 1...1000)
      if key == "columns" { columns = count } else { rows = count }
    }
    guard let columns, let rows else { throw error(node, "resize needs columns and rows") }
    return Scenario.Size(columns: columns, rows: rows)
  }

  private func exit(_ node: Node) throws(SettingsError) -> Scenario.Action {
    var within = 10.0
    var status: Int?
    if !node.isNothing && node.scalar?.string != "true" {
      for (key, value) in try fields(of: node, "exit", ["within", "status"]) {
        if key == "within" {
          within = try seconds(value, key)
        } else {
          status = try count(value, key, in: 0...255)
        }
      }
    }
    return .exit(within: within, status: status)
  }
}
