// SPDX-License-Identifier: Apache-2.0

import Attribution
import FoundationEssentials

/// Text that came from another process, made fit for JSON.
public enum JSONText {
  /// The bytes as a string of JSON's model: UTF-8 stays as it is, and a byte that is not UTF-8
  /// becomes the four characters `\xNN`.
  ///
  /// No two sequences of bytes become the same string: where the bytes themselves spell `\xNN`,
  /// the backslash becomes `\x5c`. So a reader gets the bytes back by replacing every `\xNN`.
  public static func decode(_ bytes: some Collection<UInt8>) -> String {
    bytes.withContiguousBytes(decode(contiguous:))
  }

  private static func decode(contiguous bytes: UnsafeRawBufferPointer) -> String {
    if !bytes.contains(UInt8(ascii: "\\")), let text = String(validating: bytes, as: UTF8.self) {
      return text
    }
    var text = ""
    var pieces = UTF8Pieces(bytes)
    while let piece = pieces.next() {
      switch piece {
      case .scalar("\\") where startsEscape(bytes[pieces.position...]): text += "\\x5c"
      case .scalar(let scalar): text.unicodeScalars.append(scalar)
      case .invalid(let bytes): text += ForeignText.escape(bytes)
      }
    }
    return text
  }

  /// Whether the bytes after a backslash make it look like an escape.
  private static func startsEscape(_ rest: Slice<UnsafeRawBufferPointer>) -> Bool {
    let next = rest.prefix(3)
    guard next.count == 3, next.first == UInt8(ascii: "x") else { return false }
    return next.dropFirst().allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
  }

  /// The bytes as a string literal of JSON, in its quotes and safe on a terminal.
  public static func literal(_ bytes: some Collection<UInt8>) -> String {
    var literal = "\""
    for scalar in decode(bytes).unicodeScalars {
      switch scalar {
      case "\"", "\\": literal += "\\\(scalar)"
      case _ where ForeignText.isPrintable(scalar): literal.unicodeScalars.append(scalar)
      default: literal += escape(scalar)
      }
    }
    return literal + "\""
  }

  /// A value as JSON: keys sorted, indented, safe on a terminal, with a newline at its end.
  package static func document(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return visible(String(decoding: try encoder.encode(value), as: UTF8.self)) + "\n"
  }

  /// The same on one line.
  package static func line(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return visible(String(decoding: try encoder.encode(value), as: UTF8.self)) + "\n"
  }

  /// JSON that says the same and is safe on a terminal: JSON demands escapes for the first 32
  /// control characters only.
  package static func visible(_ json: String) -> String {
    json.utf8.withContiguousBytes { bytes in
      var text: [UInt8] = []
      text.reserveCapacity(bytes.count)
      var rest = bytes[...]
      // A report may be long and is mostly ASCII, where only DEL is not visible already.
      while !rest.isEmpty {
        let plain = rest.prefix { $0 < 0x7f }
        text += plain
        let other = rest[plain.endIndex...].prefix { $0 >= 0x7f }
        for case .scalar(let scalar) in UTF8Pieces(UnsafeRawBufferPointer(rebasing: other)) {
          text += ForeignText.isPrintable(scalar) ? Array(scalar.utf8) : Array(escape(scalar).utf8)
        }
        rest = rest[other.endIndex...]
      }
      return String(decoding: text, as: UTF8.self)
    }
  }

  /// `\uNNNN`, twice for a scalar that takes two UTF-16 units.
  private static func escape(_ scalar: Unicode.Scalar) -> String {
    UTF16.encode(scalar).map { units in
      units.map { unit in
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }.joined()
    } ?? ""
  }
}
