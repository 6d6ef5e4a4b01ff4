// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// Where a recording is read from: the file itself, or a copy where SQLite needs one.
enum RecordingSource {
  /// Runs `body` on one consistent state of the file.
  static func read<Value>(_ name: String, _ body: (Database) throws -> Value) throws -> Value {
    let path: String
    do { path = try WorkingDirectory.path(of: name) } catch {
      throw RecordingError("cannot read \(name): \(error)")
    }
    try check(name)
    do {
      return try open(path, readonly: true, body)
    } catch let error as DatabaseError where needsCopy(error) {
      return try withCopy(of: path, shownAs: name) { try open($0, readonly: false, body) }
    }
  }

  private static func open<Value>(
    _ path: String, readonly: Bool, _ body: (Database) throws -> Value
  ) throws -> Value {
    var configuration = Configuration()
    configuration.readonly = readonly
    configuration.foreignKeysEnabled = false
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { database in
      // The file may come from anywhere: its views and defaults may call no function that
      // has effects.
      // And its pages may say anything.
      try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
    }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    let value = try queue.read(body)
    try queue.close()
    return value
  }

  /// Refuses what cannot be a recording, before an open could wait on it forever.
  private static func check(_ name: String) throws {
    func refuse(_ why: String) -> RecordingError {
      RecordingError("cannot read \(name): \(why)")
    }
    var status = stat()
    let isName = !name.isEmpty && !name.utf8.contains(0)
    guard isName, stat(name, &status) == 0 else {
      switch isName ? errno : ENOENT {
      case EACCES:
        throw refuse("you may not enter its directory; ask its owner for access")
      case ENOENT, ENOTDIR:
        throw refuse("there is no such file; give a .spoor file that spoor record wrote")
      case let number:
        throw refuse("\(systemMessage(number)); give a .spoor file that spoor record wrote")
      }
    }
    if let kind = specialKind(status) {
      throw refuse("it is \(kind); give a .spoor file that spoor record wrote")
    }
    guard status.st_size > 0 else {
      throw refuse("it is empty, its recorder was stopped before it began; record again")
    }
    guard status.st_size >= 100 else {
      // Less than SQLite's own header; it would take it for a database without tables.
      throw DatabaseError(resultCode: .SQLITE_NOTADB)
    }
    guard faccessat(AT_FDCWD, name, R_OK, AT_EACCESS) == 0 else {
      throw refuse("you may not read it; ask its owner, or read it as the user who recorded")
    }
  }
}
