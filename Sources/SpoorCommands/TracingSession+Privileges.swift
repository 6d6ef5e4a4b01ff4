// SPDX-License-Identifier: Apache-2.0

import Glibc
import Launcher
import Probe

extension TracingSession {
  /// Gives up all that the tracing does not need any more, before the first event is read: spoor
  /// becomes who called sudo, also where the command stays root.
  ///
  /// What is read from here on is foreign: a mistake in it shall meet nobody with rights. The
  /// rings, maps and iterators are reached by descriptors, which need none since Linux 5.19.
  func dropPrivileges(_ probe: borrowing Probe) throws {
    // While other processes want all CPUs, the ring must be emptied in time. Not all may do this.
    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -10)
    let own = try InvokingUser.current()
    var kept: Capabilities = []
    if options.command.isEmpty || user.userID != own.userID || own.userID == 0 {
      // /proc/PID/exe, fd and fdinfo of others.
      kept = [.trace, .readSearch]
      if !options.command.isEmpty { kept.insert(.kill) }
      // Root's own recording may be in a directory that is not root's.
      if own.userID == 0 { kept.insert(.overrideAccess) }
    }
    let suffices = try Capabilities.suffice(kept, for: { _ = try probe.census() })
    if !suffices { kept.formUnion([.bpf, .perfmon]) }
    try Capabilities.dropAll(but: kept, becoming: own)
  }
}
