// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Both sides of a pty.
package struct PseudoTerminal: ~Copyable {
  /// Bytes that one reading takes, so that a flood leaves time for everything else.
  private static let readSize = 1 << 16

  package private(set) var master: Int32
  package private(set) var slave: Int32
  /// Below /dev/pts.
  package let slaveName: String

  /// - Parameters:
  ///   - modes: how it is set; as the kernel makes one if nil.
  ///   - owner: of the slave, for who opens it by its name.
  package init(window: winsize, modes: termios? = nil, owner: UInt32) throws(LaunchError) {
    var window = window
    var (master, slave): (Int32, Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 64)
    guard Self.open(&master, &slave, &name, modes, &window) == 0 else {
      let error = errno
      throw LaunchError(
        .cannotStart, "cannot make a pty: \(describe(errno: error)); see sysctl kernel.pty.max",
        errno: error)
    }
    slaveName = String(
      decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    self.master = fcntl(master, F_DUPFD_CLOEXEC, 3)
    self.slave = fcntl(slave, F_DUPFD_CLOEXEC, 3)
    close(master)
    close(slave)
    _ = fcntl(self.master, F_SETFL, O_NONBLOCK)
    fchown(self.slave, owner, gid_t.max)
  }

  deinit {
    if master >= 0 { close(master) }
    if slave >= 0 { close(slave) }
  }

  private static func open(
    _ master: inout Int32, _ slave: inout Int32, _ name: inout [CChar], _ modes: termios?,
    _ window: inout winsize
  ) -> Int32 {
    guard var modes else { return openpty(&master, &slave, &name, nil, &window) }
    return openpty(&master, &slave, &name, &modes, &window)
  }

  package mutating func closeSlave() {
    close(slave)
    slave = -1
  }

  /// Tells the foreground process group where it is another size than before.
  package func resize(to window: winsize) {
    var window = window
    _ = ioctl(master, UInt(TIOCSWINSZ), &window)
  }

  /// How the slave is set now.
  package var modes: termios? {
    var modes = termios()
    return tcgetattr(master, &modes) == 0 ? modes : nil
  }

  /// The foreground process group.
  package var foreground: Int32? {
    let group = tcgetpgrp(master)
    return group > 0 ? group : nil
  }

  /// Sends SIGINT, SIGQUIT or SIGTSTP to the foreground process group, as its key does.
  package func signalForeground(_ signal: Int32) {
    spoor_signal_terminal(master, signal)
  }

  /// Whether there is still somebody at the other side.
  package mutating func read(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: Self.readSize, alignment: 1) { room in
      let count = Glibc.read(master, room.baseAddress, room.count)
      if count > 0 { body(UnsafeRawBufferPointer(rebasing: room[..<count])) }
      return count > 0 || count < 0 && (errno == EAGAIN || errno == EINTR)
    }
  }

  /// The number of bytes that were taken.
  package func write(_ bytes: [UInt8]) -> Int {
    max(0, Glibc.write(master, bytes, bytes.count))
  }

  /// Hangs up.
  package mutating func hangUp() {
    close(master)
    master = -1
  }
}

extension winsize {
  package init(columns: Int, rows: Int) {
    self.init(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
  }
}
