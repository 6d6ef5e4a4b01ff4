// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import Glibc

/// One pass of an iterator program, read piece by piece; closed when this goes.
struct IteratorReader: ~Copyable {
  private let descriptor: Int32
  private let action: String

  /// - Parameter action: what is being done, for the error: `walk the tasks`.
  init(_ link: OpaquePointer, _ action: String) throws(ProbeError) {
    let descriptor = bpf_iter_create(bpf_link__fd(link))
    guard descriptor >= 0 else { throw .because(action, errno: -descriptor) }
    self.descriptor = descriptor
    self.action = action
  }

  deinit {
    close(descriptor)
  }

  /// Appends the next piece to `bytes`; false at the end of the pass.
  ///
  /// - Parameter length: of a piece at most, in bytes; the kernel works on while it has less.
  func readPiece(of length: Int, into bytes: inout [UInt8]) throws(ProbeError) -> Bool {
    let filled = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: length))
    let got = bytes.withUnsafeMutableBytes { room in
      read(descriptor, room.baseAddress.map { $0 + filled }, length)
    }
    let code = errno
    bytes.removeLast(length - max(0, got))
    // EAGAIN: a million tasks or files, and nothing to tell of any.
    if got < 0 && (code == EINTR || code == EAGAIN) { return true }
    guard got >= 0 else { throw .because(action, errno: code) }
    return got > 0
  }
}
