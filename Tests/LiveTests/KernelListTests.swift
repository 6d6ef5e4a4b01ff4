// SPDX-License-Identifier: Apache-2.0

import CSpoorABI
import Foundation
import Testing

/// The kernel's own list of system calls, and whether the table knows each that takes a path.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct KernelListTests {
  /// Calls with text, or an address, that is no path; and why.
  private static let noPath: [String: String] = {
    let reasons = [
      "a buffer": [
        "read", "write", "pread64", "pwrite64", "getcwd", "getrandom", "flistxattr", "syslog",
        "mq_timedsend", "mq_timedreceive", "getsockopt", "setsockopt",
      ],
      "the name of an attribute of a descriptor": ["fsetxattr", "fgetxattr", "fremovexattr"],
      "the name of a key, a file system, an option or a machine": [
        "add_key", "request_key", "fsopen", "fsconfig", "memfd_create", "sethostname",
        "setdomainname",
      ],
      "a name in the message queues' file system, looked up without a walk": [
        "mq_open", "mq_unlink",
      ],
      "an address in memory": ["shmat", "shmdt"],
      "an address that the kernel fills in": [
        "accept", "accept4", "getsockname", "getpeername", "recvfrom",
      ],
      "a message that is received": ["recvmsg", "recvmmsg"],
      "told as unseen": ["sendmmsg"],
    ]
    var byCall: [String: String] = [:]
    for (reason, calls) in reasons { for call in calls { byCall[call] = reason } }
    return byCall
  }()

  /// The kernel's name of a call where it is not that of the manual.
  private static let manualName = [
    "newstat": "stat", "newlstat": "lstat", "umount": "umount2", "sendfile64": "sendfile",
  ]

  /// Types of the kernel's arguments that may hold a path.
  private static let pathTypes = [
    "const char *", "char *", "struct sockaddr *", "struct user_msghdr *", "struct mmsghdr *",
  ]

  @Test func everyCallThatTakesAPathIsInTheTable() throws {
    let calls = try callsWithText()
    #expect(calls.count > 90)
    let table = Set(tableNames)
    let unclassified = calls.filter { !table.contains($0) && Self.noPath[$0] == nil }
    #expect(unclassified.sorted() == [], "put it into spoor_syscalls.h, or say here why not")
    #expect(table.intersection(Self.noPath.keys).subtracting(["pwrite64", "write"]) == [])
  }

  private var tableNames: [String] {
    var names: [String] = []
    while let line = spoor_syscall_line(UInt32(names.count)) {
      names.append(String(cString: line.pointee.name))
    }
    return names
  }

  /// The manual's names of the calls that the kernel says take text or an address.
  private func callsWithText() throws -> [String] {
    let prefix = "sys_enter_"
    return try withTracefs { root in
      let events = root.appending(path: "events/syscalls")
      return try FileManager.default.contentsOfDirectory(atPath: events.path).compactMap { name in
        guard name.hasPrefix(prefix) else { return nil }
        let format = try String(
          contentsOf: events.appending(path: name + "/format"), encoding: .utf8)
        guard Self.pathTypes.contains(where: { format.contains("\tfield:\($0)") }) else {
          return nil
        }
        let call = String(name.dropFirst(prefix.count))
        return Self.manualName[call] ?? call
      }
    }
  }

  /// The tracing file system, mounted for the moment where nobody has mounted it.
  private func withTracefs<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let usual = URL(filePath: "/sys/kernel/tracing")
    if access(usual.path + "/events/syscalls", R_OK) == 0 { return try body(usual) }
    let scratch = try Scratch()
    let place = scratch.folder.path
    try #require(mount("none", place, "tracefs", UInt(MS_NOSUID | MS_NOEXEC), nil) == 0)
    defer { umount2(place, Int32(MNT_DETACH)) }
    return try body(scratch.folder)
  }
}
