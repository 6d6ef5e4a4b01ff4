// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import CSpoorABI
import Glibc

/// The present state, by the task iterator.
extension Probe {
  /// What a pass found, and what it took.
  public struct Census: Sendable {
    public var threads: [spoor_census]
    /// Nanoseconds from its start to its end.
    public var duration: UInt64
  }

  /// Every thread of the followed processes (with scope `.all`: of every process) as it is now.
  public func census() throws(ProbeError) -> Census {
    let start = Self.now
    let threads = try Self.census(censusLink)
    return Census(threads: threads, duration: Self.now - start)
  }

  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private static func census(_ link: OpaquePointer) throws(ProbeError) -> [spoor_census] {
    let iterator = bpf_iter_create(bpf_link__fd(link))
    guard iterator >= 0 else { throw .because("walk the tasks", errno: -iterator) }
    defer { close(iterator) }

    var rows: [spoor_census] = []
    let stride = MemoryLayout<spoor_census>.stride
    var buffer = [UInt8](repeating: 0, count: stride * 256)
    var filled = 0
    while true {
      let got = buffer.withUnsafeMutableBytes { bytes in
        read(iterator, bytes.baseAddress.map { $0 + filled }, bytes.count - filled)
      }
      if got < 0 && (errno == EINTR || errno == EAGAIN) { continue }
      guard got >= 0 else { throw .because("walk the tasks", errno: errno) }
      if got == 0 { return rows }
      filled += got
      let whole = filled / stride
      buffer.withUnsafeBytes { bytes in
        for row in 0..<whole {
          rows.append(bytes.loadUnaligned(fromByteOffset: row * stride, as: spoor_census.self))
        }
      }
      buffer.removeFirst(whole * stride)
      buffer.append(contentsOf: repeatElement(0, count: whole * stride))
      filled -= whole * stride
    }
  }

  /// Follows given processes and their present descendants.
  static func follow(
    _ seeds: [UInt32], _ object: borrowing BPFObject, _ link: OpaquePointer
  ) throws(ProbeError) {
    let descriptor = object.map("seeds")
    // Process 0, which nobody is: passes may follow somebody new until it goes.
    var none: UInt32 = 0
    defer { bpf_map_delete_elem(descriptor, &none) }
    for seed in [none] + seeds {
      var key = seed
      var value: UInt32 = 1
      guard bpf_map_update_elem(descriptor, &key, &value, 0) == 0 else {
        throw .because("follow process \(seed)", errno: errno)
      }
    }
    // New forks are followed by the hooks; a pass can miss a child only if its parent was
    // marked behind the pass, so passes are made until one finds nobody new.
    while try census(link).contains(where: { $0.flags & UInt32(SPOOR_CENSUS_NEW) != 0 }) {}
  }
}
