// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What spoor itself uses, all threads together; asking looks no path up.
struct OwnUsage {
  private let memory = KernelNumber("/proc/self/statm")
  private var lastTime: UInt64?
  private var lastCPU: UInt64 = 0

  /// Of one core since the last call, in per cent; nil the first time.
  mutating func cpuPercent(at time: UInt64) -> Double? {
    var used = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used)
    let cpu = UInt64(used.tv_sec) * 1_000_000_000 + UInt64(used.tv_nsec)
    defer { (lastTime, lastCPU) = (time, cpu) }
    guard let lastTime, time > lastTime else { return nil }
    return Double(cpu - min(cpu, lastCPU)) / Double(time - lastTime) * 100
  }

  /// In bytes.
  var residentBytes: UInt64? {
    memory.values.dropFirst().first.map { $0 * UInt64(sysconf(Int32(_SC_PAGESIZE))) }
  }
}
