// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A small file of the kernel's, read again and again through one descriptor: a pass that looks
/// for leaks looks no path up.
package final class KernelNumber: Sendable {
  private let descriptor: Int32

  package init(_ path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Its numbers now; empty where it cannot be read.
  package var values: [UInt64] { words(of: text(room: 256)).compactMap { UInt64($0) } }

  /// The first of them.
  package var value: UInt64? { values.first }

  /// That of a line such as `VmRSS:	4096 kB`; nil where there is none.
  package func value(of name: String) -> UInt64? {
    for line in text(room: 16_384).split(separator: UInt8(ascii: "\n"))
    where line.starts(with: (name + ":").utf8) {
      return words(of: line).dropFirst().first.flatMap { UInt64($0) }
    }
    return nil
  }

  private func text(room: Int) -> ArraySlice<UInt8> {
    guard descriptor >= 0 else { return [] }
    var text = [UInt8](repeating: 0, count: room)
    return text[..<max(0, pread(descriptor, &text, text.count, 0))]
  }

  private func words(of text: ArraySlice<UInt8>) -> [String] {
    text.split { " \t\n".utf8.contains($0) }.map { String(decoding: $0, as: UTF8.self) }
  }
}
