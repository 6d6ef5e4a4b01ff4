// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Both sides of a pty of a given size.
package struct PseudoTerminal: ~Copyable {
  /// Bytes that one reading takes, so that a flood leaves time for everything else.
  private static let readSize = 1 << 16

  package private(set) var master: Int32
  package private(set) var slave: Int32

  /// - Parameter owner: of the slave, for who opens it by its name.
  package init(size: Scenario.Size, owner: UInt32) throws(HuntError) {
    var window = Self.window(size)
    var (master, slave): (Int32, Int32) = (-1, -1)
    guard openpty(&master, &slave, nil, nil, &window) == 0 else {
      throw HuntError(
        .hunt,
        "cannot make a pty: \(String(cString: strerror(errno))); see sysctl kernel.pty.max")
    }
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

  private static func window(_ size: Scenario.Size) -> winsize {
    winsize(
      ws_row: UInt16(size.rows), ws_col: UInt16(size.columns), ws_xpixel: 0, ws_ypixel: 0)
  }

  package mutating func closeSlave() {
    close(slave)
    slave = -1
  }

  func resize(to size: Scenario.Size) {
    var window = Self.window(size)
    _ = ioctl(master, UInt(TIOCSWINSZ), &window)
  }

  /// The foreground process group.
  var foreground: Int32? {
    let group = tcgetpgrp(master)
    return group > 0 ? group : nil
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
  func write(_ bytes: [UInt8]) -> Int {
    max(0, Glibc.write(master, bytes, bytes.count))
  }

  /// Hangs up.
  package mutating func hangUp() {
    close(master)
    master = -1
  }
}
