// SPDX-License-Identifier: Apache-2.0

import Attribution
import Glibc
import Synchronization

/// Names of users by their ids, each asked for once: that reads files.
final class UserNames: Sendable {
  private let known = Mutex<[UInt32: String]>([:])

  /// Encoded for a terminal; the number where there is no name.
  func name(_ userID: UInt32) -> String {
    known.withLock { known in
      if let name = known[userID] { return name }
      let name =
        getpwuid(userID).map { ForeignText.encode(Array(String(cString: $0.pointee.pw_name).utf8)) }
        ?? String(userID)
      known[userID] = name
      return name
    }
  }
}
