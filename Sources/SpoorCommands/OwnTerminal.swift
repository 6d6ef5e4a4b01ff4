// SPDX-License-Identifier: Apache-2.0

import Glibc
import Launcher

/// The terminal that spoor itself was started in, as far as there is one.
struct OwnTerminal: Sendable {
  private static let streams = [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]

  /// How it was set; nil without a terminal.
  let modes: termios?
  /// Sets it as it was, should spoor be killed; nil where nobody types at standard input.
  private let terminalGuard: TerminalGuard?

  /// Throws in the background, where reading keys would stop spoor.
  init() throws {
    let hasKeys = isatty(STDIN_FILENO) == 1
    guard !hasKeys || Self.isInForeground else {
      throw CommandFailure.badInput(
        "--pty reads the keys for the command, which nothing in the background may; run it in the "
          + "foreground, or with </dev/null")
    }
    var modes = termios()
    self.modes = Self.streams.contains { tcgetattr($0, &modes) == 0 } ? modes : nil
    // What the command has shown stays: only it could tell how to clear that.
    terminalGuard =
      hasKeys ? try TerminalGuard(of: STDIN_FILENO, farewell: [UInt8(ascii: "\r")]) : nil
  }

  /// Whether somebody types at standard input.
  var hasKeys: Bool { terminalGuard != nil }

  /// Its size; the one that terminals have had since the VT100 where there is none.
  var window: winsize {
    var window = winsize()
    let isKnown = Self.streams.contains { ioctl($0, UInt(TIOCGWINSZ), &window) == 0 }
    return isKnown ? window : winsize(columns: 80, rows: 24)
  }

  /// Each key as it comes, also those that make signals: they are the command's.
  func makeRaw() {
    guard var raw = modes else { return }
    cfmakeraw(&raw)
    terminalGuard?.note(isHeld: true)
    set(raw)
  }

  func restore() {
    if let modes { set(modes) }
    terminalGuard?.note(isHeld: false)
  }

  /// At once: who waits until all is written, waits for ever where the terminal is stopped.
  private func set(_ modes: termios) {
    // In the background it would stop spoor, and the terminal is another's.
    guard hasKeys, Self.isInForeground else { return }
    var modes = modes
    tcsetattr(STDIN_FILENO, TCSANOW, &modes)
  }

  /// Also where the terminal is not the controlling one, and has no foreground.
  private static var isInForeground: Bool {
    let group = tcgetpgrp(STDIN_FILENO)
    return group < 0 || group == getpgrp()
  }
}
