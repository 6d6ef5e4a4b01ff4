// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import Glibc

/// Takes one record of the ring; the bytes are valid until it returns. Returns 0.
public typealias RecordHandler =
  @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int) -> Int32

/// The reader's end of the ring buffer, mapped.
struct Ring: ~Copyable {
  /// Becomes readable when the kernel side wakes the reader.
  let map: Int32
  private let pages: spoor_ring
  private let context: UnsafeMutableRawPointer
  private let onRecord: RecordHandler

  /// - Parameters:
  ///   - map: its descriptor, which must outlive this.
  ///   - bytes: its size.
  init(
    map: Int32, bytes: UInt32, context: UnsafeMutableRawPointer, onRecord: RecordHandler
  ) throws(ProbeError) {
    var pages = spoor_ring()
    guard spoor_ring_map(&pages, map, Int(bytes)) == 0 else {
      throw .because("map the ring buffer", errno: errno)
    }
    (self.map, self.pages, self.context, self.onRecord) = (map, pages, context, onRecord)
  }

  deinit {
    spoor_ring_unmap(pages)
  }

  /// Hands every record to the handler; returns how many.
  func drain() -> Int {
    spoor_ring_drain(pages, onRecord, context)
  }
}
