// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Launcher
import Synchronization

/// A terminal of the command's own, and what goes between it and spoor's: keys in, output out, the
/// size, and the end of either. Threads of its own carry it, so that the tracing waits for neither;
/// each takes no more than it has passed on, so that who is not read from comes to wait.
final class TerminalRelay: Sendable {
  /// What a pty holds at most (pty_common_install in drivers/tty/pty.c, N_TTY_BUF_SIZE), and more.
  private static let mostHeld = 1 << 16
  /// Keys, or of what a pipe brings in their place.
  private static let inputSize = 4096

  private let own: OwnTerminal
  /// Nothing that is done with it blocks. The slave stays open: the command may have closed its
  /// own, and still open /dev/tty later.
  private let pty: Mutex<PseudoTerminal>
  private let master: Int32
  private let slave: Int32
  private let changes: Changes
  /// The command has ended: what it left in the pty comes out, and no more.
  private let ending: EventFlag
  /// All has come out.
  private let done: EventFlag
  /// Between `start` and `end`: a late change of size makes nothing raw that was given back.
  private let isRunning = Mutex(false)
  /// Why nothing comes out any more, unless its reader has just gone.
  private let writeError = Mutex<Int32?>(nil)

  /// SIGWINCH, and SIGCONT, after which a shell has set the terminal as it likes it.
  private final class Changes: Sendable {
    static let signals = [SIGWINCH, SIGCONT]
    private let queue: Mutex<SignalQueue>
    let descriptor: Int32

    init() throws(CommandFailure) {
      let queue = try SignalQueue(Self.signals)
      descriptor = queue.raw
      self.queue = Mutex(queue)
    }

    func take() { queue.withLock { while $0.next() != nil {} } }
  }

  /// Blocks signals, before any thread starts.
  ///
  /// - Parameter owner: the user that the command runs as.
  init(owner: UInt32) throws {
    own = try OwnTerminal()
    SignalQueue.block(Changes.signals)
    let terminal = try PseudoTerminal(window: own.window, modes: own.modes, owner: owner)
    (master, slave) = (terminal.master, terminal.slave)
    pty = Mutex(terminal)
    changes = try Changes()
    ending = try EventFlag()
    done = try EventFlag()
  }

  var surroundings: Surroundings { Surroundings(streams: .terminal(slave)) }

  /// The command runs, and spoor has given up its privileges, which only one thread can.
  func start() {
    isRunning.withLock { isRunning in
      isRunning = true
      own.makeRaw()
    }
    Thread { self.passOutput() }.start()
    Thread { self.passInput() }.start()
  }

  /// A signal that spoor's terminal sent to spoor alone: the command is in a session of its own.
  func passOn(_ signal: Int32) {
    if signal == SIGHUP { return hangUp() }
    pty.withLock { $0.signalForeground(signal) }
  }

  /// The command has ended: passes on what it wrote last, and gives the terminal back.
  ///
  /// A signal ends the wait for a reader that takes nothing.
  ///
  /// - Returns: why not all was passed on, in a sentence.
  func end() -> String? {
    guard isRunning.withLock({ $0 }) else { return nil }
    ending.raise()
    if let signals = try? SignalQueue() {
      // Those from before were the command's.
      while signals.next() != nil {}
      var waiting = [
        pollfd(fd: done.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: signals.raw, events: Int16(POLLIN), revents: 0),
      ]
      while poll(&waiting, nfds_t(waiting.count), -1) < 0 && errno == EINTR {}
    }
    isRunning.withLock { isRunning in
      isRunning = false
      own.restore()
    }
    return writeError.withLock { $0 }.map {
      "cannot pass on what the command writes (\(String(cString: strerror($0)))); its terminal was "
        + "hung up"
    }
  }

  private func hangUp() {
    ending.raise()
    pty.withLock { $0.hangUp() }
  }

  // MARK: Output

  private func passOutput() {
    yieldToTracing()
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.mostHeld)
    var waiting = [
      pollfd(fd: master, events: Int16(POLLIN), revents: 0),
      pollfd(fd: ending.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    var left = Self.mostHeld
    while left > 0 {
      _ = poll(&waiting, nfds_t(waiting.count), -1)
      let isEnding = waiting[1].revents != 0
      bytes.removeAll(keepingCapacity: true)
      let isOpen = pty.withLock { $0.read { bytes.append(contentsOf: $0) } }
      if !isOpen || isEnding && bytes.isEmpty { break }
      if isEnding { left -= bytes.count }
      guard write(bytes) else {
        hangUp()
        break
      }
    }
    done.raise()
  }

  /// Whether standard output has taken it all; may wait for that.
  private func write(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest.removeFirst(count)
      } else if errno == EAGAIN {
        // Whoever shares it has made it so.
        var waiting = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        _ = poll(&waiting, 1, -1)
      } else if errno != EINTR {
        let error = errno
        // A pipe without a reader, a terminal that is gone.
        if error != EPIPE && error != EIO { writeError.withLock { $0 = error } }
        return false
      }
    }
    return true
  }

  // MARK: Input

  private func passInput() {
    yieldToTracing()
    var bytes: [UInt8] = []
    var isAtEnd = false
    var endsLine = true
    adapt()
    while true {
      var waiting = [
        pollfd(
          fd: isAtEnd || !bytes.isEmpty ? -1 : STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: bytes.isEmpty ? -1 : master, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: changes.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: ending.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      _ = poll(&waiting, nfds_t(waiting.count), -1)
      if waiting[3].revents != 0 { return }
      if waiting[2].revents != 0 { adapt() }
      if waiting[0].revents != 0, !readInput(&bytes) {
        if own.hasKeys { return hangUp() }
        isAtEnd = true
        bytes = endOfInput(endsLine: endsLine)
      }
      if let last = bytes.last { endsLine = last == UInt8(ascii: "\n") }
      if !bytes.isEmpty { bytes.removeFirst(pty.withLock { $0.write(bytes) }) }
    }
  }

  /// Whether there is more to come.
  private func readInput(_ bytes: inout [UInt8]) -> Bool {
    var isOpen = true
    bytes = [UInt8](unsafeUninitializedCapacity: Self.inputSize) { room, count in
      let result = read(STDIN_FILENO, room.baseAddress, room.count)
      isOpen = result > 0 || result < 0 && (errno == EAGAIN || errno == EINTR)
      count = max(0, result)
    }
    return isOpen
  }

  /// What tells a reader of the terminal that a pipe is at its end. Inside a line the first one
  /// only hands that over (termios(3), VEOF).
  private func endOfInput(endsLine: Bool) -> [UInt8] {
    guard let modes = pty.withLock({ $0.modes }) else { return [] }
    let key = withUnsafeBytes(of: modes.c_cc) { $0[Int(VEOF)] }
    // _POSIX_VDISABLE: there is no such key.
    if key == 0 { return [] }
    let isByLine = modes.c_lflag & tcflag_t(ICANON) != 0
    return Array(repeating: key, count: isByLine && !endsLine ? 2 : 1)
  }

  /// The terminal may have another size, or other modes.
  private func adapt() {
    changes.take()
    isRunning.withLock { if $0 { own.makeRaw() } }
    pty.withLock { $0.resize(to: own.window) }
  }

  /// The thread that empties the ring runs at a higher priority, which this one had from it.
  private func yieldToTracing() {
    let thread = __priority_which_t(PRIO_PROCESS.rawValue)
    if getpriority(thread, 0) < 0 { setpriority(thread, 0, 0) }
  }
}
