// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hunt
import Synchronization
import Testing

/// A terminal for a program under test: what it writes becomes a screen to look at.
final class TerminalScreen: Sendable {
  private struct State: ~Copyable {
    var terminal: Terminal
    var bytes = 0
  }

  private let state: Mutex<State>
  private let master: FileHandle
  let slave: FileHandle

  init(columns: Int = 80, rows: Int = 24) throws {
    let size = Scenario.Size(columns: columns, rows: rows)
    state = Mutex(State(terminal: Terminal(size: size)))
    var (master, slave): (Int32, Int32) = (-1, -1)
    try #require(openpty(&master, &slave, nil, nil, nil) == 0)
    _ = fcntl(master, F_SETFD, FD_CLOEXEC)
    self.master = FileHandle(fileDescriptor: master, closeOnDealloc: true)
    self.slave = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    setSize(columns, rows)
    Thread { [weak self, source = self.master] in
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = read(source.fileDescriptor, &chunk, chunk.count)
        guard count > 0, let self else { return }
        self.take(chunk[..<count])
      }
    }.start()
  }

  private func take(_ bytes: ArraySlice<UInt8>) {
    state.withLock { state in
      bytes.withUnsafeBytes { state.terminal.write($0) }
      state.bytes += bytes.count
      _ = state.terminal.takeInput()
    }
  }

  private func setSize(_ columns: Int, _ rows: Int) {
    var window = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master.fileDescriptor, UInt(TIOCSWINSZ), &window)
  }

  func resize(columns: Int, rows: Int) {
    state.withLock { $0.terminal.resize(to: Scenario.Size(columns: columns, rows: rows)) }
    setSize(columns, rows)
  }

  func type(_ text: String) throws {
    try master.write(contentsOf: Data(text.utf8))
  }

  var lines: [String] { state.withLock { $0.terminal.lines } }
  /// All that was written to it, in bytes.
  var bytes: Int { state.withLock { $0.bytes } }

  /// Returns when the screen is as it should be: a program that never gets there fails the test.
  func wait(_ what: String, until isTrue: ([String]) -> Bool) throws {
    let deadline = Date(timeIntervalSinceNow: 50)
    while !isTrue(lines) {
      try #require(
        Date() < deadline, "the screen never showed \(what):\n\(lines.joined(separator: "\n"))")
      usleep(20_000)
    }
  }

  /// Returns when the first line has changed so many times: it tells how long it has been.
  func waitForRefreshes(_ count: Int) throws {
    for _ in 0..<count {
      let before = lines.first
      try wait("another refresh") { $0.first != before }
    }
  }

  /// Where the slave is opened by its name.
  var name: String { ttyname(slave.fileDescriptor).map { String(cString: $0) } ?? "" }

  /// Bytes of whole lines that were typed, or put there, and that nobody has read.
  var unread: Int {
    var count: Int32 = 0
    _ = ioctl(slave.fileDescriptor, UInt(FIONREAD), &count)
    return Int(count)
  }

  /// How the terminal is set: with ECHO and ICANON unless a program changed that.
  var modes: tcflag_t {
    var modes = termios()
    tcgetattr(slave.fileDescriptor, &modes)
    return modes.c_lflag
  }
}
