// SPDX-License-Identifier: Apache-2.0

import GRDB

/// A table of a recording, as the file itself tells it: what is added to the schema is here too.
package struct RecordingTable: Sendable {
  package struct Column: Sendable {
    package var name: String
    /// As declared, such as `BLOB`.
    package var type: String
  }

  package var name: String
  package var columns: [Column]
  /// The columns that tell its rows apart, as SQL.
  package var key: String
  package var rows: Int

  /// All tables of a file.
  package static func all(of path: String) throws -> [RecordingTable] {
    try DatabaseQueue(path: path).inDatabase(all)
  }

  static func all(in database: Database) throws -> [RecordingTable] {
    let names = try String.fetchAll(
      database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return try names.map { name in
      let columns = try Row.fetchAll(
        database, sql: "SELECT name, type, pk FROM pragma_table_info(?)", arguments: [name])
      let keys = columns.filter { $0["pk"] != 0 }.map { $0["name"] as String }
      return RecordingTable(
        name: name, columns: columns.map { Column(name: $0["name"], type: $0["type"]) },
        key: keys.isEmpty ? "rowid" : keys.joined(separator: ", "),
        rows: try Int.fetchOne(database, sql: "SELECT count(*) FROM \(name)") ?? 0)
    }
  }
}
