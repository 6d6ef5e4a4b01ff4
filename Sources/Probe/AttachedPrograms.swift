// SPDX-License-Identifier: Apache-2.0

import CLibBPF

/// The programs of a plan in the kernel, at their hooks.
struct AttachedPrograms: ~Copyable {
  let object: BPFObject
  let censusLink: OpaquePointer
  let settleLink: OpaquePointer
  /// Nil where the kernel has no iterator over open files.
  let descriptorsLink: OpaquePointer?
  /// The iterators over maps, by map.
  let mapLinks: [String: OpaquePointer]
  /// Those at functions, by program.
  let functionLinks: [String: OpaquePointer]
  let attachments: Attachments

  init(
    _ plan: AttachPlan, _ configuration: ProbeConfiguration, on support: KernelSupport
  ) throws(ProbeError) {
    let object: BPFObject
    do throws(ProbeError) {
      object = try BPFObject(plan, configuration, support.types)
    } catch {
      throw error.code == .failed ? support.tooOld ?? error : error
    }
    var attachments = Attachments()
    guard let census = object.program("spoor_census"),
      let settle = object.program("spoor_settle_all")
    else {
      throw ProbeError(.failed, "the embedded eBPF object is damaged; build spoor again")
    }
    let censusLink = try attachments.attachIterator(census)
    let settleLink = try attachments.attachIterator(settle)
    let descriptorsLink =
      plan.walksDescriptors
      ? try object.program("spoor_descriptors").map { program throws(ProbeError) in
        try attachments.attachIterator(program)
      } : nil
    var mapLinks: [String: OpaquePointer] = [:]
    for map in plan.iteratedMaps {
      guard let iterator = object.program(AttachPlan.iterator(overMap: map)) else { continue }
      mapLinks[map] = try attachments.attachIterator(iterator, overMap: object.map(map))
    }
    var functionLinks: [String: OpaquePointer] = [:]
    for name in plan.programs {
      guard let program = object.program(name) else { continue }
      switch name {
      case "spoor_sys_return":
        let functions = SystemCallFunctions.wanted(support.types)
        functionLinks[name] = try attachments.attach(program, toReturnsOf: functions)
      case "spoor_pty_master":
        let functions = KernelSupport.masterFunctions.map { ($0.name, UInt64($0.change.rawValue)) }
        functionLinks[name] = try attachments.attach(program, toStartsOf: functions)
      case _ where bpf_program__type(program) == BPF_PROG_TYPE_TRACEPOINT:
        try attachments.attachToTracepoint(program)
      default:
        try attachments.attach(program)
      }
    }
    self.object = object
    self.censusLink = censusLink
    self.settleLink = settleLink
    self.descriptorsLink = descriptorsLink
    self.mapLinks = mapLinks
    self.functionLinks = functionLinks
    self.attachments = attachments
  }
}
