// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Why a target cannot be started or waited for.
public struct LaunchError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What failed.
  public enum Code: Sendable {
    /// Who invoked spoor cannot be told.
    case invokingUser
    /// The environment for the target cannot be had.
    case environment
    /// No such command; a shell exits with 127.
    case notFound
    /// The command is there and does not run; a shell exits with 126.
    case notExecutable
    /// The process was not made, or not as the right user.
    case cannotStart
    /// A process to watch does not exist.
    case noSuchProcess
    /// The target cannot be waited for or signalled.
    case cannotControl
  }

  /// What failed.
  public let code: Code
  /// The errno behind it, where a system call failed.
  public let underlyingErrno: Int32?
  /// One sentence: what failed, why, and what to do. Holds no control characters.
  public let description: String

  init(_ code: Code, _ description: String, errno: Int32? = nil) {
    self.code = code
    self.underlyingErrno = errno
    self.description = description
  }
}

/// The system's words for an errno.
func describe(errno: Int32) -> String {
  // glibc's strerror is thread-safe (2.32); its text needs no freeing.
  strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
}

/// A foreign string in single quotes, with everything escaped that could move a terminal.
func quoted(_ bytes: [UInt8]) -> String {
  var text = "'"
  for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
      text += scalar.escaped(asASCII: true)
    default:
      text.unicodeScalars.append(scalar)
    }
  }
  return text + "'"
}
