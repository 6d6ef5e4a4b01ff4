// SPDX-License-Identifier: Apache-2.0

/// Which programs are loaded, and what will stay unseen: a pure function of the facts.
public struct AttachPlan: Sendable, Equatable {
  /// How the end of a system call is hooked; all give the same numbers.
  public enum Backend: String, Sendable, CaseIterable {
    /// `tp_btf`: typed pointers, read without a helper call.
    case typed = "tp_btf"
    /// `raw_tp`: the same tracepoint without types.
    case raw = "raw_tp"
    /// `tp`: perf's tracepoint, in which no task is preempted; slower, and needs tracefs. Those of
    /// io_uring go with it, and with every backend where a task can be.
    case perf = "tp"
    /// `kretprobe.multi`: the functions of those calls that are wanted, and no other call's.
    case returns = "kretprobe.multi"
  }

  /// A second program at the same event, which tells what the first was kept from.
  public enum Twin: String, Sendable {
    /// At the same hook, where it may be skipped as well.
    case again = "_again"
    /// At perf's tracepoint, where it is not; an exec's lacks what it would need there.
    case perf = "_perf"
  }

  public var backend: Backend
  /// Whether open descriptors can be walked.
  public var walksDescriptors: Bool

  /// How io_uring is hooked; nil if it is not.
  public var ringSubmission: KernelSupport.RingSubmission?
  /// Whether pty masters are told as they are opened and released, and not by passes alone.
  public var followsMasters: Bool
  /// Behind programs that can be preempted, of which one can be skipped; nil where none can.
  public var twins: Twin?
  /// Programs that are left out, as if the kernel skipped them each time: for tests of their twins.
  package var skipped: Set<String> = []
  /// What this plan does without, since it stayed silent here.
  public internal(set) var silent: Set<Silence> = []

  public init(
    backend: Backend, walksDescriptors: Bool = true,
    ringSubmission: KernelSupport.RingSubmission? = nil, twins: Twin? = nil,
    followsMasters: Bool = false
  ) {
    self.backend = backend
    self.followsMasters = followsMasters
    self.twins = twins
    self.walksDescriptors = walksDescriptors
    self.ringSubmission = ringSubmission
  }

  /// The plan for these facts, or why there is none.
  public init(for support: KernelSupport, backend: Backend? = nil) throws(ProbeError) {
    guard support.hasBTF else {
      throw ProbeError(
        .noBTF,
        "this kernel (\(support.release)) has no BTF in /sys/kernel/btf/vmlinux; use one built "
          + "with CONFIG_DEBUG_INFO_BTF, as those of Debian 12 and Ubuntu 22.04 are")
    }
    guard backend != .returns || support.hasTypedTracepoints && support.hasReturnHooks else {
      throw ProbeError(
        .noReturnHooks,
        "this kernel (\(support.release)) has no kretprobe.multi that counts what it misses; use "
          + "Linux 6.7 or later built with CONFIG_FPROBE, as Debian 13's is, or leave out --backend"
      )
    }
    guard backend != .perf || support.hasTypedTracepoints && support.hasPerfTracepoint else {
      throw ProbeError(
        .noPerfTracepoint,
        "cannot find perf's tracepoints on this kernel (\(support.release)); run spoor as root on "
          + "one built with CONFIG_FTRACE_SYSCALLS, or leave out --backend")
    }
    guard support.hasTypedTracepoints || backend == .raw else {
      self.init(backend: .raw, walksDescriptors: support.hasFileIterator)
      return
    }
    let keepsCPU = support.preemptsPrograms && support.hasPerfTracepoint
    self.init(
      backend: backend ?? (keepsCPU ? .perf : .typed),
      walksDescriptors: support.hasFileIterator, ringSubmission: support.ringSubmission,
      twins: support.preemptsPrograms ? (support.hasPerfTracepoint ? .perf : .again) : nil,
      followsMasters: backend == .returns && support.hasMasterHooks)
  }

  /// The eBPF programs to load, by name.
  public var programs: [String] {
    ([syscallProgram] + Self.processPrograms + repeated.map(twin) + masterPrograms + ringPrograms)
      .filter { !skipped.contains($0) }
  }

  var syscallProgram: String {
    switch backend {
    case .typed: "spoor_sys_exit"
    case .raw: "spoor_sys_exit_raw"
    case .perf: "spoor_sys_exit_perf"
    case .returns: "spoor_sys_return"
    }
  }

  /// A program's twin, by name.
  package func twin(of program: String) -> String {
    let twin = program == "spoor_process_exec" ? .again : twins ?? .again
    return program + twin.rawValue
  }

  /// Those that have one.
  package var repeated: [String] {
    twins == nil
      ? []
      : ["spoor_process_fork", "spoor_process_exec", "spoor_process_exit", "spoor_process_wait"]
  }

  var masterPrograms: [String] { followsMasters ? ["spoor_pty_master"] : [] }

  var ringPrograms: [String] {
    switch ringSubmission {
    case .request where backend == .perf || twins == .perf:
      ["spoor_ring_submit_perf", "spoor_ring_refuse_perf", "spoor_ring_complete_perf"]
    case .request: ["spoor_ring_submit", "spoor_ring_refuse", "spoor_ring_complete"]
    case .entry: ["spoor_ring_submit_sqe", "spoor_ring_refuse", "spoor_ring_complete"]
    case nil: []
    }
  }

  /// The iterators to load, by name.
  public var iterators: [String] {
    ["spoor_census", "spoor_settle_all"] + (walksDescriptors ? ["spoor_descriptors"] : [])
      + iteratedMaps.map(Self.iterator)
  }

  /// Both, in an order that stays.
  var everyProgram: [String] { programs + iterators }

  /// The maps that are read by iterator: see counters.bpf.c.
  var iteratedMaps: [String] {
    backend == .perf || backend == .returns || twins == .perf
      ? ["lookup_counts", "tty_counts", "tty_inputs", "processes"] : []
  }

  /// The iterator over a map's entries.
  static func iterator(overMap name: String) -> String { "spoor_tell_" + name }

  /// All that goes into the kernel.
  var loaded: [String] {
    everyProgram + ["spoor_identify"] + (forgetsByProgram ? ["spoor_forget"] : [])
  }

  /// Whether a program deletes entries of maps, and not bpf(2): see counters.bpf.c.
  var forgetsByProgram: Bool {
    switch backend {
    case .typed, .raw: twins == .perf
    case .perf: twins != nil
    case .returns: true
    }
  }

  static let processPrograms = [
    "spoor_process_fork", "spoor_process_exec", "spoor_process_exit", "spoor_process_free",
    "spoor_process_wait", "spoor_signal_generate",
  ]

  /// What is unseen here: by every plan, and on this kernel, one sentence each.
  ///
  /// - Parameters:
  ///   - silent: what a plan does without.
  ///   - backend: the plan's, if there is one.
  public static func unseen(
    on support: KernelSupport, silent: Set<Silence> = [], backend: Backend? = nil
  ) -> [String] {
    var sentences = unseen + silent.map(\.sentence).sorted()
    if backend == .returns { sentences += returning }
    if !support.hasFileIterator {
      sentences.append(
        "Open descriptors, pty masters and inotify watches are not counted: this kernel has no "
          + "iterator over open files (task_file, Linux 5.8).")
    }
    if !silent.contains(.ring) {
      sentences.append(
        support.ringSubmission == nil
          ? "Lookups and terminal writes by io_uring are not counted: they are known from Linux 6.0 on."
          : "Names of sockets given to io_uring are not counted, nor what a ring did last without "
            + "posting a completion.")
    }
    if !support.isInInitialPIDNamespace {
      sentences.append(
        "Processes outside spoor's pid namespace are not in the passes over processes and "
          + "descriptors: their pty masters show as held by nobody.")
    }
    return sentences
  }

  /// What no plan of this version sees, one sentence each.
  public static let unseen = [
    thirtyTwoBit,
    "Paths inside ioctl, bpf and fsconfig, and those of sockets in sendmmsg, are not counted.",
    "Terminal writes by io_submit (Linux AIO) are not counted.",
    "Lookups inside the kernel (an ELF interpreter, a script's interpreter) are not counted.",
    "Open files that are in flight in a socket's queue, or registered with an io_uring alone, are "
      + "in no process's descriptors.",
  ]

  /// What a function's return does not show.
  private static let returning = [
    "Calls that were under way as spoor started, and calls that seccomp refused, are not counted: "
      + "kretprobe.multi sees what the kernel enters and leaves."
  ]

  /// `compatCalls` in the recording's loss tells how many there were.
  private static var thirtyTwoBit: String {
    #if arch(x86_64)
      "socketcall of 32-bit programs is counted as unseen, not decoded."
    #else
      "System calls of 32-bit programs are counted as unseen, not decoded."
    #endif
  }
}
