// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// A file in memory alone, for who takes nothing but a path.
struct MemoryFile: ~Copyable {
  private let descriptor: Int32

  /// - Parameter name: what /proc/PID/fd shows.
  init(name: String) throws(ProbeError) {
    descriptor = spoor_memory_file(name)
    guard descriptor >= 0 else { throw .because("make a file in memory", errno: errno) }
  }

  deinit {
    close(descriptor)
  }

  /// As long as this lives.
  var path: String { "/proc/self/fd/\(descriptor)" }

  /// Adds bytes at its end.
  func write(_ bytes: [UInt8]) throws(ProbeError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else {
        if errno == EFBIG {
          throw ProbeError(
            .failed,
            "cannot load the eBPF programs: the limit on a file's size (ulimit -f) is too low for "
              + "what they are made of; raise it to 1024 at least")
        }
        throw .because("fill a file in memory", errno: errno)
      }
      rest = rest.dropFirst(count)
    }
  }
}
