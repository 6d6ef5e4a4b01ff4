// SPDX-License-Identifier: Apache-2.0

/// Gives each distinct byte string a number, without allocating for one it knows.
///
/// An open-addressed table of numbers over one arena of bytes: a String and a Dictionary
/// entry per event would cost more than the event.
struct PathInterner {
  private var slots: [Slot]
  /// Where each string begins in the arena, and where the last one ends.
  private var bounds: [UInt32] = [0]
  private var arena: [UInt8] = []
  private var mask: Int
  /// The number of the empty string, which most walks begin with; -1 until it is there.
  private var empty: PathIndex = -1

  /// All that finding needs, so that it fetches two places of memory only: this and the string.
  private struct Slot {
    /// Of the hash: the first place to look at, and most mismatches end here.
    var tag: UInt32
    /// -1 for a free slot.
    var entry: PathIndex
    var text: Span

    static let free = Slot(tag: 0, entry: -1, text: Span(start: 0, length: 0))
  }

  /// In the arena; `PathCapacity` keeps that far below 4 GiB.
  private struct Span {
    var start: UInt32
    var length: UInt32

    var range: Range<Int> { Int(start)..<Int(start) + Int(length) }
  }

  /// - Parameters: how many strings, and bytes of them, there may be. Room that is never written
  ///   takes no memory; what grows by doubling is there twice meanwhile.
  init(count: Int = 1024, bytes: Int = 0) {
    slots = Array(repeating: .free, count: 1024)
    mask = slots.count - 1
    bounds.reserveCapacity(count + 1)
    arena.reserveCapacity(bytes)
  }

  var count: Int { bounds.count - 1 }
  /// Of all strings together.
  var byteCount: Int { arena.count }

  /// The string without a copy; nil for -1.
  func withBytes<Result>(
    _ index: PathIndex, _ body: (UnsafeRawBufferPointer?) -> Result
  ) -> Result {
    guard index >= 0 else { return body(nil) }
    return arena.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range(index)])) }
  }

  private func range(_ index: PathIndex) -> Range<Int> {
    Int(bounds[Int(index)])..<Int(bounds[Int(index) + 1])
  }

  /// The number of a string, a new one if it is new.
  mutating func intern(_ bytes: ArraySlice<UInt8>) -> PathIndex {
    bytes.withUnsafeBytes { intern($0) }
  }

  /// The number of a string, a new one if it is new.
  mutating func intern(_ bytes: UnsafeRawBufferPointer) -> PathIndex {
    if bytes.isEmpty, empty >= 0 { return empty }
    let (tag, place) = find(bytes)
    return slots[place].entry >= 0 ? slots[place].entry : add(bytes, tag, at: place)
  }

  /// The number of a string that is known; nil for a new one.
  func known(_ bytes: UnsafeRawBufferPointer) -> PathIndex? {
    if bytes.isEmpty { return empty >= 0 ? empty : nil }
    let entry = slots[find(bytes).place].entry
    return entry >= 0 ? entry : nil
  }

  /// The slot that has the string, or where it belongs.
  private func find(_ bytes: UnsafeRawBufferPointer) -> (tag: UInt32, place: Int) {
    let tag = UInt32(truncatingIfNeeded: bytes.hashOfWords)
    var place = Int(tag) & mask
    while slots[place].entry >= 0 {
      if slots[place].tag == tag, isEqual(slots[place].text, bytes) { break }
      place = (place + 1) & mask
    }
    return (tag, place)
  }

  private mutating func add(
    _ bytes: UnsafeRawBufferPointer, _ tag: UInt32, at place: Int
  ) -> PathIndex {
    let index = PathIndex(count)
    if bytes.isEmpty { empty = index }
    let text = Span(start: UInt32(arena.count), length: UInt32(bytes.count))
    arena.append(contentsOf: bytes)
    bounds.append(UInt32(arena.count))
    slots[place] = Slot(tag: tag, entry: index, text: text)
    if isCrowded(count, of: slots.count) { grow() }
    return index
  }

  private func isEqual(_ text: Span, _ bytes: UnsafeRawBufferPointer) -> Bool {
    arena.withUnsafeBytes {
      UnsafeRawBufferPointer(rebasing: $0[text.range]).hasSameWords(as: bytes)
    }
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: .free, count: old.count * 2)
    mask = slots.count - 1
    for slot in old where slot.entry >= 0 {
      var place = Int(slot.tag) & mask
      while slots[place].entry >= 0 { place = (place + 1) & mask }
      slots[place] = slot
    }
  }
}
