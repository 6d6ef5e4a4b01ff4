// SPDX-License-Identifier: Apache-2.0

/// A validator for the part of JSON Schema that spoor's schemas use; any other keyword is an error.
struct JSONSchema {
  struct Problem: Error, CustomStringConvertible {
    var path: String
    var message: String
    var description: String { "\(path.isEmpty ? "/" : path): \(message)" }
  }

  private let root: JSONValue
  private static let annotations: Set = ["$schema", "$id", "$defs", "title", "description"]

  init(_ text: String) throws {
    root = try JSONValue(text)
  }

  /// Everything that is wrong with a document.
  func problems(_ document: JSONValue) -> [Problem] {
    check(document, root, "")
  }

  private func check(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [Problem] {
    guard let keywords = schema.object else {
      return [Problem(path: path, message: "the schema is no object")]
    }
    return keywords.filter { !Self.annotations.contains($0.key) }.flatMap { keyword, rule in
      check(value, keyword, rule, keywords, path)
    }
  }

  private func check(
    _ value: JSONValue, _ keyword: String, _ rule: JSONValue, _ schema: [String: JSONValue],
    _ path: String
  ) -> [Problem] {
    func demand(_ isFine: Bool, _ message: String) -> [Problem] {
      isFine ? [] : [Problem(path: path, message: message)]
    }
    switch keyword {
    case "$ref":
      guard let target = resolve(rule) else { return demand(false, "no schema at \(rule)") }
      return check(value, target, path)
    case "type":
      let types = rule.array ?? [rule]
      return demand(types.contains { Self.has(value, type: $0.string) }, "is not \(rule)")
    case "const": return demand(value == rule, "is not \(rule)")
    case "enum": return demand(rule.array?.contains(value) == true, "is none of \(rule)")
    case "minimum":
      guard let number = value.double else { return [] }
      return demand(rule.double.map { number >= $0 } == true, "is below \(rule)")
    case "required":
      guard let members = value.object else { return [] }
      return (rule.array ?? []).compactMap(\.string).flatMap {
        demand(members[$0] != nil, "lacks \($0)")
      }
    case "properties":
      return (rule.object ?? [:]).flatMap { name, schema in
        value[name].map { check($0, schema, "\(path)/\(name)") } ?? []
      }
    case "additionalProperties":
      let known = schema["properties"]?.object ?? [:]
      return (value.object ?? [:]).filter { known[$0.key] == nil }.flatMap { name, member in
        rule == .bool(false)
          ? demand(false, "has \(name) besides") : check(member, rule, "\(path)/\(name)")
      }
    case "items":
      return (value.array ?? []).enumerated().flatMap { place, element in
        check(element, rule, "\(path)/\(place)")
      }
    default: return demand(false, "the schema uses \(keyword), which this validator does not know")
    }
  }

  private func resolve(_ reference: JSONValue) -> JSONValue? {
    guard let steps = reference.string?.split(separator: "/"), steps.first == "#" else {
      return nil
    }
    return steps.dropFirst().reduce(root as JSONValue?) { $0?[String($1)] }
  }

  private static func has(_ value: JSONValue, type: String?) -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array): true
    case ("object", .object), ("number", .integer), ("number", .number), ("integer", .integer):
      true
    // Beyond 2^63, or written as 3.0.
    case ("integer", .number(let number)): number == number.rounded()
    default: false
    }
  }
}
