// SPDX-License-Identifier: Apache-2.0

import CLauncher
import Glibc

/// Processes given by -p, as descriptors that tell their end.
public struct SeedProcesses: ~Copyable {
  /// Readable once the process has ended; closed with this value.
  public let pidfds: [Int32]

  /// Throws for an id that no process has.
  public init(_ ids: [UInt32]) throws(LaunchError) {
    var opened: [Int32] = []
    for id in ids {
      let pidfd = spoor_pidfd_open(pid_t(bitPattern: id))
      guard pidfd >= 0 else {
        let reason = -pidfd
        for descriptor in opened { close(descriptor) }
        throw LaunchError(
          .noSuchProcess,
          reason == ESRCH || reason == EINVAL
            ? "there is no process \(id); see `ps -e` for those that run"
            : "cannot watch process \(id): \(describe(errno: reason)); see `ps -e`",
          errno: reason)
      }
      opened.append(pidfd)
    }
    pidfds = opened
  }

  deinit {
    for pidfd in pidfds { close(pidfd) }
  }
}
