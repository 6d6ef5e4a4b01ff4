// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Where relative names begin. Its own name need not be UTF-8, so no string has it: the kernel, and
/// SQLite, are given the name that the user gave.
enum WorkingDirectory {
  /// A name as a path that neither SQLite nor the system takes for anything else, such as `file:a`.
  static func path(of name: String) throws(Missing) -> String {
    if name.hasPrefix("/") { return name }
    guard let here = getcwd(nil, 0) else { throw Missing(reason: errno) }
    free(here)
    return "./" + name
  }

  /// It was removed, or cannot be told.
  struct Missing: Error, CustomStringConvertible {
    let reason: Int32

    var description: String {
      let what = reason == ENOENT ? "has been removed" : "is unknown: \(systemMessage(reason))"
      return "the working directory \(what); change to another one, or give an absolute path"
    }
  }
}
