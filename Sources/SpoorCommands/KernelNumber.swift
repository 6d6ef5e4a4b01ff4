// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A small file of the kernel's, read again and again through one descriptor: a pass that looks
/// for leaks looks no path up.
final class KernelNumber: Sendable {
  private let descriptor: Int32

  init(_ path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Its numbers now; empty where it cannot be read.
  var values: [UInt64] {
    guard descriptor >= 0 else { return [] }
    var text = [UInt8](repeating: 0, count: 256)
    let count = pread(descriptor, &text, text.count, 0)
    guard count > 0 else { return [] }
    return text[..<count].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
      .compactMap { UInt64(String(decoding: $0, as: UTF8.self)) }
  }

  /// The first of them.
  var value: UInt64? { values.first }
}
