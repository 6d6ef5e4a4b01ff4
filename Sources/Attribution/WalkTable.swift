// SPDX-License-Identifier: Apache-2.0

/// Numbers by what an event tells of a walk, which two places of memory have: the slot, and the
/// texts one behind the other in an arena. Finding one that is there allocates nothing.
struct WalkTable {
  struct Key {
    /// As given, and the names of where it ended.
    var path: UnsafeRawBufferPointer
    var end: UnsafeRawBufferPointer
    /// Where it began.
    var base: PathIndex
    /// All else.
    var facts: UInt32

    fileprivate var tag: UInt32 {
      let rest = UInt64(UInt32(bitPattern: base)) << 32 | UInt64(facts)
      return UInt32(truncatingIfNeeded: fold(fold(path.hashOfWords ^ rest) ^ end.hashOfWords))
    }
  }

  /// A path's text in the arena; `PathCapacity` keeps that far below 4 GiB.
  struct Text {
    var start: UInt32
    var length: UInt16

    fileprivate var range: Range<Int> { Int(start)..<Int(start) + Int(length) }
  }

  /// Lengths are below 64 KiB, as a record's is.
  private struct Slot {
    /// Of the hash: the first place to look at, and most mismatches end here.
    var tag: UInt32
    /// -1 for a free slot.
    var number: PathIndex
    var path: Text
    var endLength: UInt16
    var base: PathIndex
    var facts: UInt32

    static let free = Slot(
      tag: 0, number: -1, path: Text(start: 0, length: 0), endLength: 0, base: 0, facts: 0)
  }

  private var slots = Array(repeating: Slot.free, count: 1024)
  private var arena: [UInt8] = []
  private(set) var count = 0

  /// - Parameter bytes: how many there may be. Room that is never written takes no memory; what
  ///   grows by doubling is there twice meanwhile.
  init(bytes: Int) { arena.reserveCapacity(bytes) }

  /// Of all texts together.
  var byteCount: Int { arena.count }

  /// The number of a walk, or nil.
  subscript(key: Key) -> PathIndex? {
    let tag = key.tag
    var place = Int(tag) & (slots.count - 1)
    while slots[place].number >= 0 {
      if slots[place].tag == tag, isEqual(slots[place], key) { return slots[place].number }
      place = (place + 1) & (slots.count - 1)
    }
    return nil
  }

  private func isEqual(_ slot: Slot, _ key: Key) -> Bool {
    guard slot.base == key.base, slot.facts == key.facts else { return false }
    let path = slot.path.range
    return withBytes(path) { $0.hasSameWords(as: key.path) }
      && withBytes(path.upperBound..<path.upperBound + Int(slot.endLength)) {
        $0.hasSameWords(as: key.end)
      }
  }

  /// Keeps the texts of a walk that is not there; returns where the path is.
  mutating func keep(_ key: Key) -> Text {
    let path = keep(key.path)
    arena.append(contentsOf: key.end)
    return path
  }

  /// Keeps a text of no walk.
  mutating func keep(_ path: UnsafeRawBufferPointer) -> Text {
    let text = Text(start: UInt32(arena.count), length: UInt16(path.count))
    arena.append(contentsOf: path)
    return text
  }

  /// Enters a walk that is not there, its texts being kept.
  mutating func insert(_ key: Key, _ path: Text, _ number: PathIndex) {
    place(
      Slot(
        tag: key.tag, number: number, path: path, endLength: UInt16(key.end.count), base: key.base,
        facts: key.facts))
    count += 1
    guard isCrowded(count, of: slots.count) else { return }
    let old = slots
    slots = Array(repeating: .free, count: old.count * 2)
    for slot in old where slot.number >= 0 { place(slot) }
  }

  private mutating func place(_ slot: Slot) {
    var place = Int(slot.tag) & (slots.count - 1)
    while slots[place].number >= 0 { place = (place + 1) & (slots.count - 1) }
    slots[place] = slot
  }

  /// A text without a copy.
  func withBytes<Result>(_ text: Text, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withBytes(text.range, body)
  }

  private func withBytes<Result>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    arena.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
  }
}
