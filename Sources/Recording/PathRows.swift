// SPDX-License-Identifier: Apache-2.0

import Attribution
import GRDB

/// Table `path`.
extension Schema {
  static let paths = [
    """
    CREATE TABLE path (
      -- Paths as the processes gave them, with what the kernel made of them then. Raw bytes, in
      -- no known encoding.
      id INTEGER PRIMARY KEY,
      path BLOB NOT NULL, -- as given
      absolute BLOB,      -- from the root of the process's mount namespace; NULL unless resolved
      resolution INTEGER NOT NULL, -- 0 resolved, 1 unresolved, 2 truncated, 3 all others
      opened BLOB -- the opened file's own path where it is another than absolute (symlinks)
    )
    """
  ]
}

extension LookedUpPath {
  /// Adds paths under consecutive numbers.
  static func write(
    _ paths: PathList, from first: PathIndex, to database: Database
  ) throws {
    var row = try RowStatement(database, "INSERT INTO path VALUES (?, ?, ?, ?, ?)")
    for (offset, path) in paths.enumerated() {
      row.bind(Int(first) + offset)
      row.bind(path.given)
      row.bind(path.absolute)
      row.bind(path.resolution.rawValue)
      row.bind(path.opened)
      try row.run()
    }
  }

  /// All paths by their numbers.
  static func readAll(from database: Database) throws -> [Int64: LookedUpPath] {
    var paths: [Int64: LookedUpPath] = [:]
    let row = try RowStatement(
      database, "SELECT id, path, absolute, resolution, opened FROM path")
    while try row.next() {
      guard let resolution = PathResolution(rawValue: row.integer(3)) else {
        throw RecordedRun.damaged("a path of unknown resolution")
      }
      paths[row.integer(0)] = LookedUpPath(
        given: row.bytes(1), absolute: row.isNull(2) ? nil : row.bytes(2),
        resolution: resolution, opened: row.isNull(4) ? nil : row.bytes(4))
    }
    return paths
  }
}
