// SPDX-License-Identifier: Apache-2.0

import CLauncher
import Glibc

/// The environment from before sudo, which tools/spoor hands over in a file.
package enum EnvironmentFile {
  /// Names the file; never reaches a target.
  package static let variable = "SPOOR_ENVIRONMENT_FILE"
  /// Linux takes no more as arguments and environment of a process (6 MiB, execve(2)).
  static let capacity = 6 << 20

  /// Reads the file and unlinks it, as the user who owns it.
  ///
  /// Throws where it is not a regular file of that user with mode 0600.
  package static func take(
    path: [UInt8], userID: UInt32, groupID: UInt32
  ) throws(LaunchError) -> TargetEnvironment {
    let name = path.map { CChar(bitPattern: $0) } + [0]
    let descriptor = spoor_take_file(name, userID, groupID)
    guard descriptor >= 0 else { throw error(path: path, errno: -descriptor) }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while content.count <= capacity {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw error(path: path, errno: errno) }
      if count == 0 { return TargetEnvironment(nulTerminated: content) }
      content += chunk.prefix(count)
    }
    throw error(path: path, errno: E2BIG)
  }

  private static func error(path: [UInt8], errno: Int32) -> LaunchError {
    let reason =
      errno == EPERM
      ? "not a regular file of the invoking user with mode 0600" : describe(errno: errno)
    return LaunchError(
      .environment,
      "cannot take the environment from \(quoted(path)): \(reason);"
        + " start spoor with tools/spoor, or unset \(variable)",
      errno: errno
    )
  }
}
