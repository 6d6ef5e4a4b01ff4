// SPDX-License-Identifier: Apache-2.0

import Attribution
import Glibc
import Reports

/// Lines on their way to standard output, as bytes: a String a field would cost more than the
/// event it tells.
struct LineBuffer {
  private(set) var bytes: [UInt8] = []
  /// Nothing more can be written.
  private(set) var isClosed = false
  /// The errno that closed it, unless its reader has just gone.
  private(set) var writeError: Int32?

  init() {
    bytes.reserveCapacity(1 << 16)
  }

  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ other: [UInt8]) {
    bytes.append(contentsOf: other)
  }

  mutating func append(_ character: UInt8) {
    bytes.append(character)
  }

  mutating func append(_ number: Int64) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    append(number.magnitude)
  }

  mutating func append(_ number: UInt64) {
    append(number, digits: 1)
  }

  /// With zeros, or spaces, in front, up to so many digits; 20 at most.
  mutating func append(_ number: UInt64, digits: Int, filler: Unicode.Scalar = "0") {
    withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { room in
      var first = room.count
      var rest = number
      repeat {
        first -= 1
        room[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      while room.count - first < digits {
        first -= 1
        room[first] = UInt8(ascii: filler)
      }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: room[first...]))
    }
  }

  /// What came from a process, safe for a terminal.
  mutating func append(foreign text: UnsafeRawBufferPointer) {
    if Self.isPlain(text, besides: UInt8(ascii: "\\")) {
      bytes.append(contentsOf: text)
    } else {
      bytes.append(contentsOf: ForeignText.encode(text).utf8)
    }
  }

  /// What came from a process, as a JSON string with its quotes.
  mutating func append(json text: UnsafeRawBufferPointer) {
    if Self.isPlain(text, besides: UInt8(ascii: "\"")) {
      bytes.append(UInt8(ascii: "\""))
      bytes.append(contentsOf: text)
      bytes.append(UInt8(ascii: "\""))
    } else {
      bytes.append(contentsOf: JSONText.literal(text).utf8)
    }
  }

  /// Whether it is printable ASCII without backslashes and another character. Looks at all of
  /// it: without an early end the compiler takes many bytes at a time.
  private static func isPlain(_ text: UnsafeRawBufferPointer, besides other: UInt8) -> Bool {
    var found: UInt8 = 0
    for byte in text {
      found |= byte &- 0x20 >= 0x7f - 0x20 ? 1 : 0
      found |= byte == UInt8(ascii: "\\") || byte == other ? 1 : 0
    }
    return found == 0
  }

  /// Spaces up to a column, 32 at most, counted from the start of the field; for plain ASCII.
  mutating func pad(from start: Int, to width: Int) {
    let missing = width - (bytes.count - start)
    guard missing > 0 else { return }
    let spaces: StaticString = "                                "
    spaces.withUTF8Buffer {
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: $0.prefix(missing)))
    }
  }

  /// Puts other bytes in the place of the last ones.
  mutating func replace(from start: Int, with other: [UInt8]) {
    bytes.removeSubrange(start...)
    bytes.append(contentsOf: other)
  }

  /// What could not be written, as an error; a reader who has gone is none.
  func requireWritten() throws(CommandFailure) {
    guard let writeError else { return }
    throw .badInput(
      "cannot write to standard output: \(String(cString: strerror(writeError))); free some space "
        + "or write elsewhere")
  }

  /// Writes everything out; a closed pipe is remembered.
  mutating func flush() {
    if !isClosed, let error = writeAll(bytes, to: STDOUT_FILENO) {
      writeError = error == EPIPE ? nil : error
      isClosed = true
    }
    bytes.removeAll(keepingCapacity: true)
  }
}
