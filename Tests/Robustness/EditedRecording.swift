// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// The example recording, and what a script of bytes makes of it: rows with any values, and a
/// file with any bytes.
package final class EditedRecording {
  /// Where the edited file is.
  package let path: String
  private let folder: String
  /// With room for NULL everywhere, which `restoreConstraints` takes away again.
  private let example: [UInt8]
  package let tables: [RecordingTable]

  /// - Parameter folder: an existing one, for two files.
  package init(in folder: String) throws {
    self.folder = folder
    path = folder + "/edited.spoor"
    let example = folder + "/example.spoor"
    try ExampleRecording.write(to: example)
    tables = try DatabaseQueue(path: example).inDatabase { database in
      // Small pages: a byte more often means something.
      try database.execute(sql: "PRAGMA page_size = 512; VACUUM; PRAGMA writable_schema = ON")
      // To SQLite that is the second word of a type.
      try database.execute(
        sql: "UPDATE sqlite_schema SET sql = replace(sql, 'NOT NULL', 'NOT_NULL')")
      return try RecordingTable.all(in: database)
    }
    self.example = Array(try Data(contentsOf: URL(fileURLWithPath: example)))
    try FileManager.default.removeItem(atPath: example)
  }

  /// Makes the file anew, as the script says.
  package func edit(_ script: some Sequence<UInt8>) throws {
    var script = ByteScript(script)
    var bytes = example
    var isRowEdited = false
    while !script.isOver {
      let kind = script.byte()
      guard kind & 1 == 1 else {
        Self.edit(&bytes, kind >> 1, &script)
        continue
      }
      // Rows first: SQLite refuses to write to a file that is damaged.
      if !isRowEdited { try write(bytes) }
      isRowEdited = true
      try? DatabaseQueue(path: path, configuration: .careless).inDatabase {
        try editRow($0, kind >> 1, &script)
      }
    }
    if isRowEdited { bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
    try write(bytes)
    try? restoreConstraints()
  }

  private func write(_ bytes: [UInt8]) throws {
    for suffix in ["-wal", "-shm", "-journal"] { unlink(path + suffix) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  private func restoreConstraints() throws {
    try DatabaseQueue(path: path, configuration: .careless).inDatabase {
      try $0.execute(
        sql: "UPDATE sqlite_schema SET sql = replace(sql, 'NOT_NULL', 'NOT NULL')")
    }
  }

  /// The script that gives a column of a table's first row a value.
  ///
  /// - Parameter value: as `value` reads it.
  package static func script(table: Int, column: Int, value: [UInt8]) -> [UInt8] {
    [1, UInt8(table), UInt8(column), 0] + value
  }

  // MARK: Bytes

  private static func edit(_ bytes: inout [UInt8], _ kind: UInt8, _ script: inout ByteScript) {
    guard !bytes.isEmpty else { return }
    let place = script.choice(bytes.count, bytes: 3)
    switch kind % 4 {
    case 0: bytes[place] = script.byte()
    case 1: bytes[place] ^= 1 << (script.byte() & 7)
    case 2: bytes.removeSubrange(place...)
    default:
      let from = script.choice(bytes.count, bytes: 3)
      let count = min(script.choice(64) + 1, bytes.count - max(place, from))
      bytes.replaceSubrange(place..<place + count, with: Array(bytes[from..<from + count]))
    }
  }

  // MARK: Rows

  private func editRow(_ database: Database, _ kind: UInt8, _ script: inout ByteScript) throws {
    let table = tables[script.choice(tables.count)]
    let column = table.columns[script.choice(table.columns.count)].name
    let row =
      "(\(table.key)) = "
      + "(SELECT \(table.key) FROM \(table.name) LIMIT 1 OFFSET \(script.choice(table.rows)))"
    let value = Self.value(&script)
    switch kind % 4 {
    case 0, 1:
      try database.execute(
        sql: "UPDATE OR REPLACE \(table.name) SET \(column) = ? WHERE \(row)",
        arguments: [value])
    case 2:
      let columns = table.columns.map { $0.name == column ? "?" : $0.name }.joined(separator: ", ")
      try database.execute(
        sql: "INSERT OR REPLACE INTO \(table.name) SELECT \(columns) FROM \(table.name) "
          + "WHERE \(row)", arguments: [value])
    default:
      try database.execute(sql: "DELETE FROM \(table.name) WHERE \(row)")
    }
  }

  private static func value(_ script: inout ByteScript) -> DatabaseValue {
    switch script.choice(16) {
    case 0: .null
    case 1: Int64.max.databaseValue
    case 2: Int64.min.databaseValue
    case 3: (-1).databaseValue
    case 4: Int64(UInt32.max).databaseValue
    case 5: (Int64(Int32.max) + 1).databaseValue
    case 6: Double.infinity.databaseValue
    case 7: Double(bitPattern: script.number(bytes: 8)).databaseValue
    case 8: String(decoding: script.take(script.choice(64)), as: UTF8.self).databaseValue
    case 9: Data(script.take(script.choice(64))).databaseValue
    case 10: Data(repeating: script.byte(), count: script.choice(20_000, bytes: 2)).databaseValue
    case 11, 12: Int64(bitPattern: script.number(bytes: 8)).databaseValue
    default: Int64(script.byte()).databaseValue
    }
  }
}

extension Configuration {
  /// Neither safe from a crash, nor from what makes no sense.
  fileprivate static var careless: Configuration {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    configuration.prepareDatabase { database in
      try database.execute(
        sql: """
          PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
          PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON
          """)
    }
    return configuration
  }
}
