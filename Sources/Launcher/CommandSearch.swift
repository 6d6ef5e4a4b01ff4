// SPDX-License-Identifier: Apache-2.0

/// Where execvp would look for a command.
package enum CommandSearch {
  /// PATH_MAX, the NUL included.
  private static let longestPath = 4096
  /// glibc's PATH where none is set (confstr, _CS_PATH).
  private static let defaultPath = Array("/bin:/usr/bin".utf8)

  /// The paths to try, in order; none for an empty command.
  ///
  /// A command with a slash is a path itself. An empty element of PATH is the current directory.
  package static func candidates(command: [UInt8], path: [UInt8]?) -> [[UInt8]] {
    if command.isEmpty { return [] }
    let slash = UInt8(ascii: "/")
    if command.contains(slash) { return [command] }
    return (path ?? defaultPath)
      .split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      .map { $0.isEmpty ? command : Array($0) + [slash] + command }
      .filter { $0.count < longestPath }
  }
}
