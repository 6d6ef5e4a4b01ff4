// SPDX-License-Identifier: Apache-2.0

import CLibBPF

/// The kernel's types by its BTF: six megabytes, read once for all questions.
struct KernelTypes: ~Copyable {
  private let btf: OpaquePointer?

  init() {
    btf = btf__load_vmlinux_btf()
  }

  deinit {
    btf__free(btf)
  }

  /// Whether the kernel has BTF, and it can be read.
  var isThere: Bool { btf != nil }

  func hasStructure(_ name: String) -> Bool { has(name, spoor_btf_struct) }

  /// Whether a program gets this tracepoint's arguments with their types.
  func hasTracepoint(_ name: String) -> Bool { has("btf_trace_" + name, spoor_btf_typedef) }

  private func has(_ name: String, _ kind: UInt32) -> Bool {
    btf.map { btf__find_by_name_kind($0, name, kind) > 0 } ?? false
  }
}
