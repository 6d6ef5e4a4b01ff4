// SPDX-License-Identifier: Apache-2.0

/// Numbers of what the caller has: open-addressed, four bytes each.
struct NumberTable {
  /// -1 for a free slot.
  private var slots: [Int32] = Array(repeating: -1, count: 1024)
  private var count = 0

  /// The number for which this is so, of those with a hash; nil for none.
  func first(_ hash: UInt64, where isMeant: (Int32) -> Bool) -> Int32? {
    var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[place] >= 0 {
      if isMeant(slots[place]) { return slots[place] }
      place = (place + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Enters a number that is not there.
  ///
  /// - Parameter hash: that of any number.
  mutating func insert(_ number: Int32, hash: (Int32) -> UInt64) {
    place(number, hash(number))
    count += 1
    guard isCrowded(count, of: slots.count) else { return }
    let old = slots
    slots = Array(repeating: -1, count: old.count * 2)
    for number in old where number >= 0 { place(number, hash(number)) }
  }

  private mutating func place(_ number: Int32, _ hash: UInt64) {
    var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[place] >= 0 { place = (place + 1) & (slots.count - 1) }
    slots[place] = number
  }
}
