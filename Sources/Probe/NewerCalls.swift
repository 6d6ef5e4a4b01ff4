// SPDX-License-Identifier: Apache-2.0

import CLinux
import CSpoorABI

/// The system calls of the table that not every supported kernel has.
enum NewerCalls {
  /// Bit N: this kernel has number `SPOOR_NEWER_CALLS` + N. One that seccomp keeps from spoor counts
  /// as missing.
  static let present: UInt64 = {
    var present: UInt64 = 0
    var index: UInt32 = 0
    while let line = spoor_syscall_line(index) {
      index += 1
      let place = line.pointee.number - SPOOR_NEWER_CALLS
      if (0..<64).contains(place), spoor_has_call(Int(line.pointee.number)) {
        present |= 1 << UInt64(place)
      }
    }
    return present
  }()
}

extension spoor_syscall_line {
  /// On this architecture; -1 where it has none.
  fileprivate var number: Int32 {
    #if arch(x86_64)
      x86_64
    #else
      arm64
    #endif
  }
}
