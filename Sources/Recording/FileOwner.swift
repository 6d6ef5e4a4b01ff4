// SPDX-License-Identifier: Apache-2.0

import CLinux
import Foundation

/// Who a recording belongs to, and with whose rights it is made.
public struct FileOwner: Hashable, Sendable {
  public var userID: UInt32
  public var groupID: UInt32
  public var supplementaryGroupIDs: [UInt32]

  /// Groups that are not given are not used: a directory that the user may write to only
  /// through one of them is then refused.
  public init(userID: UInt32, groupID: UInt32, supplementaryGroupIDs: [UInt32] = []) {
    self.userID = userID
    self.groupID = groupID
    self.supplementaryGroupIDs = supplementaryGroupIDs
  }

  /// Whoever this process acts as.
  public static var current: FileOwner {
    FileOwner(
      userID: geteuid(), groupID: getegid(),
      supplementaryGroupIDs: ThreadIdentity.groups)
  }

  /// Runs `body` on this thread with the owner's rights to files, if the process is root.
  ///
  /// Only this thread changes, and only in what concerns files: the other threads go on
  /// as they are, and the user cannot signal or trace the process meanwhile.
  /// - Throws: `RecordingError`, before `body`, when the rights cannot be changed.
  package func perform<Result>(_ body: () throws -> Result) throws -> Result {
    guard geteuid() == 0, userID != 0 else { return try body() }
    let before = ThreadIdentity.groups
    defer { ThreadIdentity.restore(groups: before) }
    guard ThreadIdentity.become(self) else {
      throw RecordingError(
        "cannot act as user \(userID), group \(groupID), to write the recording: this"
          + " system refuses it; run spoor as that user")
    }
    return try body()
  }
}

/// The ids that the kernel checks this thread's file accesses against.
///
/// setfsuid and setfsgid concern one thread, unlike seteuid and setegid of the C library.
private enum ThreadIdentity {
  /// This thread's supplementary groups.
  static var groups: [gid_t] {
    let count = getgroups(0, nil)
    guard count > 0 else { return [] }
    var groups = [gid_t](repeating: 0, count: Int(count))
    let filled = getgroups(count, &groups)
    return Array(groups.prefix(Int(max(filled, 0))))
  }

  /// Returns whether this thread now has exactly the owner's ids.
  static func become(_ owner: FileOwner) -> Bool {
    // Groups first: the right to change them may go with the user id.
    set(groups: owner.supplementaryGroupIDs)
      && setfsgidIsTaken(owner.groupID) && setfsuidIsTaken(owner.userID)
  }

  /// Gives this thread back the ids of its process, as far as the process still has them:
  /// it may have given root up for good in the meantime.
  static func restore(groups: [gid_t]) {
    _ = setfsuidIsTaken(geteuid())
    _ = setfsgidIsTaken(getegid())
    _ = set(groups: groups)
  }

  private static func set(groups: [gid_t]) -> Bool {
    groups.withUnsafeBufferPointer { spoor_set_thread_groups($0.count, $0.baseAddress) == 0 }
  }

  // Both tell only the id before; a second call, with an impossible id, asks for it.

  private static func setfsuidIsTaken(_ id: UInt32) -> Bool {
    _ = setfsuid(id)
    return UInt32(bitPattern: setfsuid(UInt32.max)) == id
  }

  private static func setfsgidIsTaken(_ id: UInt32) -> Bool {
    _ = setfsgid(id)
    return UInt32(bitPattern: setfsgid(UInt32.max)) == id
  }
}
