// SPDX-License-Identifier: Apache-2.0

/// Foreign bytes as what they are: scalars where they are UTF-8, and bytes where they are not.
package struct UTF8Pieces: Sequence, IteratorProtocol {
  package enum Piece {
    case scalar(Unicode.Scalar)
    /// Bytes that are no UTF-8, up to three.
    case invalid(Slice<UnsafeRawBufferPointer>)
  }

  private let bytes: UnsafeRawBufferPointer
  private var source: Slice<UnsafeRawBufferPointer>.Iterator
  private var parser = Unicode.UTF8.ForwardParser()
  /// Bytes that the pieces so far took.
  package private(set) var position = 0

  package init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    source = bytes[...].makeIterator()
  }

  package mutating func next() -> Piece? {
    switch parser.parseScalar(from: &source) {
    case .emptyInput:
      return nil
    case .valid(let encoded):
      position += encoded.count
      return .scalar(Unicode.UTF8.decode(encoded))
    case .error(let length):
      defer { position += length }
      return .invalid(bytes[position..<position + length])
    }
  }
}

extension Collection<UInt8> {
  /// The bytes in one piece of memory, copied only when they are not.
  package func withContiguousBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    if let result = withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) {
      return result
    }
    return Array(self).withUnsafeBytes(body)
  }
}
