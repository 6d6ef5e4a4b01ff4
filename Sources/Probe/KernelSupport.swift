// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import CLinux
import CSpoorABI
import Glibc

/// Facts about this kernel and these privileges that decide how to attach.
public struct KernelSupport: Sendable {
  /// As `uname -r` prints it.
  public var release: String
  /// As `uname -m` prints it.
  public var machine: String
  /// /sys/kernel/btf/vmlinux is there and readable: CO-RE and typed tracepoints need it.
  public var hasBTF: Bool
  /// The BTF describes the sys_exit tracepoint, so that a program gets typed pointers (5.5).
  public var hasTypedTracepoints: Bool
  /// A program runs at the return of many functions (5.18, with CONFIG_FPROBE), and the kernel
  /// counts when it does not (6.7).
  public var hasReturnHooks: Bool {
    get { knownReturnHooks ?? types.haveReturnHooks }
    set { knownReturnHooks = newValue }
  }
  /// Such a program can run as each pty master is opened and released.
  public var hasMasterHooks: Bool {
    get { knownMasterHooks ?? (hasReturnHooks && Self.hasMasterFunctions(types)) }
    set { knownMasterHooks = newValue }
  }
  /// perf has a number for the end of system calls, and tracefs tells it: not without
  /// CAP_SYS_ADMIN.
  public var hasPerfTracepoint: Bool {
    get { knownPerfTracepoint ?? (spoor_tracepoint_number("raw_syscalls/sys_exit") >= 0) }
    set { knownPerfTracepoint = newValue }
  }
  /// Nil as long as the kernel is to be asked, which takes its time: only one way to attach wants
  /// to know.
  private var knownReturnHooks: Bool?
  private var knownMasterHooks: Bool?
  private var knownPerfTracepoint: Bool?
  /// A task can be preempted in a program at a tracepoint, and the kernel skips a program that
  /// another task enters on that CPU meanwhile (Linux 7).
  public var preemptsPrograms: Bool
  /// BPF_MAP_TYPE_RINGBUF (5.8).
  public var hasRingBuffer: Bool
  /// BPF_MAP_TYPE_TASK_STORAGE (5.11).
  public var hasTaskStorage: Bool
  /// The iterator over the open files of all tasks (5.8), by the type of what it hands over.
  public var hasFileIterator: Bool
  /// What hooks io_uring; nil before Linux 6.0, or where requests are kept in another way.
  public var ringSubmission: RingSubmission?
  /// The iterators show the processes of the pid namespace that they are read in.
  public var isInInitialPIDNamespace: Bool
  /// `none`, `integrity`, `confidentiality`, or empty where the kernel has no lockdown.
  public var lockdown: String
  let types: KernelTypes

  /// The tracepoint of a request's submission, which was renamed in Linux 6.4.
  public enum RingSubmission: String, Sendable {
    case request = "io_uring_submit_req"
    case entry = "io_uring_submit_sqe"
  }

  /// Asks the running kernel.
  public static func current() -> KernelSupport {
    LibBPFLog.keep()
    var name = utsname()
    uname(&name)
    let types = KernelTypes()
    let isTyped = types.hasTracepoint("sys_exit")
    return KernelSupport(
      release: text(name.release),
      machine: text(name.machine),
      hasBTF: types.isThere,
      hasTypedTracepoints: isTyped,
      // The guard that tracepoints have there, which leaves preemption on.
      preemptsPrograms: types.hasTypeDefinition("class_srcu_fast_notrace_t"),
      hasRingBuffer: libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, nil) == 1,
      hasTaskStorage: libbpf_probe_bpf_map_type(BPF_MAP_TYPE_TASK_STORAGE, nil) == 1,
      hasFileIterator: types.hasStructure("bpf_iter__task_file"),
      ringSubmission: isTyped ? ringSubmission(types) : nil,
      isInInitialPIDNamespace: isInInitialPIDNamespace,
      lockdown: lockdown,
      types: types)
  }

  /// What the eBPF programs cannot do without and this kernel lacks; nil if nothing. Without
  /// privileges everything seems to be lacking.
  var tooOld: ProbeError? {
    let lacking = [
      hasRingBuffer ? nil : "ring buffer (Linux 5.8)",
      hasTaskStorage ? nil : "task storage (Linux 5.11)",
    ].compactMap { $0 }
    guard !lacking.isEmpty else { return nil }
    return ProbeError(
      .kernelTooOld,
      "this kernel (\(release)) is too old: its eBPF has no \(lacking.joined(separator: " and no ")); "
        + "use Linux 5.15 or later, as Debian 12 and Ubuntu 22.04 have it")
  }

  /// Functions by which each pty master is opened and released (drivers/tty/pty.c).
  static let masterFunctions: [(name: String, change: spoor_master_state)] = [
    ("pty_open", SPOOR_MASTER_OPENED), ("pty_close", SPOOR_MASTER_RELEASED),
  ]

  private static func hasMasterFunctions(_ types: KernelTypes) -> Bool {
    let names = masterFunctions.map(\.name)
    return Set(types.functions(withPrefixes: names)).isSuperset(of: names)
  }

  /// The kernel's release alone.
  public static var release: String {
    var name = utsname()
    uname(&name)
    return text(name.release)
  }

  /// Requests as the eBPF programs read them came with Linux 6.0 (`struct io_link`).
  private static func ringSubmission(_ types: KernelTypes) -> RingSubmission? {
    guard types.hasStructure("io_link"), types.hasTracepoint("io_uring_complete"),
      types.hasTracepoint("io_uring_req_failed")
    else { return nil }
    if types.hasTracepoint(RingSubmission.request.rawValue) { return .request }
    return types.hasTracepoint(RingSubmission.entry.rawValue) ? .entry : nil
  }

  /// PROC_PID_INIT_INO of include/uapi/linux/nsfs.h: the number that namespace always has.
  private static var isInInitialPIDNamespace: Bool {
    var status = stat()
    return stat("/proc/self/ns/pid", &status) == 0 && status.st_ino == 0xEFFF_FFFC
  }

  /// The word in brackets of /sys/kernel/security/lockdown.
  static var lockdown: String {
    guard let file = fopen("/sys/kernel/security/lockdown", "re") else { return "" }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, Int32(line.count), file) != nil else { return "" }
    let words = String(
      decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    guard let start = words.firstIndex(of: "["), let end = words.firstIndex(of: "]"), start < end
    else { return "" }
    return String(words[words.index(after: start)..<end])
  }

  private static func text<Field>(_ field: Field) -> String {
    withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
