// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import CSpoorABI
import Glibc

/// Everything the kernel gave us: loaded programs, attachments, the rings and the maps.
///
/// Events of what this process starts are in the rings from the moment `init` returns.
public struct Probe: ~Copyable {
  /// How the end of system calls is hooked.
  public let plan: AttachPlan
  /// What stays unseen on this kernel, one sentence each.
  public let unseen: [String]
  let object: BPFObject
  let censusLink: OpaquePointer
  let settleLink: OpaquePointer
  /// Nil where the kernel has no iterator over open files.
  let descriptorsLink: OpaquePointer?
  /// The iterators over maps, by map.
  let mapLinks: [String: OpaquePointer]
  /// Those at functions, by program.
  let functionLinks: [String: OpaquePointer]
  private let rings: Rings
  private let attachments: Attachments
  /// Nil where the runs of programs are not timed.
  let timing: (any RunTiming)?
  /// No event is older: nanoseconds since boot.
  package let began: UInt64

  /// Loads and attaches everything, and sees it run.
  ///
  /// - Parameters:
  ///   - context: passed to the handler, and must outlive the probe.
  public init(
    _ configuration: ProbeConfiguration, support: KernelSupport = .current(),
    context: UnsafeMutableRawPointer, onRecord: RecordHandler
  ) throws(ProbeError) {
    try self.init(
      configuration, support: support,
      plan: AttachPlan(for: support, backend: configuration.backend), context: context,
      onRecord: onRecord)
  }

  package init(
    _ configuration: ProbeConfiguration, support: KernelSupport, plan wanted: AttachPlan,
    context: UnsafeMutableRawPointer, onRecord: RecordHandler
  ) throws(ProbeError) {
    var plan = wanted
    var programs = try AttachedPrograms(plan, configuration, on: support)
    while let next = try plan.fallback(from: HookTrial.silent(plan, programs.object)) {
      plan = next
      programs = try AttachedPrograms(plan, configuration, on: support)
    }
    let object = programs.object
    let censusLink = programs.censusLink
    let rings = try Rings(
      maps: object.rings, bytes: configuration.ringBytes, context: context,
      onRecord: onRecord)
    // Before this process is known: who times is none of those it starts.
    let timing = try configuration.timing.start(
      for: plan.everyProgram.map { object.descriptor(of: $0) })
    let began = BootClock.now
    try Self.identify(object)
    if case .processes(let seeds) = configuration.scope {
      try Self.follow(seeds, object, censusLink)
    }
    self.began = began
    self.plan = plan
    unseen = AttachPlan.unseen(on: support, silent: plan.silent, backend: plan.backend)
    self.censusLink = censusLink
    settleLink = programs.settleLink
    self.descriptorsLink = programs.descriptorsLink
    self.mapLinks = programs.mapLinks
    self.functionLinks = programs.functionLinks
    self.object = object
    self.rings = rings
    self.attachments = programs.attachments
    self.timing = timing
  }

  /// Lets the kernel side learn which process this is, whatever pid namespace it is in.
  private static func identify(_ object: borrowing BPFObject) throws(ProbeError) {
    guard let program = object.program("spoor_identify") else { return }
    var options = bpf_test_run_opts()
    options.sz = MemoryLayout<bpf_test_run_opts>.size
    let status = bpf_prog_test_run_opts(bpf_program__fd(program), &options)
    guard status == 0 else { throw .because("run an eBPF program", errno: -status) }
  }

  /// Whether releases show: the first comes a grace period after the start, at the latest.
  public var seesReleases: Bool { HookTrial.ran(object).contains("spoor_process_free") }

  /// Becomes readable when enough is unread, or after the latency.
  public var pollDescriptor: Int32 { rings.poll }

  /// Hands every record in the rings to the handler; returns how many.
  @discardableResult
  public func drain() -> Int {
    rings.drain()
  }
}
