// SPDX-License-Identifier: Apache-2.0

/// Which programs are loaded, and what will stay unseen: a pure function of the facts.
public struct AttachPlan: Sendable, Equatable {
  /// How the end of a system call is hooked; both give the same numbers.
  public enum Backend: String, Sendable, CaseIterable {
    /// `tp_btf`: typed pointers, read without a helper call.
    case typed = "tp_btf"
    /// `raw_tp`: the same tracepoint without types.
    case raw = "raw_tp"
  }

  public var backend: Backend
  /// Whether open descriptors can be walked.
  public var walksDescriptors: Bool

  public init(backend: Backend, walksDescriptors: Bool = true) {
    self.backend = backend
    self.walksDescriptors = walksDescriptors
  }

  /// The plan for these facts, or why there is none.
  public init(for support: KernelSupport, backend: Backend? = nil) throws(ProbeError) {
    guard support.hasBTF else {
      throw ProbeError(
        .noBTF,
        "this kernel (\(support.release)) has no BTF in /sys/kernel/btf/vmlinux; use one built "
          + "with CONFIG_DEBUG_INFO_BTF, as those of Debian 12 and Ubuntu 22.04 are")
    }
    guard support.hasTypedTracepoints || backend == .raw else {
      self.init(backend: .raw, walksDescriptors: support.hasFileIterator)
      return
    }
    self.init(backend: backend ?? .typed, walksDescriptors: support.hasFileIterator)
  }

  /// The eBPF programs to load, by name.
  public var programs: [String] {
    let syscalls = backend == .typed ? "spoor_sys_exit" : "spoor_sys_exit_raw"
    return [syscalls] + Self.processPrograms
  }

  /// The iterators to load, by name.
  public var iterators: [String] {
    ["spoor_census"] + (walksDescriptors ? ["spoor_descriptors"] : [])
  }

  static let processPrograms = [
    "spoor_process_fork", "spoor_process_exec", "spoor_process_exit", "spoor_process_free",
    "spoor_process_wait",
  ]

  /// What is unseen here: by every plan, and on this kernel, one sentence each.
  public static func unseen(on support: KernelSupport) -> [String] {
    var sentences = unseen
    if !support.hasFileIterator {
      sentences.append(
        "Open descriptors, pty masters and inotify watches are not counted: this kernel has no "
          + "iterator over open files (task_file, Linux 5.8).")
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
    "Opens, lookups and terminal writes submitted through io_uring are not counted.",
    thirtyTwoBit,
    "Paths inside ioctl, bpf and fsconfig, and those of sockets in sendmmsg, are not counted.",
    "Lookups inside the kernel (an ELF interpreter, a script's interpreter) are not counted.",
    "Open files that are in flight in a socket's queue, or registered with an io_uring alone, are "
      + "in no process's descriptors.",
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
