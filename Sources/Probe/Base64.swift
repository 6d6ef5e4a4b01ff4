// SPDX-License-Identifier: Apache-2.0

/// Decodes base64 as `base64 -w 0` writes it; other characters end it.
func decodeBase64(_ text: String) -> [UInt8] {
  var text = text
  return text.withUTF8 { characters in
    sextets.withUnsafeBufferPointer { sextets in
      Array(unsafeUninitializedCapacity: characters.count * 3 / 4) { bytes, count in
        var pending: UInt32 = 0
        var bits: UInt32 = 0
        for character in characters {
          let value = sextets[Int(character)]
          guard value < 64 else { return }
          pending = pending << 6 | UInt32(value)
          bits += 6
          guard bits >= 8 else { continue }
          bits -= 8
          bytes[count] = UInt8(truncatingIfNeeded: pending >> bits)
          count += 1
        }
      }
    }
  }
}

/// By character; 64 for what is none of them. A program starts waiting for spoor, and a table is
/// four times as fast as comparisons.
private let sextets: [UInt8] = {
  var values = [UInt8](repeating: 64, count: 256)
  let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  for (value, character) in alphabet.utf8.enumerated() { values[Int(character)] = UInt8(value) }
  return values
}()
