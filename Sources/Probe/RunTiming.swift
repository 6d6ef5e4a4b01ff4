// SPDX-License-Identifier: Apache-2.0

import CLauncher
import CLibBPF
import Glibc

/// How much of the time programs were timed for, in nanoseconds.
public struct RunTimes: Sendable {
  public var timed: UInt64 = 0
  public var untimed: UInt64 = 0
  /// What the timing took of a CPU, beside this process.
  public var cpuTime: UInt64 = 0

  public init() {}
}

/// Somebody who has the kernel count and time the runs of eBPF programs.
protocol RunTiming: AnyObject {
  func begin(at time: UInt64)
  /// Nil where nothing can be timed.
  func samples(at time: UInt64) -> RunSamples?
  func end()
}

/// What was timed.
struct RunSamples {
  var times: RunTimes
  /// By the program's place, and what the kernel tells of it.
  var runs: (Int, bpf_prog_info) -> Probe.Runs
}

extension ProbeConfiguration.Timing {
  /// Nil where it is not wanted, or sampling cannot be had.
  ///
  /// - Parameter programs: the descriptors of those that are to be timed.
  func start(for programs: [Int32]) throws(ProbeError) -> (any RunTiming)? {
    switch self {
    case .never: nil
    case .always: try RunClock()
    // Who has it on for the whole machine pays for it already.
    case .sampled where Self.isOn: try? RunClock()
    case .sampled: RunSampler(of: programs)
    }
  }

  /// The sysctl kernel.bpf_stats_enabled.
  private static var isOn: Bool {
    guard let file = fopen("/proc/sys/kernel/bpf_stats_enabled", "re") else { return false }
    defer { fclose(file) }
    return fgetc(file) == Int32(UInt8(ascii: "1"))
  }
}

/// Has the kernel count and time all runs until this goes.
private final class RunClock: RunTiming {
  private let descriptor: Int32
  private var start: UInt64 = 0

  /// Takes CAP_SYS_ADMIN, as nothing else here does; Linux 5.8.
  init() throws(ProbeError) {
    descriptor = bpf_enable_stats(BPF_STATS_RUN_TIME)
    guard descriptor >= 0 else {
      throw .because("time the eBPF programs", errno: -descriptor)
    }
  }

  deinit { close(descriptor) }

  func begin(at time: UInt64) { start = time }

  func samples(at time: UInt64) -> RunSamples? {
    var times = RunTimes()
    times.timed = time - min(time, start)
    return RunSamples(times: times) { _, info in
      Probe.Runs(count: info.run_cnt, time: info.run_time_ns)
    }
  }

  func end() {}
}

/// Has another process do so for a part of the time: in this one nothing may be left that could.
private final class RunSampler: RunTiming {
  private let shared: UnsafeMutablePointer<spoor_run_samples>
  private let channel: Int32
  private var hasBegun = false

  /// Starts the process, which waits for `begin`.
  init?(of programs: [Int32]) {
    guard programs.count <= Int(SPOOR_SAMPLED_PROGRAMS) else { return nil }
    let size = MemoryLayout<spoor_run_samples>.size
    let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
    guard let mapped, mapped != MAP_FAILED else { return nil }
    shared = mapped.bindMemory(to: spoor_run_samples.self, capacity: 1)
    channel = spoor_start_sampling(shared, programs, programs.count)
  }

  deinit {
    close(channel)
    munmap(shared, MemoryLayout<spoor_run_samples>.size)
  }

  /// Returns when the first window has begun, or none ever will.
  func begin(at time: UInt64) {
    var byte: UInt8 = 0
    hasBegun =
      send(channel, &byte, 1, Int32(MSG_NOSIGNAL)) == 1 && read(channel, &byte, 1) == 1
  }

  func samples(at time: UInt64) -> RunSamples? {
    guard hasBegun else { return nil }
    var copy = spoor_run_samples()
    spoor_read_samples(shared, &copy)
    let runs = withUnsafeBytes(of: copy.of) { Array($0.bindMemory(to: spoor_runs.self)) }
    var times = RunTimes()
    (times.timed, times.untimed, times.cpuTime) = (copy.timed, copy.untimed, copy.cpu)
    return RunSamples(times: times) { place, _ in
      Probe.Runs(count: runs[place].count, time: runs[place].time)
    }
  }

  func end() {
    var byte: UInt8 = 0
    shutdown(channel, Int32(SHUT_WR))
    while read(channel, &byte, 1) == 1 {}
  }
}
