// SPDX-License-Identifier: Apache-2.0

/// Gives each distinct byte string a number, without allocating for one it knows.
///
/// An open-addressed table of numbers over one arena of bytes: a String and a Dictionary
/// entry per event would cost more than the event.
struct PathInterner {
  private var slots: [Slot]
  private var entries: [Entry] = []
  private var arena: [UInt8] = []
  private var mask: Int

  private struct Slot {
    /// The upper half of the hash: most mismatches end here.
    var tag: UInt32
    /// -1 for a free slot.
    var entry: PathIndex
  }

  private struct Entry {
    var hash: UInt64
    var start: Int
    var length: Int
  }

  init(capacity: Int = 1024) {
    let size = max(16, capacity).nextPowerOfTwo
    slots = Array(repeating: Slot(tag: 0, entry: -1), count: size)
    mask = size - 1
  }

  var count: Int { entries.count }
  /// Of all strings together.
  var byteCount: Int { arena.count }

  /// The string of a number.
  func bytes(_ index: PathIndex) -> [UInt8] {
    let entry = entries[Int(index)]
    return Array(arena[entry.start..<entry.start + entry.length])
  }

  /// The string without a copy; nil for -1.
  func withBytes<Result>(
    _ index: PathIndex, _ body: (UnsafeRawBufferPointer?) -> Result
  ) -> Result {
    guard index >= 0 else { return body(nil) }
    let entry = entries[Int(index)]
    return arena.withUnsafeBytes {
      body(UnsafeRawBufferPointer(rebasing: $0[entry.start..<entry.start + entry.length]))
    }
  }

  /// The number of a string, a new one if it is new.
  mutating func intern(_ bytes: [UInt8]) -> PathIndex {
    bytes.withUnsafeBytes { intern($0) }
  }

  /// The number of a string, a new one if it is new.
  mutating func intern(_ bytes: UnsafeRawBufferPointer) -> PathIndex {
    let (hash, place) = find(bytes)
    return slots[place].entry >= 0 ? slots[place].entry : add(bytes, hash, at: place)
  }

  /// The number of a string that is known; nil for a new one.
  func known(_ bytes: UnsafeRawBufferPointer) -> PathIndex? {
    let entry = slots[find(bytes).place].entry
    return entry >= 0 ? entry : nil
  }

  /// The slot that has the string, or where it belongs.
  private func find(_ bytes: UnsafeRawBufferPointer) -> (hash: UInt64, place: Int) {
    let hash = Self.hash(bytes)
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    var place = Int(truncatingIfNeeded: hash) & mask
    while slots[place].entry >= 0 {
      if slots[place].tag == tag, isEqual(slots[place].entry, bytes) { break }
      place = (place + 1) & mask
    }
    return (hash, place)
  }

  private mutating func add(
    _ bytes: UnsafeRawBufferPointer, _ hash: UInt64, at place: Int
  ) -> PathIndex {
    let index = PathIndex(entries.count)
    entries.append(Entry(hash: hash, start: arena.count, length: bytes.count))
    arena.append(contentsOf: bytes)
    slots[place] = Slot(tag: UInt32(truncatingIfNeeded: hash >> 32), entry: index)
    if entries.count * 2 > slots.count { grow() }
    return index
  }

  private func isEqual(_ index: PathIndex, _ bytes: UnsafeRawBufferPointer) -> Bool {
    let entry = entries[Int(index)]
    guard entry.length == bytes.count else { return false }
    return arena.withUnsafeBytes { arena in
      UnsafeRawBufferPointer(rebasing: arena[entry.start..<entry.start + entry.length])
        .elementsEqualFast(bytes)
    }
  }

  private mutating func grow() {
    let size = slots.count * 2
    mask = size - 1
    slots = Array(repeating: Slot(tag: 0, entry: -1), count: size)
    for (index, entry) in entries.enumerated() {
      var place = Int(truncatingIfNeeded: entry.hash) & mask
      while slots[place].entry >= 0 { place = (place + 1) & mask }
      slots[place] = Slot(
        tag: UInt32(truncatingIfNeeded: entry.hash >> 32), entry: PathIndex(index))
    }
  }

  /// Eight bytes at a time, each folded in by a 128-bit multiplication.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15 ^ UInt64(truncatingIfNeeded: bytes.count)
    var offset = 0
    while offset + 8 <= bytes.count {
      state = fold(state ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var tail: UInt64 = 0
    while offset < bytes.count {
      tail = tail << 8 | UInt64(bytes[offset])
      offset += 1
    }
    return fold(state ^ tail)
  }

  private static func fold(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
    return product.high ^ product.low
  }
}

extension UnsafeRawBufferPointer {
  /// Like `elementsEqual`, a word at a time.
  fileprivate func elementsEqualFast(_ other: UnsafeRawBufferPointer) -> Bool {
    var offset = 0
    while offset + 8 <= count {
      let mine = loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      if mine != other.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
      offset += 8
    }
    while offset < count {
      if self[offset] != other[offset] { return false }
      offset += 1
    }
    return true
  }
}

extension Int {
  var nextPowerOfTwo: Int {
    self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
  }
}
