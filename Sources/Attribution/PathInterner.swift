// SPDX-License-Identifier: Apache-2.0

/// Gives each distinct byte string a number, without allocating for one it knows.
///
/// Numbers over one arena of bytes: a String and a Dictionary entry for each would take more memory
/// than its text.
struct PathInterner {
  private var numbers = NumberTable()
  private var strings = Strings()
  /// The number of the empty string, which most walks begin with; -1 until it is there.
  private var empty: PathIndex = -1

  /// One behind the other, by their numbers.
  private struct Strings {
    var arena: [UInt8] = []
    /// Where each begins in the arena, and where the last one ends; `PathCapacity` keeps that far
    /// below 4 GiB.
    var bounds: [UInt32] = [0]

    func withBytes<Result>(
      _ index: PathIndex, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
      let range = Int(bounds[Int(index)])..<Int(bounds[Int(index) + 1])
      return arena.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) -> PathIndex {
      arena.append(contentsOf: bytes)
      bounds.append(UInt32(arena.count))
      return PathIndex(bounds.count - 2)
    }
  }

  /// - Parameters: how many strings, and bytes of them, there may be. Room that is never written
  ///   takes no memory; what grows by doubling is there twice meanwhile.
  init(count: Int = 1024, bytes: Int = 0) {
    strings.bounds.reserveCapacity(count + 1)
    strings.arena.reserveCapacity(bytes)
  }

  /// Of all strings together.
  var byteCount: Int { strings.arena.count }

  /// The string without a copy; nil for -1.
  func withBytes<Result>(
    _ index: PathIndex, _ body: (UnsafeRawBufferPointer?) -> Result
  ) -> Result {
    index < 0 ? body(nil) : strings.withBytes(index, body)
  }

  /// The number of a string, a new one if it is new.
  mutating func intern(_ bytes: ArraySlice<UInt8>) -> PathIndex {
    bytes.withUnsafeBytes { intern($0) }
  }

  /// The number of a string, a new one if it is new.
  mutating func intern(_ bytes: UnsafeRawBufferPointer) -> PathIndex {
    if let index = known(bytes) { return index }
    let index = strings.append(bytes)
    if bytes.isEmpty { empty = index }
    numbers.insert(index) { [strings] in strings.withBytes($0, \.hashOfWords) }
    return index
  }

  /// The number of a string that is known; nil for a new one.
  func known(_ bytes: UnsafeRawBufferPointer) -> PathIndex? {
    if bytes.isEmpty { return empty < 0 ? nil : empty }
    return numbers.first(bytes.hashOfWords) { strings.withBytes($0) { $0.hasSameWords(as: bytes) } }
  }
}
