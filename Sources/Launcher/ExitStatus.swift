// SPDX-License-Identifier: Apache-2.0

/// How a target ended.
public enum ExitStatus: Hashable, Sendable {
  /// It called exit with this code, 0 to 255.
  case exited(Int32)
  /// This signal killed it.
  case signaled(Int32, coreDumped: Bool)

  /// Decodes the status that wait(2) gives for a process that ended.
  public init(waitStatus: Int32) {
    // The bits of <bits/waitstatus.h>, whose macros Swift does not import.
    let signal = waitStatus & 0x7f
    if signal == 0 {
      self = .exited((waitStatus >> 8) & 0xff)
    } else {
      self = .signaled(signal, coreDumped: waitStatus & 0x80 != 0)
    }
  }

  /// The status by which a shell, and so spoor, passes it on: the code, or 128 + the signal.
  public var shellStatus: Int32 {
    switch self {
    case .exited(let code): code
    case .signaled(let signal, _): 128 + signal
    }
  }
}
