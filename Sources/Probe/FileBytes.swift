// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The bytes of a file that stays as it is: mapped where it can be, as the kernel's types can from
/// Linux 6.16 on, which takes neither time nor memory; read where not.
package final class FileBytes: @unchecked Sendable {
  // Nobody writes to it, and it stays until `deinit`.
  private let bytes: UnsafeRawBufferPointer

  /// None of a file that is not there, or cannot be read.
  package init(path: String) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    bytes = Self.mapped(Int(status.st_size), of: file) ?? Self.read(Int(status.st_size), of: file)
  }

  init(_ bytes: [UInt8]) {
    self.bytes = Self.filled(bytes.count) { $0.copyBytes(from: bytes) }
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), count) }
  }

  package var count: Int { bytes.count }

  package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withExtendedLifetime(self) { body(bytes) }
  }

  private static func mapped(_ count: Int, of file: Int32) -> UnsafeRawBufferPointer? {
    let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, file, 0)
    return start == MAP_FAILED ? nil : UnsafeRawBufferPointer(start: start, count: count)
  }

  private static func read(_ count: Int, of file: Int32) -> UnsafeRawBufferPointer {
    filled(count) { room in
      var filled = 0
      while filled < room.count {
        let count = Glibc.read(file, room.baseAddress?.advanced(by: filled), room.count - filled)
        guard count > 0 else { return }
        filled += count
      }
    }
  }

  /// Memory of its own, which has zeros where nothing is filled in.
  private static func filled(
    _ count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void
  ) -> UnsafeRawBufferPointer {
    let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard start != MAP_FAILED else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let room = UnsafeMutableRawBufferPointer(start: start, count: count)
    fill(room)
    return UnsafeRawBufferPointer(room)
  }
}
