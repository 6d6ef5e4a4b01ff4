// SPDX-License-Identifier: Apache-2.0

import CSpoorABI

/// The functions that a system call enters first: each is given the saved registers, and returns
/// what the call does.
enum SystemCallFunctions {
  /// SYSCALL_DEFINE of arch/x86/include/asm/syscall_wrapper.h, and of arm64's; those of 32-bit
  /// programs come last.
  private static let prefixes: [String] = {
    #if arch(x86_64)
      ["__x64_sys_", "__ia32_sys_", "__ia32_compat_sys_"]
    #else
      ["__arm64_sys_", "__arm64_compat_sys_"]
    #endif
  }()

  /// What may follow a prefix.
  private static let calls: Set<String> = {
    var calls: Set<String> = []
    var index: UInt32 = 0
    while let line = spoor_syscall_line(index) {
      calls.insert(String(cString: line.pointee.name))
      index += 1
    }
    index = 0
    while let name = spoor_function_name(index) {
      calls.insert(String(cString: name))
      index += 1
    }
    return calls
  }()

  /// Those of the calls that spoor reads, as this kernel has them: few calls have all forms, and a
  /// function too many costs its calls a look into the table.
  static func wanted(_ types: KernelTypes) -> [String] {
    types.functions(withPrefixes: prefixes).filter { name in
      prefixes.contains { name.hasPrefix($0) && calls.contains(String(name.dropFirst($0.count))) }
    }
  }
}
