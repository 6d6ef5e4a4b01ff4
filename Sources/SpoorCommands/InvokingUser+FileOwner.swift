// SPDX-License-Identifier: Apache-2.0

import Launcher
import Recording

extension InvokingUser {
  /// Whose recordings are: the invoking user's, whoever the command runs as.
  static func fileOwner() throws -> FileOwner {
    let user = try InvokingUser.current()
    return user.isSwitched
      ? FileOwner(
        userID: user.userID, groupID: user.groupID, supplementaryGroupIDs: user.groups)
      : .current
  }
}
