// SPDX-License-Identifier: Apache-2.0

import Attribution
import Glibc

/// Reads /proc/slabinfo again and again through one descriptor, at most five times a
/// second: the kernel goes through all caches for it under a lock.
final class SlabReader {
  private let descriptor: Int32
  /// Why it could not be opened.
  private let error: Int32
  private var last: UInt64 = 0
  private var text = [UInt8](repeating: 0, count: 1 << 16)

  init() {
    descriptor = open("/proc/slabinfo", O_RDONLY | O_CLOEXEC)
    error = errno
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// What could not be seen here, or nil.
  var unseen: String? {
    if descriptor < 0 {
      return "Kernel memory is not shown: /proc/slabinfo cannot be read"
        + " (\(String(cString: strerror(error))))."
    }
    let names = Set(read(at: 0).caches.map(\.name))
    if names.contains("names_cache") { return nil }
    return "The slab cache names_cache is not shown: this kernel keeps it together with others"
      + " of its size (boot with slab_nomerge to see it)."
  }

  /// The caches now, unless the last time was less than 200 ms ago.
  ///
  /// - Parameter time: nanoseconds since boot.
  func sample(at time: UInt64) -> KernelMemorySample? {
    guard descriptor >= 0, last == 0 || time >= last + 200_000_000 else { return nil }
    last = time
    let sample = read(at: time)
    return sample.caches.isEmpty ? nil : sample
  }

  private func read(at time: UInt64) -> KernelMemorySample {
    var length = 0
    while true {
      if length == text.count { text += [UInt8](repeating: 0, count: text.count) }
      let got = text.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress.map { $0 + length }, $0.count - length, off_t(length))
      }
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { break }
      length += got
    }
    return KernelMemorySample(
      time: time, slabinfo: Array(text[..<length]), pageBytes: UInt64(sysconf(Int32(_SC_PAGESIZE))))
  }
}
