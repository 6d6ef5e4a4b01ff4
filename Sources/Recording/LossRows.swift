// SPDX-License-Identifier: Apache-2.0

import Attribution
import GRDB

/// The tables `loss` and `gap`.
extension Schema {
  static let losses = [
    """
    CREATE TABLE loss (
      -- What was seen, what arrived and what did not, in this interval alone.
      interval INTEGER NOT NULL REFERENCES interval,
      kind TEXT NOT NULL,     -- of event, such as lookup; '' for a note
      category TEXT NOT NULL, -- observed = delivered + dropped; note: lost no event
      reason TEXT NOT NULL,   -- '' for observed and delivered
      count INTEGER NOT NULL,
      PRIMARY KEY (interval, kind, category, reason)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE gap (
      -- When events were lost; an interval without loss parts two gaps.
      id INTEGER PRIMARY KEY, -- from 0
      start_ns INTEGER NOT NULL, -- the first event that was lost
      end_ns INTEGER NOT NULL,   -- the last one
      dropped INTEGER NOT NULL
    )
    """,
  ]
}

extension Loss {
  /// Adds this interval's rows.
  func write(interval: Int, to database: Database) throws {
    var row = try RowStatement(database, "INSERT INTO loss VALUES (?, ?, ?, ?, ?)")
    func add(_ kind: String, _ category: String, _ reason: String, _ count: UInt64) throws {
      guard count > 0 else { return }
      row.bind(interval)
      row.bind(kind)
      row.bind(category)
      row.bind(reason)
      row.bind(count)
      try row.run()
    }
    for (kind, records) in kinds {
      try add(kind, "observed", "", records.observed)
      try add(kind, "delivered", "", records.delivered)
      for (reason, count) in records.dropped { try add(kind, "dropped", reason, count) }
    }
    for (note, count) in notes { try add("", "note", note, count) }
  }

  /// The loss of all intervals together.
  init(reading database: Database) throws {
    self.init()
    let row = try RowStatement(
      database,
      "SELECT kind, category, reason, sum(count) FROM loss GROUP BY kind, category, reason")
    while try row.next() {
      let kind = row.text(0)
      switch row.text(1) {
      case "observed": kinds[kind, default: Records()].observed = row.integer(3)
      case "delivered": kinds[kind, default: Records()].delivered = row.integer(3)
      case "dropped": kinds[kind, default: Records()].dropped[row.text(2)] = row.integer(3)
      case "note": notes[row.text(2)] = row.integer(3)
      case let category:
        throw RecordedRun.damaged("loss of unknown category \(category)")
      }
    }
  }
}

extension Loss.Gap {
  /// Adds the gap, or what it has grown to.
  func write(index: Int, to database: Database) throws {
    var row = try RowStatement(database, "INSERT OR REPLACE INTO gap VALUES (?, ?, ?, ?)")
    row.bind(index)
    row.bind(start)
    row.bind(end)
    row.bind(dropped)
    try row.run()
  }

  static func readAll(from database: Database) throws -> [Loss.Gap] {
    var gaps: [Loss.Gap] = []
    let row = try RowStatement(database, "SELECT start_ns, end_ns, dropped FROM gap ORDER BY id")
    while try row.next() {
      gaps.append(
        Loss.Gap(start: row.integer(0), end: row.integer(1), dropped: row.integer(2)))
    }
    return gaps
  }
}
