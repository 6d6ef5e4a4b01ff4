// SPDX-License-Identifier: Apache-2.0

import Probe
import Testing

/// What is tried next where a program attached and never ran.
struct AttachPlanTests {
  /// As Linux 6.18 has it, whatever runs here.
  private static let support = {
    var support = KernelSupport.current()
    support.hasBTF = true
    support.hasTypedTracepoints = true
    support.hasReturnHooks = true
    support.hasMasterHooks = true
    support.ringSubmission = .request
    support.hasPerfTracepoint = true
    support.preemptsPrograms = false
    return support
  }()
  private let plan: AttachPlan

  init() throws { plan = try AttachPlan(for: Self.support) }

  private func sentences(_ plan: AttachPlan) -> [String] {
    AttachPlan.unseen(on: Self.support, silent: plan.silent, backend: plan.backend)
  }

  @Test func aPlanWhoseProgramsAllRanStays() throws {
    #expect(try plan.fallback(from: []) == nil)
    #expect(plan.silent == [])
  }

  @Test func aSilentTypedTracepointFallsBackToTheRawOneAndSaysSo() throws {
    let next = try #require(try plan.fallback(from: ["spoor_sys_exit"]))
    #expect(next.backend == .raw)
    #expect(next.ringSubmission == .request)
    #expect(next.programs.contains("spoor_sys_exit_raw"))
    #expect(!next.programs.contains("spoor_sys_exit"))
    #expect(sentences(next).count { $0.contains("raw_tp") } == 1)
    #expect(try next.fallback(from: []) == nil)
  }

  @Test func withoutItsHooksTheRingIsUnseenAndTheRestGoesOn() throws {
    for program in ["spoor_ring_submit", "spoor_ring_refuse", "spoor_ring_complete"] {
      let next = try #require(try plan.fallback(from: [program]))
      #expect(next.backend == .typed)
      #expect(!next.programs.contains { $0.contains("ring") })
      let told = sentences(next).filter { $0.contains("io_uring are not counted") }
      #expect(told.count == 1)
      #expect(told.first?.contains("never ran") == true)
    }
  }

  @Test func bothFallBackOneAfterTheOtherOrAtOnce() throws {
    let all: Set = ["spoor_sys_exit", "spoor_ring_complete"]
    let both = try #require(try plan.fallback(from: all))
    let first = try #require(try plan.fallback(from: ["spoor_sys_exit"]))
    #expect(try first.fallback(from: ["spoor_ring_complete"]) == both)
    #expect(both.silent == [.typed, .ring])
  }

  @Test(arguments: ["spoor_process_fork", "spoor_process_wait", "spoor_signal_generate"])
  func whatNothingStandsInForEndsInOneSentence(program: String) throws {
    let error = #expect(throws: ProbeError.self) {
      _ = try plan.fallback(from: [program, "spoor_sys_exit"])
    }
    #expect(error?.code == .silent)
    #expect(error?.description.hasPrefix("\(program) attached and never ran") == true)
    #expect(error?.description.contains("spoor doctor") == true)
  }

  @Test func aSilentRawTracepointIsTheEnd() throws {
    let raw = try AttachPlan(for: Self.support, backend: .raw)
    #expect(throws: ProbeError.self) { _ = try raw.fallback(from: ["spoor_sys_exit_raw"]) }
  }

  @Test func returnsAreHookedOnlyWhereThatIsAskedFor() throws {
    #expect(plan.backend == .typed)
    let returns = try AttachPlan(for: Self.support, backend: .returns)
    #expect(returns.programs.first == "spoor_sys_return")
    let own = Set(returns.programs).subtracting(plan.programs)
    #expect(own == ["spoor_sys_return", "spoor_pty_master"])
    #expect(returns.ringSubmission == plan.ringSubmission)
    #expect(Set(sentences(returns)).subtracting(sentences(plan)).count == 1)
    #expect(Set(sentences(plan)).isSubset(of: sentences(returns)))
  }

  /// Where programs are preempted.
  private func preempted() throws -> AttachPlan {
    var support = Self.support
    support.preemptsPrograms = true
    return try AttachPlan(for: support)
  }

  @Test func whereProgramsArePreemptedPerfHooksCallsAndRingsAndTheOthersHaveTwins() throws {
    let preempted = try preempted()
    #expect(preempted.backend == .perf)
    let twins = preempted.repeated.map(preempted.twin)
    #expect(
      twins == [
        "spoor_process_fork_perf", "spoor_process_exec_again", "spoor_process_exit_perf",
        "spoor_process_wait_perf",
      ])
    let others = preempted.programs.filter { !twins.contains($0) && !plan.programs.contains($0) }
    #expect(
      others
        == plan.programs.filter { !preempted.programs.contains($0) }.map { $0 + "_perf" })
    #expect(Set(preempted.repeated).isSubset(of: plan.programs))
    #expect(plan.repeated == [])
  }

  @Test func wherePerfStaysSilentTheTypedTracepointsServeTheRingAsWell() throws {
    let preempted = try preempted()
    for silent in [["spoor_sys_exit_perf"], preempted.programs.filter { $0.hasSuffix("_perf") }] {
      let next = try #require(try preempted.fallback(from: Set(silent)))
      #expect(next.backend == .typed)
      #expect(next.ringSubmission == .request)
      #expect(next.repeated == preempted.repeated)
      #expect(!next.programs.contains { $0.hasSuffix("_perf") })
      #expect(next.silent == [.perf])
      #expect(sentences(next).count { $0.contains("tp attached and never ran") } == 1)
    }
  }

  @Test(arguments: [AttachPlan.Backend.perf, .typed, .raw, .returns])
  func twinsAndRingsArePerfsWithEachBackendAndWhereTwinsStaySilentTheFirstsHooksServe(
    backend: AttachPlan.Backend
  ) throws {
    var support = Self.support
    support.preemptsPrograms = true
    let plan = try AttachPlan(for: support, backend: backend)
    #expect(plan.twins == .perf)
    #expect(plan.programs.contains("spoor_ring_submit_perf"))
    // None of perf's programs runs where bpf(2) reads a map.
    #expect(plan.iterators.contains("spoor_tell_processes"))
    let next = try #require(try plan.fallback(from: ["spoor_process_exit_perf"]))
    #expect(next.backend == backend)
    #expect(next.twins == .again)
    #expect(next.repeated.map(next.twin) == plan.repeated.map { $0 + "_again" })
    #expect(sentences(next).count { $0.contains("Forks, exits and waits") } == 1)
    #expect(throws: ProbeError.self) { _ = try next.fallback(from: ["spoor_process_exit_again"]) }
  }

  @Test func perfHooksTheRingOnlyWhereItsTracepointIsTheNewOne() throws {
    var support = Self.support
    support.ringSubmission = .entry
    let older = try AttachPlan(for: support, backend: .perf)
    #expect(older.programs.filter { $0.hasSuffix("_perf") } == ["spoor_sys_exit_perf"])
    #expect(older.programs.contains("spoor_ring_submit_sqe"))
  }

  @Test func withoutPerfsTracepointTheTypedOneServesUnlessPerfsIsAskedFor() throws {
    var support = Self.support
    support.preemptsPrograms = true
    support.hasPerfTracepoint = false
    #expect(try AttachPlan(for: support).backend == .typed)
    let error = #expect(throws: ProbeError.self) {
      _ = try AttachPlan(for: support, backend: .perf)
    }
    #expect(error?.code == .noPerfTracepoint)
    #expect(error?.description.contains("leave out --backend") == true)
  }

  @Test func aKernelWithoutReturnHooksIsNamedWithARemedy() throws {
    for lacking in [\KernelSupport.hasReturnHooks, \.hasTypedTracepoints] {
      var support = Self.support
      support[keyPath: lacking] = false
      let error = #expect(throws: ProbeError.self) {
        _ = try AttachPlan(for: support, backend: .returns)
      }
      #expect(error?.code == .noReturnHooks)
      #expect(error?.description.contains("leave out --backend") == true)
    }
  }

  @Test func silentReturnsFallBackToTheEndOfAllCallsAndThatToTheRawOne() throws {
    let returns = try AttachPlan(for: Self.support, backend: .returns)
    let typed = try #require(try returns.fallback(from: ["spoor_sys_return"]))
    #expect(typed.backend == .typed)
    #expect(sentences(typed).count { $0.contains("kretprobe.multi") } == 1)
    let raw = try #require(try typed.fallback(from: ["spoor_sys_exit"]))
    #expect(raw.backend == .raw)
    #expect(raw.silent == [.returns, .typed])
  }

  @Test func withoutTheirHookMastersAreLeftToPassesAndThatIsSaid() throws {
    let returns = try AttachPlan(for: Self.support, backend: .returns)
    let passes = try #require(try returns.fallback(from: ["spoor_pty_master"]))
    #expect(passes.backend == .returns)
    #expect(!passes.programs.contains("spoor_pty_master"))
    #expect(sentences(passes).count { $0.contains("found by passes alone") } == 1)
    var support = Self.support
    support.hasMasterHooks = false
    #expect(try !AttachPlan(for: support, backend: .returns).followsMasters)
  }
}
