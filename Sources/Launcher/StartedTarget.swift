// SPDX-License-Identifier: Apache-2.0

import CLauncher
import Glibc

/// A target that runs. Owns its pidfd; does not end the target when it goes.
public struct StartedTarget: ~Copyable {
  /// The process ID (tgid), valid until `wait` has returned.
  public let processID: Int32
  /// Readable in poll and epoll once the target has ended. Closed with this value.
  public let descriptor: Int32
  private var status: ExitStatus?

  init(processID: Int32, descriptor: Int32) {
    self.processID = processID
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Waits until the target ends, reaps it and tells how it ended; again the same from then on.
  ///
  /// Does not block once `descriptor` is readable.
  public mutating func wait() throws(LaunchError) -> ExitStatus {
    if let status { return status }
    var raw: Int32 = 0
    while waitpid(processID, &raw, 0) < 0 {
      let error = errno
      if error == EINTR { continue }
      throw LaunchError(
        .cannotControl,
        "cannot wait for process \(processID): \(describe(errno: error));"
          + " its exit status is unknown, run it again",
        errno: error
      )
    }
    let ended = ExitStatus(waitStatus: raw)
    status = ended
    return ended
  }

  /// Reaps what the target, or whoever started spoor, left to this process to wait for: children
  /// that it made its siblings (CLONE_PARENT), and those from before an exec.
  ///
  /// - Parameter processID: the target's, which its `wait` reaps.
  public static func reapSiblings(of processID: Int32) {
    spoor_reap_others(processID)
  }

  /// Sends a signal to the target alone; one that has ended is left in peace.
  public func kill(_ signal: Int32) throws(LaunchError) {
    let error = spoor_pidfd_kill(descriptor, signal)
    guard error == 0 || error == ESRCH else {
      throw LaunchError(
        .cannotControl,
        "cannot send signal \(signal) to process \(processID): \(describe(errno: error));"
          + " end it with: kill \(processID)",
        errno: error
      )
    }
  }
}
