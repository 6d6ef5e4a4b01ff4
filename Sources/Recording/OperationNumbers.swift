// SPDX-License-Identifier: Apache-2.0

import Events
import GRDB

/// The numbers by which the tables know the system calls: those of the ABI.
struct OperationNumbers: Sendable {
  private let byName: [String: Int64]

  init() {
    byName = Dictionary(
      Operation.all.map { ($0.name, Int64($0.rawValue)) }, uniquingKeysWith: { first, _ in first })
  }

  /// Fills table `operation`, so that a recording explains itself.
  func write(to database: Database) throws {
    var row = try RowStatement(database, "INSERT INTO operation VALUES (?, ?)")
    for (name, number) in byName {
      row.bind(number)
      row.bind(name)
      try row.run()
    }
  }

  /// The number of a name, also of one that the ABI does not have.
  func number(of name: String, in database: Database) throws -> Int64 {
    if let number = byName[name] { return number }
    // Beyond the 16 bits of the ABI's numbers.
    var insertion = try RowStatement(
      database,
      """
      INSERT OR IGNORE INTO operation
      SELECT max(65535, max(id)) + 1, ? FROM operation
      """)
    insertion.bind(name)
    try insertion.run()
    var query = try RowStatement(database, "SELECT id FROM operation WHERE name = ?")
    query.bind(name)
    guard try query.next() else { throw DatabaseError(resultCode: .SQLITE_INTERNAL) }
    defer { query.reset() }
    return query.integer(0)
  }
}
