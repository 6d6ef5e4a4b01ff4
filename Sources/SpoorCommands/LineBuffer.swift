// SPDX-License-Identifier: Apache-2.0

import Glibc
import Reports

/// Lines on their way to standard output, as bytes: a String a field would cost more than the
/// event it tells.
struct LineBuffer {
  private(set) var bytes: [UInt8] = []
  /// Nobody reads any more.
  private(set) var isClosed = false

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

  /// With zeros in front, up to so many digits.
  mutating func append(_ number: UInt64, digits: Int) {
    let start = bytes.count
    var rest = number
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    while bytes.count - start < digits { bytes.append(UInt8(ascii: "0")) }
    bytes[start...].reverse()
  }

  /// What came from a process, safe for a terminal.
  mutating func append(foreign text: UnsafeRawBufferPointer) {
    if text.allSatisfy({ $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }) {
      bytes.append(contentsOf: text)
    } else {
      bytes.append(contentsOf: ForeignText.encode(text).utf8)
    }
  }

  /// What came from a process, as a JSON string with its quotes.
  mutating func append(json text: UnsafeRawBufferPointer) {
    let isPlain = text.allSatisfy {
      $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "\"")
    }
    if isPlain {
      bytes.append(UInt8(ascii: "\""))
      bytes.append(contentsOf: text)
      bytes.append(UInt8(ascii: "\""))
    } else {
      bytes.append(contentsOf: JSONText.literal(text).utf8)
    }
  }

  /// Spaces up to a column, counted from the start of the field; for plain ASCII.
  mutating func pad(from start: Int, to width: Int) {
    let missing = width - (bytes.count - start)
    if missing > 0 { bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: missing)) }
  }

  /// Writes everything out; a closed pipe is remembered.
  mutating func flush() {
    var offset = 0
    while offset < bytes.count && !isClosed {
      let written = bytes.withUnsafeBytes { all in
        write(STDOUT_FILENO, all.baseAddress.map { $0 + offset }, all.count - offset)
      }
      if written > 0 {
        offset += written
      } else if errno == EAGAIN {
        var waiting = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        poll(&waiting, 1, -1)
      } else if errno != EINTR {
        isClosed = true
      }
    }
    bytes.removeAll(keepingCapacity: true)
  }
}
