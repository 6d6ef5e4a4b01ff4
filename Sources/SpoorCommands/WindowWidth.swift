// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// How wide the terminal is that standard output goes to: looked at in the beginning and after
/// SIGWINCH.
struct WindowWidth {
  private static let hasChanged = Atomic(false)

  /// Nil for a pipe or a file, and for a terminal that does not say.
  private(set) var cells: Int?

  init() {
    guard isatty(STDOUT_FILENO) == 1 else { return }
    // Before a handler uses it.
    Self.hasChanged.store(false, ordering: .relaxed)
    signal(SIGWINCH) { _ in WindowWidth.hasChanged.store(true, ordering: .relaxed) }
    cells = Self.ask()
  }

  /// Whether it is another one since the last call; cheap enough for each event.
  mutating func update() -> Bool {
    guard Self.hasChanged.load(ordering: .relaxed) else { return false }
    Self.hasChanged.store(false, ordering: .relaxed)
    let before = cells
    cells = Self.ask()
    return cells != before
  }

  private static func ask() -> Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
