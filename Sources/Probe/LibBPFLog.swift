// SPDX-License-Identifier: Apache-2.0

import CLibBPF

/// What libbpf says of failures, kept off the terminal.
///
/// Never inlined: what is static in a C header is there once for each Swift file that calls it, and
/// all of these mean the same.
enum LibBPFLog {
  @inline(never)
  static func keep() { spoor_libbpf_quiet() }

  @inline(never)
  static func forget() { spoor_libbpf_forget() }

  /// The first line since it was last forgotten, which names the cause; empty if there is none.
  @inline(never)
  static func reason() -> String {
    let said = String(cString: spoor_libbpf_said())
    return said.split(separator: "\n").first.map { String($0.trimmingPrefix("libbpf: ")) } ?? ""
  }
}
