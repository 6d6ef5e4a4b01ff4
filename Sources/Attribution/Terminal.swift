// SPDX-License-Identifier: Apache-2.0

/// Which way bytes went through a terminal.
public enum TerminalDirection: UInt8, Sendable {
  /// Written to the slave: what a person sees.
  case output = 0
  /// Written to the master: what a person, or a terminal, typed.
  case input = 1

  public var name: String { self == .output ? "output" : "input" }
}

/// A terminal, whatever name it was opened by.
public struct Terminal: Hashable, Sendable {
  /// The device number of the devpts mount, 0 for other terminals.
  public var instance: UInt32
  public var major: UInt32
  /// The index, for Unix98 pairs.
  public var minor: UInt32

  public init(instance: UInt32, major: UInt32, minor: UInt32) {
    self.instance = instance
    self.major = major
    self.minor = minor
  }

  /// The name below /dev, such as `pts/3`.
  ///
  /// Source: Documentation/admin-guide/devices.txt of the kernel.
  public var name: String {
    switch (major, minor) {
    case (136, _): "pts/\(minor)"
    case (3, _): "ttyp\(minor)"
    case (4, 0..<64): "tty\(minor)"
    case (4, _): "ttyS\(minor - 64)"
    case (5, 1): "console"
    case (166, _): "ttyACM\(minor)"
    case (188, _): "ttyUSB\(minor)"
    case (204, 64...): "ttyAMA\(minor - 64)"
    case (229, _): "hvc\(minor)"
    default: "tty(\(major):\(minor))"
    }
  }
}
