// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The kernel's types by its BTF: six megabytes, read once for all questions.
struct KernelTypes: Sendable {
  private let btf: BTF?

  /// Reads /sys/kernel/btf/vmlinux.
  static func current() -> KernelTypes {
    KernelTypes(btf: BTF(contents("/sys/kernel/btf/vmlinux")))
  }

  /// Whether the kernel has BTF, and it can be read.
  var isThere: Bool { btf != nil }

  func hasStructure(_ name: String) -> Bool { has(name, .structure) }

  func hasTypeDefinition(_ name: String) -> Bool { has(name, .typedef) }

  /// Whether a structure has a member by this path; where it is in one without a name, too.
  func hasMember(_ path: [String], of name: String) -> Bool {
    guard let btf else { return false }
    return btf.numbers { $0 == .structure && strcmp($1, name) == 0 }
      .contains { btf.hasMember(path[...], of: $0) }
  }

  /// The names of the kernel's functions that begin so.
  func functions(withPrefixes prefixes: [String]) -> [String] {
    btf?.functions(withPrefixes: prefixes) ?? []
  }

  /// Whether a program gets this tracepoint's arguments with their types.
  func hasTracepoint(_ name: String) -> Bool { hasTypeDefinition("btf_trace_" + name) }

  private func has(_ name: String, _ kind: BTF.Kind) -> Bool {
    btf.map { !$0.numbers { $0 == kind && strcmp($1, name) == 0 }.isEmpty } ?? false
  }

  /// What programs that read types of these names need, as BTF.
  func excerpt(named names: Set<String>) -> [UInt8] {
    guard let btf else { return [] }
    return btf.subset(btf.numbers { names.contains(String(cString: $1)) })
  }

  private static func contents(_ path: String) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_size > 0 else { return [] }
    return Array(unsafeUninitializedCapacity: Int(status.st_size)) { room, filled in
      while filled < room.count {
        let count = read(file, room.baseAddress?.advanced(by: filled), room.count - filled)
        guard count > 0 else { return }
        filled += count
      }
    }
  }
}
