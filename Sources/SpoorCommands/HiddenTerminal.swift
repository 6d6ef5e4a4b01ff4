// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Launcher
import Synchronization

/// The terminal of a command that runs beside a full screen: of the screen's size, and nobody
/// sees what it shows, nor types at it.
final class HiddenTerminal: Sendable {
  private let pair: Pair
  private let letGo: EventFlag

  /// Used by one thread after the other: the caller's until `start`, then the reader's.
  private final class Pair: @unchecked Sendable {
    var terminal: PseudoTerminal

    init(_ terminal: consuming PseudoTerminal) {
      self.terminal = terminal
    }
  }

  /// - Parameter owner: the user that the command runs as.
  init(owner: UInt32) throws {
    var size = winsize()
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    pair = Pair(
      try PseudoTerminal(
        window: isKnown ? size : winsize(columns: 80, rows: 24), owner: owner))
    letGo = try EventFlag()
  }

  var surroundings: Surroundings { Surroundings(streams: .terminal(pair.terminal.slave)) }

  /// The command has the slave: reads what it shows, so that it never waits, and drops it.
  func start() {
    pair.terminal.closeSlave()
    Thread { [pair, letGo] in
      var waiting = [
        pollfd(fd: pair.terminal.master, events: Int16(POLLIN), revents: 0),
        pollfd(fd: letGo.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      while true {
        _ = poll(&waiting, nfds_t(waiting.count), -1)
        if waiting[1].revents != 0 { break }
        // Nobody has the slave open any more: only being let go is left.
        if waiting[0].revents != 0, !pair.terminal.read({ _ in }) { waiting[0].fd = -1 }
      }
      pair.terminal.hangUp()
    }.start()
  }

  /// Hangs up, as a window does that is closed.
  func hangUp() { letGo.raise() }
}
