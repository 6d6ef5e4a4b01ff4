// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Who descends from whom, as /proc tells it now.
enum ProcessTree {
  /// A process with its parent and its process group.
  private struct Entry {
    var id: Int32
    var parent: Int32
    var group: Int32
    var isZombie: Bool
  }

  /// All that descend from a process and have not ended; without itself.
  static func descendants(of root: Int32) -> [Int32] {
    let all = entries()
    var family: Set<Int32> = [root]
    // A child may come before its parent in the list.
    while true {
      let more = all.filter { family.contains($0.parent) && !family.contains($0.id) }
      if more.isEmpty { break }
      family.formUnion(more.map(\.id))
    }
    return all.filter { family.contains($0.id) && $0.id != root && !$0.isZombie }.map(\.id)
  }

  /// The child of a process, where it has one.
  static func child(of parent: Int32) -> Int32? {
    entries().first { $0.parent == parent }?.id
  }

  static func members(ofGroup group: Int32) -> [Int32] {
    entries().filter { $0.group == group && !$0.isZombie }.map(\.id)
  }

  private static func entries() -> [Entry] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var entries: [Entry] = []
    while let next = readdir(folder) {
      let name = withUnsafePointer(to: &next.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let id = Int32(name), let entry = entry(id) { entries.append(entry) }
    }
    return entries
  }

  /// Fields behind the name, which may hold anything but ends with ")": state, parent, group.
  private static func entry(_ id: Int32) -> Entry? {
    let descriptor = open("/proc/\(id)/stat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0, let end = bytes[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = String(decoding: bytes[(end + 1)..<count], as: UTF8.self).split(separator: " ")
    guard fields.count > 2, let parent = Int32(fields[1]), let group = Int32(fields[2]) else {
      return nil
    }
    return Entry(id: id, parent: parent, group: group, isZombie: fields[0] == "Z")
  }
}
