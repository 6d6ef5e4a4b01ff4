// SPDX-License-Identifier: Apache-2.0

/// Decodes base64 as `base64 -w 0` writes it; other characters end it.
func decodeBase64(_ text: String) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(text.utf8.count * 3 / 4)
  var pending: UInt32 = 0
  var bits = 0
  for character in text.utf8 {
    guard let value = sextet(character) else { break }
    pending = pending << 6 | UInt32(value)
    bits += 6
    guard bits >= 8 else { continue }
    bits -= 8
    bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
  }
  return bytes
}

private func sextet(_ character: UInt8) -> UInt8? {
  switch character {
  case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
  case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
  case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
  case UInt8(ascii: "+"): 62
  case UInt8(ascii: "/"): 63
  default: nil
  }
}
