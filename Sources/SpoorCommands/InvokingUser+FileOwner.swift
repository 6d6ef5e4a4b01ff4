// SPDX-License-Identifier: Apache-2.0

import Hunt
import Launcher
import Recording

extension InvokingUser {
  /// Whose recordings are: the invoking user's, whoever the command runs as.
  static func fileOwner() throws -> FileOwner { try current().fileOwner }
}
