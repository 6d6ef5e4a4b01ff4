// SPDX-License-Identifier: Apache-2.0

import CSpoorABI
import Events
import Testing

/// Lookups by the operations that the kernel side counts with each process.
struct FrequentLookupTests {
  private let key = spoor_process_key(start_time_ns: 7, tgid: 42, reserved: 0)

  @Test func eachCountIsOfItsOperation() {
    var state = spoor_process()
    withUnsafeMutableBytes(of: &state.lookups) { bytes in
      let counts = bytes.bindMemory(to: spoor_lookup_count.self)
      for index in counts.indices {
        counts[index] = spoor_lookup_count(total: UInt64(index) + 1, failed: UInt64(index))
      }
    }
    let counters = LookupCounter.frequent(key, state)
    #expect(
      counters.map(\.operation.name) == [
        "execve", "open", "openat", "newfstatat", "statx", "access", "faccessat", "readlink",
      ])
    #expect(counters.map(\.total) == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(counters.map(\.failed) == [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(counters.allSatisfy { $0.process == ProcessKey(processID: 42, startTime: 7) })
  }

  @Test func whatWasNotUsedIsNotTold() {
    var state = spoor_process()
    state.lookups.2 = spoor_lookup_count(total: 9, failed: 0)
    let counters = LookupCounter.frequent(key, state)
    #expect(counters.map(\.operation.name) == ["openat"])
    #expect(counters.map(\.total) == [9])
  }
}
