// SPDX-License-Identifier: Apache-2.0

/// Numbers by pairs of words, open-addressed: finding one that is there allocates nothing.
struct PairTable {
  /// Two words that are told apart as one.
  struct Pair: Equatable {
    var first: UInt64
    var second: UInt64
  }

  private struct Slot {
    var pair: Pair
    /// -1 for a free slot.
    var value: Int32
  }

  private var slots: [Slot]
  private var mask: Int
  private(set) var count = 0

  init(capacity: Int = 1024) {
    let size = max(16, capacity).nextPowerOfTwo
    slots = Array(repeating: Self.free, count: size)
    mask = size - 1
  }

  private static var free: Slot { Slot(pair: Pair(first: 0, second: 0), value: -1) }

  /// The number of a pair, or nil.
  subscript(pair: Pair) -> Int32? {
    let value = slots[place(of: pair)].value
    return value < 0 ? nil : value
  }

  /// Enters a pair that is not there.
  mutating func insert(_ pair: Pair, _ value: Int32) {
    slots[place(of: pair)] = Slot(pair: pair, value: value)
    count += 1
    if isCrowded(count, of: slots.count) { grow() }
  }

  /// Where the pair is, or where it belongs.
  private func place(of pair: Pair) -> Int {
    let spread = pair.second.multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
    let mixed = (pair.first ^ spread.high ^ spread.low)
      .multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    var place = Int(truncatingIfNeeded: mixed.high ^ mixed.low) & mask
    while slots[place].value >= 0, slots[place].pair != pair { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: Self.free, count: old.count * 2)
    mask = slots.count - 1
    for slot in old where slot.value >= 0 { slots[place(of: slot.pair)] = slot }
  }
}
