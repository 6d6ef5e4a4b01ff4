// SPDX-License-Identifier: Apache-2.0

/// Who called sudo, by the two variables that sudo sets.
public struct SudoIdentity: Hashable, Sendable {
  /// SUDO_UID.
  public var userID: UInt32
  /// SUDO_GID, the primary group.
  public var groupID: UInt32

  /// An identity that is already known.
  public init(userID: UInt32, groupID: UInt32) {
    self.userID = userID
    self.groupID = groupID
  }

  /// Reads SUDO_UID and SUDO_GID; nil where neither is set.
  ///
  /// Throws where one is missing or not a number of a user: to guess would be to run the
  /// target as the wrong one.
  public static func parse(environment: [String: String]) throws(LaunchError) -> SudoIdentity? {
    switch (environment["SUDO_UID"], environment["SUDO_GID"]) {
    case (nil, nil):
      return nil
    case (let user?, let group?):
      return SudoIdentity(
        userID: try number(user, of: "SUDO_UID"),
        groupID: try number(group, of: "SUDO_GID")
      )
    case (_?, nil):
      throw incomplete(set: "SUDO_UID", missing: "SUDO_GID")
    case (nil, _?):
      throw incomplete(set: "SUDO_GID", missing: "SUDO_UID")
    }
  }

  private static func number(_ text: String, of variable: String) throws(LaunchError) -> UInt32 {
    // UInt32(_:) would take "+5"; 2^32 - 1 means "leave unchanged" to the kernel.
    guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = UInt32(text),
      number != .max
    else {
      throw LaunchError(
        .invokingUser,
        "\(variable)=\(quoted(Array(text.utf8))) is not a user or group number; "
          + remedy
      )
    }
    return number
  }

  private static func incomplete(set: String, missing: String) -> LaunchError {
    LaunchError(.invokingUser, "\(set) is set but \(missing) is not; " + remedy)
  }

  private static let remedy =
    "run spoor through sudo, which sets both, or unset both and use --as-root"
}
