// SPDX-License-Identifier: Apache-2.0

import CSpoorABI
import Testing

struct SyscallTableTests {
  private let lines: [spoor_syscall_line] = {
    var lines: [spoor_syscall_line] = []
    while let line = spoor_syscall_line(UInt32(lines.count)) { lines.append(line.pointee) }
    return lines
  }()

  @Test func everyOperationHasTheNameOfItsSystemCall() {
    let names = (1..<UInt32(SPOOR_OPERATION_COUNT.rawValue)).map { operation in
      spoor_operation_name(operation).map { String(cString: $0) }
    }
    #expect(names.first == "open")
    #expect(names.allSatisfy { $0 != nil })
    #expect(Set(names).count == names.count)
    #expect(spoor_operation_name(UInt32(SPOOR_OPERATION_COUNT.rawValue)) == nil)
  }

  @Test func noNumberStandsTwice() {
    for numbers in [lines.map(\.x86_64), lines.map(\.arm64), lines.map(\.i386)] {
      let present = numbers.filter { $0 >= 0 }
      #expect(Set(present).count == present.count)
      #expect(present.allSatisfy { $0 < SPOOR_SYSCALL_COUNT })
    }
  }

  @Test func everyLineExistsOnX86() {
    #expect(lines.count > 85)
    #expect(lines.allSatisfy { $0.x86_64 >= 0 || $0.i386 >= 0 })
  }
}
