// SPDX-License-Identifier: Apache-2.0

import CLauncher

/// Environment variables as bytes: their values need not be UTF-8.
public struct TargetEnvironment: Equatable, Sendable {
  /// `NAME=VALUE` each, without a NUL, in order.
  public private(set) var entries: [[UInt8]]

  /// Entries of the form `NAME=VALUE`; those without a `=` are kept as they are.
  public init(entries: [[UInt8]]) {
    self.entries = entries
  }

  /// The variables of a dictionary, ordered by name.
  public init(_ variables: [String: String]) {
    entries = variables.sorted { $0.key < $1.key }.map { Array("\($0.key)=\($0.value)".utf8) }
  }

  /// Entries that each end with a NUL, as in /proc/PID/environ and from `env -0`.
  public init(nulTerminated bytes: [UInt8]) {
    entries = bytes.split(separator: 0).map(Array.init)
  }

  /// spoor's own environment.
  public static func own() -> TargetEnvironment {
    var entries: [[UInt8]] = []
    guard var next = spoor_environment() else { return TargetEnvironment(entries: []) }
    while let entry = next.pointee {
      entries.append(bytes(of: entry))
      next += 1
    }
    return TargetEnvironment(entries: entries)
  }

  /// The value of a variable; nil removes it.
  public subscript(name: String) -> [UInt8]? {
    get {
      let prefix = Array("\(name)=".utf8)
      return entries.first { $0.starts(with: prefix) }.map { Array($0.dropFirst(prefix.count)) }
    }
    set {
      let prefix = Array("\(name)=".utf8)
      entries.removeAll { $0.starts(with: prefix) }
      if let newValue { entries.append(prefix + newValue) }
    }
  }

  /// What sudo left of the environment, made the user's own again: no SUDO_*, and the five
  /// variables that sudo sets to root's say whose they are (environ(7)).
  public func restored(to user: InvokingUser) -> TargetEnvironment {
    var result = self
    let sudo = Array("SUDO_".utf8)
    result.entries.removeAll { $0.starts(with: sudo) }
    let account = user.account
    result["HOME"] = Array((account?.home ?? "/").utf8)
    result["SHELL"] = Array((account?.shell ?? "/bin/sh").utf8)
    result["USER"] = account.map { Array($0.name.utf8) }
    result["LOGNAME"] = account.map { Array($0.name.utf8) }
    result["MAIL"] = account.map { Array("/var/mail/\($0.name)".utf8) }
    return result
  }
}

/// The bytes of a C string, without its NUL.
func bytes(of string: UnsafePointer<CChar>) -> [UInt8] {
  var result: [UInt8] = []
  var next = string
  while next.pointee != 0 {
    result.append(UInt8(bitPattern: next.pointee))
    next += 1
  }
  return result
}
