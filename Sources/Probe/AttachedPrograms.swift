// SPDX-License-Identifier: Apache-2.0

import CLibBPF

/// The programs of a plan in the kernel, at their hooks.
struct AttachedPrograms: ~Copyable {
  let object: BPFObject
  let censusLink: OpaquePointer
  /// Nil where the kernel has no iterator over open files.
  let descriptorsLink: OpaquePointer?
  /// Nil where system calls are hooked otherwise.
  let returnsLink: OpaquePointer?
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
    guard let census = object.program("spoor_census") else {
      throw ProbeError(.failed, "the embedded eBPF object is damaged; build spoor again")
    }
    let censusLink = try attachments.attachIterator(census)
    let descriptorsLink =
      plan.walksDescriptors
      ? try object.program("spoor_descriptors").map { program throws(ProbeError) in
        try attachments.attachIterator(program)
      } : nil
    var returnsLink: OpaquePointer?
    for name in plan.programs {
      guard let program = object.program(name) else { continue }
      switch plan.backend {
      case .returns where name == plan.syscallProgram:
        let functions = SystemCallFunctions.wanted(support.types)
        returnsLink = try attachments.attach(program, toReturnsOf: functions)
      case .perf where name == plan.syscallProgram:
        try attachments.attach(program, toTracepoint: support.perfTracepoint ?? 0)
      default:
        try attachments.attach(program)
      }
    }
    self.object = object
    self.censusLink = censusLink
    self.descriptorsLink = descriptorsLink
    self.returnsLink = returnsLink
    self.attachments = attachments
  }
}
