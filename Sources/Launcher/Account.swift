// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A user's passwd entry.
public struct Account: Hashable, Sendable {
  /// The login name.
  public var name: String
  /// The home directory.
  public var home: String
  /// The login shell; `/bin/sh` where the entry leaves it empty (passwd(5)).
  public var shell: String

  /// A passwd entry that is already known.
  public init(name: String, home: String, shell: String) {
    self.name = name
    self.home = home
    self.shell = shell
  }

  /// The passwd entry of a user, or nil if there is none.
  ///
  /// Throws where the user database cannot be read, which is not the same as no entry.
  public static func find(userID: UInt32) throws(LaunchError) -> Account? {
    var capacity = 1024
    while true {
      let (error, account) = read(userID: userID, capacity: capacity)
      switch error {
      case 0, ENOENT, ESRCH, EBADF, EPERM: return account  // getpwuid_r(3): "not found"
      case EINTR: continue
      case ERANGE where capacity < 1 << 24: capacity *= 2
      default:
        throw LaunchError(
          .invokingUser,
          "cannot look up user \(userID): \(describe(errno: error));"
            + " check the user database with: getent passwd \(userID)",
          errno: error
        )
      }
    }
  }

  /// The groups of this account by the group database, the given primary one among them.
  public func groups(primary: UInt32) -> [UInt32] {
    var count: Int32 = 32
    while true {
      let room = count
      var groups = [UInt32](repeating: 0, count: Int(room))
      if getgrouplist(name, primary, &groups, &count) >= 0 {
        return Array(groups.prefix(Int(count)))
      }
      // It tells how many there are, but not by every name service.
      count = max(count, room * 2)
    }
  }

  private static func read(userID: UInt32, capacity: Int) -> (error: Int32, account: Account?) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
      var entry = passwd()
      var found: UnsafeMutablePointer<passwd>?
      guard let text = buffer.baseAddress else { return (ENOMEM, nil) }
      let error = getpwuid_r(userID, &entry, text, capacity, &found)
      guard error == 0, found != nil else { return (error, nil) }
      let shell = string(entry.pw_shell)
      return (
        0,
        Account(
          name: string(entry.pw_name), home: string(entry.pw_dir),
          shell: shell.isEmpty ? "/bin/sh" : shell)
      )
    }
  }

  private static func string(_ pointer: UnsafePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
  }
}
