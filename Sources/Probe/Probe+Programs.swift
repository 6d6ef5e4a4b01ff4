// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import Glibc

/// What the kernel says of the programs themselves.
extension Probe {
  /// One program since it was loaded, on all CPUs.
  public struct Program: Sendable {
    public var name: String
    /// Of the time that is timed, and what follows from that for the rest; nil without timing.
    public var runs: Runs?
    /// How often it found itself running already on its CPU, and missed an event.
    public var recursionMisses: UInt64
    /// What the verifier went through; nil before Linux 5.16.
    public var verifiedInstructions: UInt64?
  }

  /// How often a program ran, and the nanoseconds of that.
  public struct Runs: Sendable {
    public var count: UInt64
    public var time: UInt64
  }

  /// Those that are attached, and the iterators.
  ///
  /// - Parameter time: now, in nanoseconds since boot.
  /// - Returns: also how much of the time was timed; nil for none.
  public func programs(at time: UInt64) -> (programs: [Program], timing: RunTimes?) {
    let samples = timing?.samples(at: time)
    let programs = plan.everyProgram.enumerated().compactMap { place, name in
      object.information(name).map { info in
        Program(
          name: name, runs: samples?.runs(place, info), recursionMisses: misses(of: name, info),
          verifiedInstructions: info.verified_insns == 0 ? nil : UInt64(info.verified_insns))
      }
    }
    return (programs, samples?.times)
  }

  /// What the kernel did not hand over, at functions also with too many calls under way at once
  /// before Linux 6.14, or of a call within its own hook.
  private func misses(of name: String, _ info: bpf_prog_info) -> UInt64 {
    info.recursion_misses + (functionLinks[name].map { spoor_missed_calls(bpf_link__fd($0)) } ?? 0)
  }

  /// How many events were missed so, at most: with a twin, only what both missed.
  public var recursionMisses: UInt64 {
    var misses: [String: UInt64] = [:]
    for name in plan.everyProgram {
      misses[name] = object.information(name).map { self.misses(of: name, $0) }
    }
    let twins = plan.repeated.map { min(misses[$0] ?? 0, misses[plan.twin(of: $0)] ?? 0) }
    let paired = Set(plan.repeated + plan.repeated.map(plan.twin))
    return misses.reduce(twins.reduce(0, +)) { paired.contains($1.key) ? $0 : $0 + $1.value }
  }

  /// Begins to time the programs, where that is wanted and not so already.
  ///
  /// - Parameter time: now, in nanoseconds since boot.
  public func beginTiming(at time: UInt64) { timing?.begin(at: time) }

  /// Ends it; what there is is complete then.
  public func endTiming() { timing?.end() }
}
