// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// The kernel's types by its BTF: six megabytes, read for the first question and kept for others
/// until `forget`.
final class KernelTypes: Sendable {
  /// Within it, nil where there are none to be had.
  private let kept = Mutex<BTF??>(nil)

  private var btf: BTF? {
    kept.withLock { kept in
      if let btf = kept { return btf }
      let btf = BTF(FileBytes(path: "/sys/kernel/btf/vmlinux"))
      kept = .some(btf)
      return btf
    }
  }

  /// Gives up the memory: another question reads them again.
  func forget() {
    kept.withLock { $0 = nil }
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

  /// A program runs at the return of many functions, and the kernel counts when it does not.
  var haveReturnHooks: Bool {
    hasStructure("bpf_kprobe_multi_link")
      && hasMember(["kprobe_multi", "missed"], of: "bpf_link_info")
  }

  /// Whether a program gets this tracepoint's arguments with their types.
  func hasTracepoint(_ name: String) -> Bool { hasTypeDefinition("btf_trace_" + name) }

  private func has(_ name: String, _ kind: BTF.Kind) -> Bool {
    btf.map { !$0.numbers { $0 == kind && strcmp($1, name) == 0 }.isEmpty } ?? false
  }

  /// What programs that read types of these names need, as BTF.
  func excerpt(named names: Set<String>) -> [UInt8] {
    guard let btf else { return [] }
    // A string of each name would take longer than all else, and most begin otherwise.
    var beginnings = [Bool](repeating: false, count: 1 << 16)
    func beginning(_ name: UnsafePointer<CChar>) -> Int {
      Int(UInt8(bitPattern: name[0])) << 8 | (name[0] == 0 ? 0 : Int(UInt8(bitPattern: name[1])))
    }
    for name in names { beginnings[name.withCString(beginning)] = true }
    return btf.subset(
      btf.numbers { beginnings[beginning($1)] && names.contains(String(cString: $1)) })
  }
}
