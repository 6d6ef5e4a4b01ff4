// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Recording

/// The example recording with hostile text wherever a recording keeps text: by the file's own
/// schema, so that a new column is hostile, too.
package struct HostileRecording {
  /// Columns that have the text, as `table.column`.
  package private(set) var columns: [String] = []
  /// Columns whose text is not free: a recording with another is refused, in these sentences.
  package private(set) var refusals: [String: String] = [:]

  /// - Parameters:
  ///   - path: a new file.
  ///   - text: goes before what is there.
  package init(_ text: [UInt8], at path: String) throws {
    try ExampleRecording.write(to: path)
    for table in try RecordingTable.all(of: path) {
      for column in table.columns where ["TEXT", "BLOB"].contains(column.type) {
        try put(text, into: column, of: table, path)
      }
    }
  }

  /// In the first way in which the recording can still be read.
  private mutating func put(
    _ text: [UInt8], into column: RecordingTable.Column, of table: RecordingTable, _ path: String
  ) throws {
    let name = "\(table.name).\(column.name)"
    let words = try JSONEncoder().encode([String(decoding: text, as: UTF8.self)])
    let values: [(sql: String, text: Data)] = [
      (
        "CAST(CAST(? AS BLOB) || CAST(\(column.name) AS BLOB) AS \(column.type))", Data(text)
      ),
      ("CAST(? AS TEXT)", words),
    ]
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    for value in values {
      try queue.inDatabase { database in
        try database.execute(
          sql: """
            DROP TABLE IF EXISTS temp.before;
            CREATE TEMP TABLE before AS SELECT * FROM \(table.name)
            """)
        try database.execute(
          sql: "UPDATE OR IGNORE \(table.name) SET \(column.name) = \(value.sql)",
          arguments: [value.text])
      }
      do {
        _ = try WholeRecording(reading: path)
        columns.append(name)
        refusals[name] = nil
        return
      } catch {
        refusals[name] = error.description
        try queue.inDatabase { database in
          try database.execute(
            sql: """
              DELETE FROM \(table.name);
              INSERT INTO \(table.name) SELECT * FROM temp.before
              """)
        }
      }
    }
  }
}
