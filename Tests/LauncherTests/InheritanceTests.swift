// SPDX-License-Identifier: Apache-2.0

import Glibc
import Launcher
import Testing

/// What the target sees of spoor. Serialized: dispositions and limits are the process's.
@Suite(.serialized) struct InheritanceTests {
  /// A signal set of /proc/self/status of a target.
  private func signals(_ field: String, inherited: InheritedState) throws -> UInt64 {
    let lines = try printed(by: "exec cat /proc/self/status", inherited: inherited)
    let line = try #require(lines.first { $0.hasPrefix(field + ":\t") })
    return try #require(UInt64(line.dropFirst(field.count + 2), radix: 16))
  }

  // glibc declares RLIMIT_NOFILE as an enumeration and getrlimit with an int.
  private let openFiles = Int32(RLIMIT_NOFILE.rawValue)

  private func bit(_ signal: Int32) -> UInt64 { 1 << UInt64(signal - 1) }

  @Test func theTargetGetsTheMaskFromBeforeSpoorBlockedSignals() throws {
    var previous = sigset_t()
    var mask = sigset_t()
    sigemptyset(&mask)
    pthread_sigmask(SIG_SETMASK, &mask, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    let empty = InheritedState.capture()
    sigaddset(&mask, SIGUSR1)
    pthread_sigmask(SIG_SETMASK, &mask, nil)
    #expect(try signals("SigBlk", inherited: empty) == 0)
    #expect(try signals("SigBlk", inherited: .capture()) == bit(SIGUSR1))
  }

  @Test func aSignalIgnoredAtTheStartStaysIgnored() throws {
    signal(SIGUSR2, SIG_IGN)
    let inherited = InheritedState.capture()
    signal(SIGUSR2, SIG_DFL)
    #expect(try signals("SigIgn", inherited: inherited) & bit(SIGUSR2) != 0)
  }

  @Test func aSignalThatSpoorIgnoresIsNotIgnored() throws {
    let inherited = InheritedState.capture()
    signal(SIGUSR2, SIG_IGN)
    defer { signal(SIGUSR2, SIG_DFL) }
    #expect(try signals("SigIgn", inherited: inherited) & bit(SIGUSR2) == 0)
  }

  private func descriptors(_ inherited: InheritedState) throws -> [String] {
    try printed(by: "exec ls /proc/self/fd", inherited: inherited)
  }

  @Test func theDescriptorsAreThoseFromTheStartAndNoneThatSpoorOpened() throws {
    let without = InheritedState.capture()
    let first = fcntl(2, F_DUPFD, 500)
    defer { close(first) }
    let with = InheritedState.capture()
    let second = fcntl(2, F_DUPFD, 500)
    let third = fcntl(2, F_DUPFD_CLOEXEC, 500)
    defer { for descriptor in [second, third] { close(descriptor) } }
    try #require(first >= 500 && second > first && third > second)
    let usual = try descriptors(without)
    #expect(Set(usual).isDisjoint(with: ["\(first)", "\(second)", "\(third)"]))
    #expect(Set(try descriptors(with)) == Set(usual + ["\(first)"]))
  }

  @Test func theLimitsAreThoseFromBeforeSpoorChangedThem() throws {
    let inherited = InheritedState.capture()
    var limit = rlimit()
    getrlimit(openFiles, &limit)
    var lower = limit
    lower.rlim_cur -= 1
    setrlimit(openFiles, &lower)
    defer { setrlimit(openFiles, &limit) }
    #expect(try printed(by: "ulimit -n", inherited: inherited) == ["\(limit.rlim_cur)"])
  }

  @Test func umaskFolderGroupAndSessionAreSpoors() throws {
    let mask = umask(0o22)
    umask(mask)
    let folder = try #require(getcwd(nil, 0))
    defer { free(folder) }
    let lines = try printed(by: "umask; pwd -P; exec cut -d' ' -f5,6 /proc/self/stat")
    let octal = String(mask, radix: 8)
    #expect(
      lines == [
        String(repeating: "0", count: 4 - octal.count) + octal,
        String(cString: folder),
        "\(getpgrp()) \(getsid(0))",
      ])
  }
}
