// SPDX-License-Identifier: Apache-2.0

import CLinux
import CSpoorABI
import Foundation
import Probe
import Testing

/// Where a task can be preempted in a program, that one has a twin: loaded here too, for once.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct TwinTests {
  private func observed(_ kind: spoor_kind, by probe: borrowing Probe) -> UInt64 {
    probe.statistics().reduce(0) { sum, cpu in
      withUnsafeBytes(of: cpu.observed) {
        sum + $0.bindMemory(to: UInt64.self)[Int(kind.rawValue)]
      }
    }
  }

  /// With twins the counters are read, and end, by programs; else by bpf(2).
  private func expectWhatIsForgottenToBeGone(
    from probe: borrowing Probe, processes: Int
  ) throws {
    let states = try probe.processStates()
    let lookups = try probe.lookupCounts()
    #expect(states.count == processes)
    #expect(lookups.count > Int(SPOOR_FORGET_KEYS))
    // All but one of each.
    probe.forget(
      processes: states.dropLast().map(\.0), lookups: lookups.dropLast().map(\.0), terminals: [])
    #expect(try probe.processStates().map(\.0.tgid) == states.suffix(1).map(\.0.tgid))
    #expect(try probe.lookupCounts().map(\.0.operation) == lookups.suffix(1).map(\.0.operation))
  }

  enum Twins: CaseIterable {
    case none, after, before
    /// Without the firsts, at perf's tracepoints and where those cannot be had.
    case alone, aloneWithoutPerf
    /// Where system calls are hooked by tp_btf all the same.
    case typed
  }

  @Test(arguments: Twins.allCases)
  func whatAProgramToldItsTwinLeavesOut(twins: Twins) throws {
    let hasTwins = twins != .none
    var support = KernelSupport.current()
    support.preemptsPrograms = hasTwins
    if twins == .aloneWithoutPerf { support.hasPerfTracepoint = false }
    // What perf's tracepoint has run for somebody since before spoor comes first.
    let tracepoints = ["sched/sched_process_fork", "sched/sched_process_exit"]
    let others = twins == .before ? tracepoints.map { spoor_open_tracepoint($0) } : []
    defer { for other in others { close(other) } }
    #expect(others.allSatisfy { $0 >= 0 })
    let context = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)
    defer { context.deallocate() }
    var plan = try AttachPlan(for: support, backend: twins == .typed ? .typed : nil)
    if twins == .alone || twins == .aloneWithoutPerf { plan.skipped = Set(plan.repeated) }
    let probe = try Probe(
      ProbeConfiguration(scope: .children), support: support, plan: plan, context: context,
      onRecord: { _, _, _ in 0 })
    #expect(probe.plan.twins == (hasTwins ? (twins == .aloneWithoutPerf ? .again : .perf) : nil))
    // With timeout, which Spoor.run puts before it, 42 processes; and bash becomes the shell.
    let script = "n=0; while [ $n -lt 40 ]; do (cd / && exec /bin/true); n=$((n + 1)); done"
    let run = try Spoor.run(URL(filePath: "/bin/sh"), ["-c", script])
    #expect(run.status == 0)
    #expect(observed(SPOOR_KIND_FORK, by: probe) == 42)
    #expect(observed(SPOOR_KIND_EXEC, by: probe) == 43)
    #expect(observed(SPOOR_KIND_EXIT, by: probe) == 42)
    #expect(observed(SPOOR_KIND_WAIT, by: probe) == 41)
    try expectWhatIsForgottenToBeGone(from: probe, processes: 42)
  }
}
