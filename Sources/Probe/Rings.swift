// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import CLinux
import Glibc

/// Takes one record of a ring; the bytes are valid until it returns. Returns 0.
public typealias RecordHandler =
  @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int) -> Int32

/// The reader's end of the ring buffers, mapped: a process's events are in one of them, in order.
struct Rings: ~Copyable {
  /// Becomes readable when the kernel side wakes the reader.
  let poll: Int32
  private let rings: UnsafeMutableBufferPointer<spoor_ring>
  private let context: UnsafeMutableRawPointer
  private let onRecord: RecordHandler

  /// - Parameters:
  ///   - maps: their descriptors, which must outlive this.
  ///   - bytes: the size of each.
  init(
    maps: [Int32], bytes: UInt32, context: UnsafeMutableRawPointer,
    onRecord: @escaping RecordHandler
  ) throws(ProbeError) {
    let rings = try Self.map(maps, bytes)
    let poll: Int32
    do throws(ProbeError) {
      poll = try Self.watch(maps)
    } catch {
      Self.release(rings, count: maps.count)
      throw error
    }
    (self.rings, self.poll, self.context, self.onRecord) = (rings, poll, context, onRecord)
  }

  deinit {
    Self.release(rings, count: rings.count)
    close(poll)
  }

  private static func watch(_ maps: [Int32]) throws(ProbeError) -> Int32 {
    let poll = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard poll >= 0 else { throw .because("watch the ring buffers", errno: errno) }
    for map in maps {
      var wanted = epoll_event(events: UInt32(EPOLLIN.rawValue), data: epoll_data(fd: map))
      guard epoll_ctl(poll, EPOLL_CTL_ADD, map, &wanted) == 0 else {
        let error = errno
        close(poll)
        throw .because("watch the ring buffers", errno: error)
      }
    }
    return poll
  }

  private static func map(
    _ maps: [Int32], _ bytes: UInt32
  ) throws(ProbeError) -> UnsafeMutableBufferPointer<spoor_ring> {
    let rings = UnsafeMutableBufferPointer<spoor_ring>.allocate(capacity: maps.count)
    for (place, map) in maps.enumerated() {
      var ring = spoor_ring()
      guard spoor_ring_map(&ring, map, Int(bytes)) == 0 else {
        let error = errno
        release(rings, count: place)
        throw .because("map the ring buffers", errno: error)
      }
      rings.initializeElement(at: place, to: ring)
    }
    return rings
  }

  private static func release(_ rings: UnsafeMutableBufferPointer<spoor_ring>, count: Int) {
    for place in 0..<count { spoor_ring_unmap(&rings[place]) }
    rings.deallocate()
  }

  /// Hands every record to the handler, a cause before what came of it; returns how many.
  func drain() -> Int {
    guard let first = rings.baseAddress else { return 0 }
    return spoor_rings_drain(first, Int32(rings.count), onRecord, context)
  }
}
