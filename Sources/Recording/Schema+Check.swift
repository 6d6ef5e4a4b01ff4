// SPDX-License-Identifier: Apache-2.0

import GRDB

extension Schema {
  /// PRAGMA user_version of a file.
  static func version(of database: Database) throws -> Int32 {
    try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
  }

  /// The first table that a file lacks, or has otherwise; nil if it has all as they are made here.
  ///
  /// A file may come from anywhere. A view in a table's place, a computed column or a default of
  /// megabytes would make a small file take any time and any memory to read.
  ///
  /// - Parameter version: a readable one.
  static func strangeTable(in database: Database, of version: Int32) throws -> String? {
    var found: [String: String] = [:]
    let row = try RowStatement(
      database, "SELECT name, sql FROM sqlite_schema WHERE type = 'table'")
    while try row.next() { found[row.text(0)] = row.text(1) }
    for definition in definitions(of: version)
    where definition.hasPrefix("CREATE TABLE") {
      let name = definition.prefix { $0 != "(" }.split(separator: " ").last.map(String.init) ?? ""
      // A spoor of another day may have had other comments.
      guard let same = found[name], same == definition || skeleton(same) == skeleton(definition)
      else { return name }
    }
    return nil
  }

  /// A definition without its comments, and with single spaces.
  private static func skeleton(_ definition: String) -> String {
    definition.split(separator: "\n").flatMap { line in
      (line.firstRange(of: "--").map { line[..<$0.lowerBound] } ?? line)
        .split(separator: " ")
    }.joined(separator: " ")
  }
}
