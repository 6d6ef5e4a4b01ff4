// SPDX-License-Identifier: Apache-2.0

import CLauncher
import Glibc

extension LaunchError {
  /// The sentence for a launch that failed at some stage.
  init(
    _ launched: spoor_launched, command: [UInt8], candidates: [[UInt8]], user: InvokingUser,
    directory: String?
  ) {
    let errno = launched.error
    switch launched.stage {
    case SPOOR_LAUNCH_DIRECTORY:
      self.init(
        .cannotStart,
        "cannot run \(quoted(command)) in \(quoted(Array((directory ?? "").utf8))):"
          + " \(describe(errno: errno)); name a directory that the user may enter",
        errno: errno
      )
    case SPOOR_LAUNCH_EXEC:
      self.init(exec: errno, command: command, candidates: candidates)
    case SPOOR_LAUNCH_GROUPS, SPOOR_LAUNCH_GID, SPOOR_LAUNCH_UID, SPOOR_LAUNCH_VERIFY:
      self.init(
        .cannotStart,
        "cannot run \(quoted(command)) as user \(user.userID), group \(user.groupID)"
          + " (\(Self.words(launched.stage)): \(describe(errno: errno)));"
          + " run spoor with all of root's capabilities, or use --as-root",
        errno: errno
      )
    default:
      self.init(
        .cannotStart,
        "cannot start \(quoted(command)) (\(Self.words(launched.stage)):"
          + " \(describe(errno: errno))); check the limits on processes and descriptors (ulimit -a)",
        errno: errno
      )
    }
  }

  private init(exec errno: Int32, command: [UInt8], candidates: [[UInt8]]) {
    let said = "cannot run \(quoted(command)): \(describe(errno: errno));"
    switch errno {
    case ENOENT where existing(candidates) != nil:
      let path = quoted(existing(candidates) ?? command)
      self.init(
        .notExecutable,
        said + " \(path) is there, but the interpreter it names is not; check with: file \(path)",
        errno: errno
      )
    case ENOENT, ENOTDIR:
      self.init(.notFound, said + " check the name or give its path", errno: errno)
    case EACCES where existing(candidates).map(isDirectory) ?? false:
      self.init(.notExecutable, said + " it is a directory; name a program in it", errno: errno)
    case EACCES:
      let remedy =
        existing(candidates).map { " make it executable for this user: chmod +x \(quoted($0))" }
        ?? " check the name; a folder it was searched in is closed to this user"
      self.init(.notExecutable, said + remedy, errno: errno)
    case E2BIG:
      self.init(.notExecutable, said + " shorten the arguments or environment", errno: errno)
    default:
      self.init(
        .notExecutable, said + " check that it is a program for this machine", errno: errno)
    }
  }

  private static func words(_ stage: spoor_launch_stage) -> String {
    switch stage {
    case SPOOR_LAUNCH_PIPE: "pipe"
    case SPOOR_LAUNCH_FORK: "fork"
    case SPOOR_LAUNCH_PIDFD: "pidfd_open"
    case SPOOR_LAUNCH_SIGNALS: "restoring signals"
    case SPOOR_LAUNCH_LIMITS: "restoring resource limits"
    case SPOOR_LAUNCH_GROUPS: "setgroups"
    case SPOOR_LAUNCH_GID: "setresgid"
    case SPOOR_LAUNCH_UID: "setresuid"
    case SPOOR_LAUNCH_VERIFY: "the change of user did not take"
    case SPOOR_LAUNCH_DESCRIPTORS: "closing descriptors"
    case SPOOR_LAUNCH_TERMINAL: "taking its terminal"
    default: "stage \(stage.rawValue)"
    }
  }
}

/// The first of these paths that is there, as spoor sees it.
private func existing(_ candidates: [[UInt8]]) -> [UInt8]? {
  candidates.first { path in
    access(path.map { CChar(bitPattern: $0) } + [0], F_OK) == 0
  }
}

private func isDirectory(_ path: [UInt8]) -> Bool {
  var status = stat()
  return stat(path.map { CChar(bitPattern: $0) } + [0], &status) == 0
    && status.st_mode & S_IFMT == S_IFDIR
}
