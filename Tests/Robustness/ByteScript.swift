// SPDX-License-Identifier: Apache-2.0

/// What a fuzzer's bytes say, one number after the other; zeros after their end.
package struct ByteScript {
  private var rest: ArraySlice<UInt8>

  package init(_ bytes: some Sequence<UInt8>) {
    rest = Array(bytes)[...]
  }

  package var isOver: Bool { rest.isEmpty }

  package mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  /// The first byte is the lowest.
  package mutating func number(bytes: Int) -> UInt64 {
    (0..<bytes).reduce(0) { number, place in number | UInt64(byte()) << (8 * place) }
  }

  /// A number below `limit`, or zero.
  package mutating func choice(_ limit: Int, bytes: Int = 1) -> Int {
    limit > 0 ? Int(number(bytes: bytes) % UInt64(limit)) : 0
  }

  package mutating func take(_ count: Int) -> [UInt8] {
    let taken = Array(rest.prefix(count))
    rest = rest.dropFirst(count)
    return taken
  }
}
