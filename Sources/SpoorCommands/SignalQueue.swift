// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Signals as something to read, once they are blocked; SIGPIPE becomes an error of write.
struct SignalQueue: ~Copyable {
  struct Received {
    var number: Int32
    /// Sent by the kernel: by the terminal, to the whole foreground group.
    var isFromTerminal: Bool
  }

  private let descriptor: OwnedDescriptor

  /// What ends a tracing, or makes a mark.
  static let standard = [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1]

  /// The same, and that a child has ended.
  static let tracing = standard + [SIGCHLD]

  /// Blocks the signals; before any other thread starts, since threads inherit that.
  static func block(_ signals: [Int32] = standard) {
    var set = makeSet(signals)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
  }

  private static func makeSet(_ signals: [Int32]) -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    return set
  }

  init(_ signals: [Int32] = standard) throws(CommandFailure) {
    var set = Self.makeSet(signals)
    descriptor = try OwnedDescriptor(
      signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK)), "wait for signals")
  }

  var raw: Int32 { descriptor.raw }

  /// The next one that has come, or nil.
  func next() -> Received? {
    var info = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    guard read(descriptor.raw, &info, size) == size else { return nil }
    return Received(
      number: Int32(info.ssi_signo), isFromTerminal: info.ssi_code == Int32(bitPattern: 0x80))
  }
}
