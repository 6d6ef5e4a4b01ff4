// SPDX-License-Identifier: Apache-2.0

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
/// Made of bare system calls: the C library's `setgroups` and `seteuid` change every
/// thread of the process, and Swift's Glibc module does not have `setfsuid`.
private enum ThreadIdentity {
  private typealias SystemCall = @convention(c) (Int, Int, Int) -> Int

  // asm/unistd_64.h of each architecture.
  #if arch(x86_64)
    private static let setgroups = 116
    private static let setfsuid = 122
    private static let setfsgid = 123
  #elseif arch(arm64)
    private static let setgroups = 159
    private static let setfsuid = 151
    private static let setfsgid = 152
  #endif

  // syscall(2) reads its arguments from registers, on both architectures, whether the
  // caller took it for variadic or not.
  private static let call: SystemCall? = dlsym(nil, "syscall").map {
    unsafeBitCast($0, to: SystemCall.self)
  }

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
      && set(setfsgid, owner.groupID) && set(setfsuid, owner.userID)
  }

  /// Gives this thread back the ids of its process, as far as the process still has them:
  /// it may have given root up for good in the meantime.
  static func restore(groups: [gid_t]) {
    _ = set(setfsuid, geteuid())
    _ = set(setfsgid, getegid())
    _ = set(groups: groups)
  }

  private static func set(groups: [gid_t]) -> Bool {
    guard let call else { return false }
    return groups.withUnsafeBufferPointer {
      call(setgroups, $0.count, Int(bitPattern: $0.baseAddress)) == 0
    }
  }

  /// setfsuid and setfsgid tell only the id before; a second, impossible one asks for it.
  private static func set(_ number: Int, _ id: UInt32) -> Bool {
    guard let call else { return false }
    _ = call(number, Int(id), 0)
    return UInt32(truncatingIfNeeded: call(number, Int(UInt32.max), 0)) == id
  }
}
