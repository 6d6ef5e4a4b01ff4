// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Any JSON, for tests that look at what was really written.
enum JSONValue: Decodable, Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  init(_ text: String) throws {
    self = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// A member of an object; setting nil removes it.
  subscript(_ key: String) -> JSONValue? {
    get { object?[key] }
    set {
      guard var members = object else { return }
      members[key] = newValue
      self = .object(members)
    }
  }

  /// An element of an array.
  subscript(_ place: Int) -> JSONValue? {
    get { array.flatMap { $0.indices.contains(place) ? $0[place] : nil } }
    set {
      guard var elements = array, let newValue else { return }
      elements[place] = newValue
      self = .array(elements)
    }
  }

  var object: [String: JSONValue]? { if case .object(let value) = self { value } else { nil } }
  var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  var string: String? { if case .string(let value) = self { value } else { nil } }

  var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
