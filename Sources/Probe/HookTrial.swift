// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import CLinux
import CSpoorABI
import Glibc

/// Causes an event of each hook and looks which programs ran: that one attached proves nothing.
///
/// A millisecond or two. Nobody is followed yet, so that none of it shows.
enum HookTrial {
  /// A program that was skipped, as the kernel may do, runs in another round.
  private static let rounds = 8

  /// The programs of a plan that stayed silent; a release comes later: see `Probe.seesReleases`.
  static func silent(_ plan: AttachPlan, _ object: borrowing BPFObject) -> Set<String> {
    var silent: Set<String> = []
    for _ in 0..<rounds {
      var caused = Set(plan.programs).subtracting(["spoor_process_free"])
      access("", F_OK)
      // Two: a release is looked for when it is too late to cause another one.
      for _ in 0..<2 where !runProgram() {
        caused.subtract(["spoor_process_exec", "spoor_process_exec_again"])
      }
      if plan.followsMasters {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        if master < 0 { caused.subtract(plan.masterPrograms) } else { close(master) }
      }
      if plan.ringSubmission == nil || spoor_try_ring() == 0 {
        caused.subtract(plan.ringPrograms)
      }
      silent = caused.subtracting(ran(object))
      if silent.isEmpty { break }
    }
    return silent
  }

  /// The programs that have run by now, for whomever.
  static func ran(_ object: borrowing BPFObject) -> Set<String> {
    let fired = object.value(of: "spoor_fired", in: ".bss", count: Int(SPOOR_HOOK_COUNT.rawValue))
    return Set(hooks.filter { fired[Int($0.hook.rawValue)] != 0 }.map(\.program))
  }

  private static let hooks: [(program: String, hook: spoor_hook)] = [
    ("spoor_sys_exit", SPOOR_HOOK_SYS_EXIT),
    ("spoor_sys_exit_raw", SPOOR_HOOK_SYS_EXIT),
    ("spoor_sys_exit_perf", SPOOR_HOOK_SYS_EXIT),
    ("spoor_sys_return", SPOOR_HOOK_SYS_EXIT),
    ("spoor_process_fork", SPOOR_HOOK_FORK),
    ("spoor_process_exec", SPOOR_HOOK_EXEC),
    ("spoor_process_exit", SPOOR_HOOK_EXIT),
    ("spoor_process_free", SPOOR_HOOK_FREE),
    ("spoor_process_wait", SPOOR_HOOK_WAIT),
    ("spoor_process_fork_again", SPOOR_HOOK_FORK_AGAIN),
    ("spoor_process_exec_again", SPOOR_HOOK_EXEC_AGAIN),
    ("spoor_process_exit_again", SPOOR_HOOK_EXIT_AGAIN),
    ("spoor_process_wait_again", SPOOR_HOOK_WAIT_AGAIN),
    ("spoor_process_fork_perf", SPOOR_HOOK_FORK_AGAIN),
    ("spoor_process_exit_perf", SPOOR_HOOK_EXIT_AGAIN),
    ("spoor_process_wait_perf", SPOOR_HOOK_WAIT_AGAIN),
    ("spoor_signal_generate", SPOOR_HOOK_SIGNAL),
    ("spoor_pty_master", SPOOR_HOOK_PTY_MASTER),
    ("spoor_ring_submit", SPOOR_HOOK_RING_SUBMIT),
    ("spoor_ring_submit_sqe", SPOOR_HOOK_RING_SUBMIT),
    ("spoor_ring_refuse", SPOOR_HOOK_RING_REFUSE),
    ("spoor_ring_complete", SPOOR_HOOK_RING_COMPLETE),
    ("spoor_ring_submit_perf", SPOOR_HOOK_RING_SUBMIT),
    ("spoor_ring_refuse_perf", SPOOR_HOOK_RING_REFUSE),
    ("spoor_ring_complete_perf", SPOOR_HOOK_RING_COMPLETE),
  ]

  /// A child that executes, ends, tells so and is reaped; false where nothing could be executed.
  private static func runProgram() -> Bool {
    "/bin/true".withCString { path in
      var arguments: [UnsafeMutablePointer<CChar>?] = [UnsafeMutablePointer(mutating: path), nil]
      var environment: [UnsafeMutablePointer<CChar>?] = [nil]
      var child: pid_t = 0
      guard posix_spawn(&child, path, nil, nil, &arguments, &environment) == 0 else { return false }
      while waitpid(child, nil, 0) < 0 && errno == EINTR {}
      return true
    }
  }
}
