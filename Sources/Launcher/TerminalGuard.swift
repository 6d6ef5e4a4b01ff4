// SPDX-License-Identifier: Apache-2.0

import CLauncher
import Glibc

/// Gives a terminal back as it was, should this process be killed while it holds it.
///
/// Another process does, as SIGKILL lets nobody do anything any more. It has no privileges, and
/// ends with this one.
public final class TerminalGuard: Sendable {
  private let descriptor: Int32

  /// Starts it; early, since it keeps the memory that there is now.
  ///
  /// - Parameters:
  ///   - terminal: as it is to be given back.
  ///   - farewell: written to it then, in the terminal's own language.
  public init(of terminal: Int32, farewell: [UInt8]) throws(LaunchError) {
    descriptor = farewell.withUnsafeBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { text in
        text.baseAddress.map { spoor_guard_terminal(terminal, $0, text.count) } ?? -EINVAL
      }
    }
    guard descriptor >= 0 else {
      throw LaunchError(
        .cannotStart,
        "cannot start the process that guards the terminal: \(describe(errno: -descriptor))",
        errno: -descriptor)
    }
  }

  deinit { close(descriptor) }

  /// Tells it whether the terminal is taken over now.
  public func note(isHeld: Bool) {
    var byte: UInt8 = isHeld ? 1 : 0
    // A guard that was killed cannot be told.
    _ = write(descriptor, &byte, 1)
  }
}
