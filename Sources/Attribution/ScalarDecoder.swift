// SPDX-License-Identifier: Apache-2.0

/// Puts a Unicode scalar together from the bytes of UTF-8 beyond ASCII, as they come.
///
/// What is well-formed: Unicode 16.0, table 3-7.
struct ScalarDecoder: Sendable {
  enum Step {
    case more
    case scalar(Unicode.Scalar)
    /// This byte does not belong to it.
    case malformed
  }

  private var bits: UInt32 = 0
  private var missing = 0
  private var allowed: ClosedRange<UInt8> = 0x80...0xbf

  var isPending: Bool { missing > 0 }

  /// Takes the first byte of a sequence; false if none begins with it.
  mutating func begin(_ byte: UInt8) -> Bool {
    switch byte {
    case 0xc2...0xdf: start(UInt32(byte & 0x1f), 1)
    case 0xe0: start(0, 2, 0xa0...0xbf)
    case 0xed: start(0xd, 2, 0x80...0x9f)
    case 0xe1...0xef: start(UInt32(byte & 0x0f), 2)
    case 0xf0: start(0, 3, 0x90...0xbf)
    case 0xf4: start(4, 3, 0x80...0x8f)
    case 0xf1...0xf3: start(UInt32(byte & 0x07), 3)
    default: return false
    }
    return true
  }

  private mutating func start(
    _ bits: UInt32, _ missing: Int, _ allowed: ClosedRange<UInt8> = 0x80...0xbf
  ) {
    self.bits = bits
    self.missing = missing
    self.allowed = allowed
  }

  mutating func next(_ byte: UInt8) -> Step {
    guard allowed.contains(byte) else { return .malformed }
    bits = bits << 6 | UInt32(byte & 0x3f)
    missing -= 1
    allowed = 0x80...0xbf
    if missing > 0 { return .more }
    return .scalar(Unicode.Scalar(bits) ?? Self.replacement)
  }

  /// Drops what was begun, and gives what a terminal shows for it.
  mutating func abandon() -> Unicode.Scalar {
    missing = 0
    return Self.replacement
  }

  private static let replacement: Unicode.Scalar = "\u{FFFD}"
}
