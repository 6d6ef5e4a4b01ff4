// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import Glibc

/// What the kernel says of the programs themselves.
extension Probe {
  /// One program since it was loaded, on all CPUs.
  public struct Program: Sendable {
    public var name: String
    /// How often it ran, and the nanoseconds of that; nil where the kernel does not count.
    public var runs: (count: UInt64, time: UInt64)?
    /// How often it found itself running already on its CPU, and missed an event.
    public var recursionMisses: UInt64
    /// What the verifier went through; nil before Linux 5.16.
    public var verifiedInstructions: UInt64?
  }

  /// Those that are attached, and the iterators.
  public func programs() -> [Program] {
    (plan.programs + plan.iterators).compactMap { name in
      guard let info = object.information(name) else { return nil }
      return Program(
        name: name, runs: timing == nil ? nil : (info.run_cnt, info.run_time_ns),
        recursionMisses: info.recursion_misses + missed(by: functionLinks[name]),
        verifiedInstructions: info.verified_insns == 0 ? nil : UInt64(info.verified_insns))
    }
  }

  /// What the kernel did not hand over at functions: with too many calls under way at once before
  /// Linux 6.14, or of a call within its own hook.
  private func missed(by link: OpaquePointer?) -> UInt64 {
    link.map { spoor_missed_calls(bpf_link__fd($0)) } ?? 0
  }

  /// How many events were missed so, at most: with a twin, only what both missed.
  public var recursionMisses: UInt64 {
    let misses = Dictionary(uniqueKeysWithValues: programs().map { ($0.name, $0.recursionMisses) })
    let twins = plan.repeated.map { min(misses[$0] ?? 0, misses[AttachPlan.twin(of: $0)] ?? 0) }
    let paired = Set(plan.repeated + plan.repeated.map(AttachPlan.twin))
    return misses.reduce(twins.reduce(0, +)) { paired.contains($1.key) ? $0 : $0 + $1.value }
  }
}

/// Has the kernel count and time the runs of eBPF programs until this goes.
struct RunTiming: ~Copyable {
  private let descriptor: Int32

  /// Nil where it is not wanted, and nobody else has it on, who pays for it already: it could be
  /// turned off meanwhile, and the counts would be of an unknown part.
  static func wanted(by configuration: ProbeConfiguration) throws(ProbeError) -> RunTiming? {
    guard configuration.timesPrograms || isOn else { return nil }
    // Takes CAP_SYS_ADMIN, as nothing else here does; Linux 5.8.
    let descriptor = bpf_enable_stats(BPF_STATS_RUN_TIME)
    if descriptor >= 0 { return RunTiming(descriptor: descriptor) }
    guard configuration.timesPrograms else { return nil }
    throw .because("time the eBPF programs", errno: -descriptor)
  }

  deinit {
    close(descriptor)
  }

  /// The sysctl kernel.bpf_stats_enabled.
  private static var isOn: Bool {
    guard let file = fopen("/proc/sys/kernel/bpf_stats_enabled", "re") else { return false }
    defer { fclose(file) }
    return fgetc(file) == Int32(UInt8(ascii: "1"))
  }
}
