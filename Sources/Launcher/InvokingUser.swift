// SPDX-License-Identifier: Apache-2.0

import CLauncher
import Glibc

/// The user a target runs as.
public struct InvokingUser: Equatable, Sendable {
  /// The user.
  public let userID: UInt32
  /// The primary group.
  public let groupID: UInt32
  /// Every group of the target where spoor changes to this user; the primary one among them.
  public let groups: [UInt32]
  /// The passwd entry, if the user has one.
  public let account: Account?
  /// Whether a target must be changed to this user; false for spoor's own.
  public let isSwitched: Bool

  package init(
    userID: UInt32, groupID: UInt32, groups: [UInt32], account: Account?, isSwitched: Bool
  ) {
    self.userID = userID
    self.groupID = groupID
    self.groups = groups
    self.account = account
    self.isSwitched = isSwitched
  }

  /// Whoever invoked spoor: under sudo the caller of sudo, otherwise oneself.
  ///
  /// - Parameter asRoot: stays oneself under sudo too (`--as-root`).
  public static func current(asRoot: Bool = false) throws(LaunchError) -> InvokingUser {
    guard getuid() == geteuid(), getgid() == getegid() else {
      throw LaunchError(
        .invokingUser,
        "spoor is installed setuid or setgid, which it must not be;"
          + " clear the bits with chmod ug-s and run it through sudo"
      )
    }
    if asRoot { return try oneself() }
    let environment = TargetEnvironment.own()
    var variables: [String: String] = [:]
    for name in ["SUDO_UID", "SUDO_GID"] {
      variables[name] = environment[name].map { String(decoding: $0, as: UTF8.self) }
    }
    return try resolve(environment: variables, effectiveUserID: geteuid())
  }

  /// The same by a given environment, for a spoor that runs as `effectiveUserID`.
  package static func resolve(
    environment: [String: String], effectiveUserID: UInt32
  ) throws(LaunchError) -> InvokingUser {
    // Only root can become somebody else; then the variables are no more than a leftover.
    guard effectiveUserID == 0, let sudo = try SudoIdentity.parse(environment: environment)
    else { return try oneself() }
    let account = try Account.find(userID: sudo.userID)
    return InvokingUser(
      userID: sudo.userID,
      groupID: sudo.groupID,
      groups: account?.groups(primary: sudo.groupID) ?? [sudo.groupID],
      account: account,
      isSwitched: true
    )
  }

  private static func oneself() throws(LaunchError) -> InvokingUser {
    InvokingUser(
      userID: geteuid(),
      groupID: getegid(),
      groups: [],
      account: try Account.find(userID: geteuid()),
      isSwitched: false
    )
  }
}
