// SPDX-License-Identifier: Apache-2.0

import CLauncher
import Glibc

/// Linux capabilities by their numbers, as capabilities(7) has them.
public struct Capabilities: OptionSet, Hashable, Sendable {
  /// Bit n is capability n.
  public let rawValue: UInt64

  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// CAP_DAC_OVERRIDE: write where the file's mode does not allow it.
  public static let overrideAccess = Capabilities(rawValue: 1 << 1)
  /// CAP_DAC_READ_SEARCH: read where the file's mode does not allow it.
  public static let readSearch = Capabilities(rawValue: 1 << 2)
  /// CAP_KILL: signal other users' processes.
  public static let kill = Capabilities(rawValue: 1 << 5)
  /// CAP_SYS_PTRACE: see what /proc tells of other users' processes.
  public static let trace = Capabilities(rawValue: 1 << 19)
  /// CAP_SYS_ADMIN: all that came before CAP_BPF and CAP_PERFMON (Linux 5.8).
  public static let administer = Capabilities(rawValue: 1 << 21)
  /// CAP_PERFMON: attach eBPF programs that read kernel memory.
  public static let perfmon = Capabilities(rawValue: 1 << 38)
  /// CAP_BPF: load eBPF programs, and make maps.
  public static let bpf = Capabilities(rawValue: 1 << 39)

  /// What this thread may do now.
  public static var effective: Capabilities {
    Capabilities(rawValue: spoor_effective_capabilities())
  }

  /// Whether `body` does well with these alone of what this thread may; then all are back.
  public static func suffice(
    _ capabilities: Capabilities, for body: () throws -> Void
  ) throws(LaunchError) -> Bool {
    let before = effective
    try use(capabilities)
    let succeeded = (try? body()) != nil
    try use(before)
    return succeeded
  }

  private static func use(_ capabilities: Capabilities) throws(LaunchError) {
    let error = spoor_use_capabilities(capabilities.rawValue)
    guard error == 0 else { throw LaunchError(dropping: error) }
  }

  /// Gives up everything else for good: this process and what it executes.
  ///
  /// - Parameters:
  ///   - user: whom the process becomes, if it must.
  ///   - kept: those of them that the process has.
  /// - Throws: when anything else is left; the process must end then.
  public static func dropAll(
    but kept: Capabilities, becoming user: InvokingUser
  ) throws(LaunchError) {
    let error = user.groups.withUnsafeBufferPointer { groups in
      var identity = spoor_identity(
        uid: user.userID, gid: user.groupID, groups: groups.baseAddress, group_count: groups.count)
      return user.isSwitched
        ? spoor_drop_privileges(&identity, kept.rawValue)
        : spoor_drop_privileges(nil, kept.rawValue)
    }
    guard error == 0 else { throw LaunchError(dropping: error) }
  }
}

extension LaunchError {
  fileprivate init(dropping error: Int32) {
    self.init(
      .cannotStart,
      "cannot give up privileges (\(describe(errno: error))), and spoor reads nothing with more than"
        + " it needs; run it outside of what restricts it, such as a container",
      errno: error)
  }
}
