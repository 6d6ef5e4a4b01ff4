// SPDX-License-Identifier: Apache-2.0

import GRDB

/// Puts single events into table `event`.
enum EventWriter {
  static func write(_ events: [RawEvent], to database: Database) throws {
    var row = try RowStatement(
      database, "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    for event in events {
      row.bind(event.time)
      row.bind(event.process)
      row.bind(event.threadID)
      row.bind(event.kind.rawValue)
      row.bind(event.operation?.rawValue)
      row.bind(event.path)
      row.bind(event.pathStatus?.rawValue)
      row.bind(event.flags)
      row.bind(event.result)
      row.bind(event.terminal)
      row.bind(event.direction?.rawValue)
      try row.run()
    }
  }
}
