// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// SIGWINCH and SIGTSTP as something to read, and those that end a program where nobody else
/// takes them.
struct TopSignals: ~Copyable {
  private let descriptor: OwnedDescriptor

  /// Blocks the signals; before any other thread starts, since threads inherit that.
  static func block(withEnding: Bool) {
    var set = wanted(withEnding)
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  static let ending: Set<Int32> = [SIGINT, SIGQUIT, SIGTERM, SIGHUP]

  private static func wanted(_ withEnding: Bool) -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in [SIGWINCH, SIGTSTP] + (withEnding ? ending : []) { sigaddset(&set, signal) }
    return set
  }

  init(withEnding: Bool) throws(CommandFailure) {
    var set = Self.wanted(withEnding)
    descriptor = try OwnedDescriptor(
      signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK)), "wait for signals")
  }

  var raw: Int32 { descriptor.raw }

  /// Those that have come.
  func take() -> Set<Int32> {
    var taken: Set<Int32> = []
    var info = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    while read(descriptor.raw, &info, size) == size { taken.insert(Int32(info.ssi_signo)) }
    return taken
  }
}
