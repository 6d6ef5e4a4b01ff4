// SPDX-License-Identifier: Apache-2.0

extension AttachPlan {
  /// What attached and never ran, where something else serves.
  public enum Silence: Sendable, CaseIterable {
    /// `kretprobe.multi` at the functions of system calls.
    case returns
    /// `tp` at the end of system calls.
    case perf
    /// `tp` behind fork, exit and wait.
    case twins
    /// `tp_btf` at the end of system calls.
    case typed
    /// The functions that open and release pty masters.
    case masters
    /// The tracepoints of io_uring.
    case ring

    /// What that means for whoever reads the figures.
    public var sentence: String {
      switch self {
      case .returns:
        "All system calls are hooked, not those few alone that spoor reads: kretprobe.multi attached "
          + "on this kernel and never ran."
      case .perf:
        "System calls are hooked by tp_btf, which this kernel may skip: tp attached and never ran."
      case .twins:
        "Forks, exits and waits are hooked by tp_btf alone, which this kernel may skip: tp attached "
          + "and never ran."
      case .typed:
        "System calls are hooked by raw_tp: tp_btf attached on this kernel and never ran."
      case .masters:
        "Pty masters are found by passes alone: the program for them attached on this kernel and "
          + "never ran."
      case .ring:
        "Lookups and terminal writes by io_uring are not counted: the programs for them attached on "
          + "this kernel and never ran."
      }
    }
  }

  private var nextBackend: (backend: Backend, silence: Silence)? {
    switch backend {
    case .returns: (.typed, .returns)
    case .perf: (.typed, .perf)
    case .typed: (.raw, .typed)
    case .raw: nil
    }
  }

  /// The plan to try next, where programs of this one attached and did not run at events that
  /// were caused for them; nil where all ran.
  public func fallback(from programs: Set<String>) throws(ProbeError) -> AttachPlan? {
    var others = programs
    var plan = self
    if let next = nextBackend, others.contains(syscallProgram) {
      plan.backend = next.backend
      plan.silent.insert(next.silence)
      if next.silence == .perf { plan.twins = twins.map { _ in .again } }
    }
    if plan.twins == .perf, !others.isDisjoint(with: repeated.map(twin)) {
      plan.twins = .again
      plan.silent.insert(.twins)
    }
    // What is silent like the others of its kind is not used any more.
    others.formIntersection(plan.programs)
    if !others.isDisjoint(with: ringPrograms) {
      others.subtract(ringPrograms)
      plan.ringSubmission = nil
      plan.silent.insert(.ring)
    }
    if !others.isDisjoint(with: masterPrograms) {
      others.subtract(masterPrograms)
      plan.followsMasters = false
      plan.silent.insert(.masters)
    }
    guard others.isEmpty else {
      throw ProbeError(
        .silent,
        "\(others.sorted().joined(separator: ", ")) attached and never ran, so that nothing can be "
          + "counted on this kernel; report it with the output of `spoor doctor`")
    }
    return plan == self ? nil : plan
  }
}
