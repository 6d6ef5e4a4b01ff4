// SPDX-License-Identifier: Apache-2.0

import Attribution
import Glibc
import Launcher
import Probe

/// What spoor itself uses, all threads together; asking looks no path up.
struct OwnUsage {
  private let memory = KernelNumber("/proc/self/status")
  private var lastTime: UInt64?
  private var lastCPU: UInt64 = 0

  /// Of one core since the last call, in per cent; nil the first time.
  mutating func cpuPercent(at time: UInt64) -> Double? {
    let cpu = Self.cpuTime
    defer { (lastTime, lastCPU) = (time, cpu) }
    guard let lastTime, time > lastTime else { return nil }
    return Double(cpu - min(cpu, lastCPU)) / Double(time - lastTime) * 100
  }

  /// Nanoseconds since spoor started.
  static var cpuTime: UInt64 {
    var used = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used)
    return UInt64(used.tv_sec) * 1_000_000_000 + UInt64(used.tv_nsec)
  }

  /// In bytes.
  var residentBytes: UInt64? { kibibytes("VmRSS") }

  /// The most since spoor started, in bytes.
  var peakResidentBytes: UInt64? { kibibytes("VmHWM") }

  private func kibibytes(_ name: String) -> UInt64? {
    memory.value(of: name).map { $0 * 1024 }
  }
}

/// What spoor takes from one interval to the next.
struct OverheadMeter {
  private let usage = OwnUsage()
  private var cpuTime = OwnUsage.cpuTime
  private var peakBytes: UInt64
  private var programs: [String: Probe.Program] = [:]
  private var times = RunTimes()

  /// The first time begins now.
  init() { peakBytes = usage.peakResidentBytes ?? 0 }

  /// Ends a time and begins the next.
  ///
  /// - Parameters:
  ///   - programs: as they are now, and were new when the first time began.
  ///   - times: likewise.
  mutating func take(_ programs: [Probe.Program], _ times: RunTimes?) -> Overhead {
    let cpu = OwnUsage.cpuTime + (times?.cpuTime ?? 0)
    let resident = usage.residentBytes ?? 0
    let peak = usage.peakResidentBytes ?? 0
    defer {
      (cpuTime, peakBytes) = (cpu, peak)
      self.times = times ?? RunTimes()
      for program in programs { self.programs[program.name] = program }
    }
    return Overhead(
      cpuTime: grown(cpu, cpuTime), residentBytes: resident,
      // A peak of an earlier time is none of this one.
      peakResidentBytes: max(peak > peakBytes ? peak : 0, resident),
      timing: times.map {
        Overhead.Timing(
          timed: grown($0.timed, self.times.timed),
          untimed: grown($0.untimed, self.times.untimed))
      },
      programs: programs.map { $0.since(self.programs[$0.name]) })
  }
}

extension Probe.Program {
  fileprivate func since(_ before: Probe.Program?) -> Overhead.Program {
    Overhead.Program(
      name: name, runs: runs.map { grown($0.count, before?.runs?.count) },
      runTime: runs.map { grown($0.time, before?.runs?.time) },
      recursionMisses: grown(recursionMisses, before?.recursionMisses),
      verifiedInstructions: verifiedInstructions)
  }
}

private func grown(_ now: UInt64, _ then: UInt64?) -> UInt64 { now - min(now, then ?? 0) }
