// SPDX-License-Identifier: Apache-2.0

// What the open-addressed tables here share.

extension UnsafeRawBufferPointer {
  /// Eight bytes at a time, each folded in by a 128-bit multiplication.
  var hashOfWords: UInt64 {
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15 ^ UInt64(truncatingIfNeeded: count)
    for offset in stride(from: 0, to: count - 8, by: 8) {
      state = fold(state ^ word(at: offset))
    }
    return fold(state ^ lastWord)
  }

  /// Like `elementsEqual`, a word at a time.
  func hasSameWords(as other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    for offset in stride(from: 0, to: count - 8, by: 8)
    where word(at: offset) != other.word(at: offset) { return false }
    return lastWord == other.lastWord
  }

  private func word(at offset: Int) -> UInt64 {
    loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  /// The last eight bytes, or all of fewer.
  private var lastWord: UInt64 {
    count >= 8 ? word(at: count - 8) : reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// Spreads what is in some bits of a word over all of them.
func fold(_ value: UInt64) -> UInt64 {
  let product = value.multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
  return product.high ^ product.low
}

/// Whether an open-addressed table is to grow: at four fifths a number is found where the second or
/// third one stands, mostly within one line of the cache, and half as much memory means fewer lines.
func isCrowded(_ count: Int, of slots: Int) -> Bool { count * 5 > slots * 4 }

extension Int {
  var nextPowerOfTwo: Int {
    self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
  }
}
