// SPDX-License-Identifier: Apache-2.0

/// One slab cache of the kernel at one time.
public struct SlabCache: Hashable, Sendable {
  /// As /proc/slabinfo calls it, such as `dentry`.
  public var name: String
  /// Objects in use.
  public var objects: UInt64
  /// Memory that the cache holds, used or not, in bytes.
  public var bytes: UInt64

  public init(name: String, objects: UInt64, bytes: UInt64) {
    self.name = name
    self.objects = objects
    self.bytes = bytes
  }
}

/// The caches that path walking and terminals use, at one time.
public struct KernelMemorySample: Hashable, Sendable {
  /// Nanoseconds since boot.
  public var time: UInt64
  public var caches: [SlabCache]

  public init(time: UInt64, caches: [SlabCache]) {
    self.time = time
    self.caches = caches
  }
}

extension KernelMemorySample {
  /// What path walking takes of the kernel: names in flight, entries of directories, open files.
  private static let pathCaches = ["names_cache", "dentry", "filp", "inode_cache"]

  /// A terminal's buffer is 256 to 1,792 characters with a flag each and a header
  /// (tty_buffer_alloc in drivers/tty/tty_buffer.c), and so one of these.
  private static let terminalCaches = ["kmalloc-1k", "kmalloc-2k", "kmalloc-4k"]

  /// Takes the caches of paths and terminals out of /proc/slabinfo's text.
  ///
  /// Lines that are no caches, or are cut short, are passed over.
  public init(time: UInt64, slabinfo: [UInt8], pageBytes: UInt64) {
    var caches: [SlabCache] = []
    for line in slabinfo.split(separator: UInt8(ascii: "\n")) {
      guard let cache = SlabCache(slabinfo: line, pageBytes: pageBytes), Self.isWanted(cache.name)
      else { continue }
      if let place = caches.firstIndex(where: { $0.name == cache.name }) {
        caches[place].objects += cache.objects
        caches[place].bytes += cache.bytes
      } else {
        caches.append(cache)
      }
    }
    self.init(time: time, caches: caches.sorted { $0.name < $1.name })
  }

  private static func isWanted(_ name: String) -> Bool {
    pathCaches.contains(name) || name.hasSuffix("_inode_cache") || terminalCaches.contains(name)
  }
}

extension SlabCache {
  /// A line of /proc/slabinfo, version 2: name, objects in use, objects, bytes of one, objects and
  /// pages of a slab, then tunables, then `slabdata`, slabs in use, slabs.
  fileprivate init?(slabinfo line: ArraySlice<UInt8>, pageBytes: UInt64) {
    let words = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    guard words.count > 5, let data = words.firstIndex(of: "slabdata"), data + 2 < words.count,
      let objects = UInt64(words[1]), let pages = UInt64(words[5]),
      let slabs = UInt64(words[data + 2])
    else { return nil }
    let (slabBytes, isHuge) = pages.multipliedReportingOverflow(by: pageBytes)
    let (bytes, isHuger) = slabBytes.multipliedReportingOverflow(by: slabs)
    guard !isHuge, !isHuger else { return nil }
    self.init(name: Self.plainName(words[0]), objects: objects, bytes: bytes)
  }

  /// Hardened kernels keep sixteen copies of each size: kmalloc-rnd-07-1k (Linux 6.6).
  private static func plainName(_ name: String) -> String {
    let parts = name.split(separator: "-")
    guard parts.count == 4, parts[0] == "kmalloc", parts[1] == "rnd" else { return name }
    return "kmalloc-\(parts[3])"
  }
}
