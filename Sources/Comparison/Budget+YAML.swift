// SPDX-License-Identifier: Apache-2.0

import Events
import Settings
import Yams

extension Budget {
  /// Reads a budget file.
  public static func all(file path: String) throws(SettingsError) -> [Budget] {
    try all(yaml: SettingsFile.text(of: path), name: path)
  }

  /// Reads budgets from the text of a file.
  ///
  /// - Parameter name: the file's, for errors.
  public static func all(yaml: String, name: String) throws(SettingsError) -> [Budget] {
    let reader = SettingsReader(file: name)
    guard let root = try SettingsFile.root(of: yaml, name: name) else {
      throw SettingsError(name, "is empty; `spoor check --suggest RECORDING` writes a budget")
    }
    var budgets: [Budget] = []
    for (_, node) in try reader.fields(of: root, "a budget file", ["budgets"]) {
      for item in try reader.list(node, "budgets") { budgets.append(try budget(item, reader)) }
    }
    guard !budgets.isEmpty else {
      throw SettingsError(name, "has no budgets; give `budgets:` and a list")
    }
    return budgets
  }

  private static func budget(
    _ node: Node, _ reader: SettingsReader
  ) throws(SettingsError) -> Budget {
    var budget = Budget(.lookups, line: node.mark?.line ?? 0)
    var hasSignal = false
    let fields = try reader.fields(
      of: node, "a budget",
      [
        "name", "signal", "phase", "process", "path", "class", "at-most", "at-most-per-second",
        "at-most-ratio",
      ])
    for (key, value) in fields {
      switch key {
      case "name": budget.name = try reader.text(value, key)
      case "signal":
        budget.signal = try signal(value, reader)
        hasSignal = true
      case "phase": budget.phase = try reader.text(value, key)
      case "process": budget.process = try reader.text(value, key)
      case "path": budget.path = try reader.text(value, key)
      case "class": budget.descriptorClass = try reader.text(value, key)
      case "at-most": budget.limits.append(.total(try amount(value, key, reader)))
      case "at-most-per-second": budget.limits.append(.perSecond(try amount(value, key, reader)))
      default: budget.limits.append(.ratio(try amount(value, key, reader)))
      }
    }
    guard hasSignal else {
      throw reader.error(node, "a budget needs a signal: one of \(Budget.signalNames)")
    }
    try budget.validate(node, reader)
    if budget.name.isEmpty { budget.name = budget.summary }
    return budget
  }

  private func validate(_ node: Node, _ reader: SettingsReader) throws(SettingsError) {
    guard !limits.isEmpty else {
      throw reader.error(
        node, "a budget needs at-most, at-most-per-second or at-most-ratio, with a number")
    }
    if path != nil, signal != .lookups, signal != .failedLookups {
      throw reader.error(node, "path is for lookups and failed-lookups, not \(signal.rawValue)")
    }
    if descriptorClass != nil, signal != .descriptors {
      throw reader.error(node, "class is for descriptors, not \(signal.rawValue)")
    }
    if let descriptorClass, DescriptorClass(name: descriptorClass) == nil {
      let classes = DescriptorClass.allCases.map(\.name).joined(separator: ", ")
      throw reader.error(
        node, "class must be one of \(classes), not \(SettingsError.quoted(descriptorClass))")
    }
    let hasRate = limits.contains { if case .perSecond = $0 { true } else { false } }
    if hasRate, signal.isGauge || signal == .bytesPerFrame {
      throw reader.error(
        node, "\(signal.rawValue) is no rate: use at-most instead of at-most-per-second")
    }
  }

  private static func signal(
    _ node: Node, _ reader: SettingsReader
  ) throws(SettingsError) -> Signal {
    guard let signal = node.string.flatMap(Signal.init), signal != .pathLookups else {
      throw reader.error(node, "signal must be one of \(signalNames), not \(node.quoted)")
    }
    return signal
  }

  private static func amount(
    _ node: Node, _ key: String, _ reader: SettingsReader
  ) throws(SettingsError) -> Double {
    try reader.number(node, key, in: 0...1e15, "a number")
  }

  /// Paths are a filter here, not a signal of their own.
  private static var signalNames: String {
    Signal.allCases.filter { $0 != .pathLookups }.map(\.rawValue).joined(separator: ", ")
  }
}
