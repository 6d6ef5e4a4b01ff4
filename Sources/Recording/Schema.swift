// SPDX-License-Identifier: Apache-2.0

import GRDB

/// The tables of a recording; `sqlite3 FILE .schema` prints them with their comments.
enum Schema {
  /// PRAGMA application_id: "Spor".
  static let applicationID: Int32 = 0x5370_6f72
  /// PRAGMA user_version: what this spoor writes.
  static let version: Int32 = 6
  /// What it reads: what came later than the oldest of them is unknown there.
  static let readable = 4...version

  /// Makes the tables and views of an empty database.
  static func create(in database: Database) throws {
    try database.execute(sql: "PRAGMA application_id = \(applicationID)")
    try database.execute(sql: "PRAGMA user_version = \(version)")
    for definition in definitions() {
      try database.execute(sql: definition)
    }
  }

  /// Of tables and views.
  static func definitions(of version: Int32 = version) -> [String] {
    [
      frame, losses, kernelMemory, processes, paths, counts, inputs, frames, inspections,
      happenings, marks, descriptors, version < 5 ? [] : overhead,
      version < 6 ? [] : timing, views,
    ].flatMap(\.self)
  }

  private static let frame = [
    """
    CREATE TABLE recording (
      -- One row. Every time_ns of this file is in nanoseconds since boot; every text that
      -- came from a process is a BLOB, because it may be no UTF-8: the views cast it.
      id INTEGER PRIMARY KEY CHECK (id = 1),
      started TEXT NOT NULL,           -- when it began, ISO 8601 in UTC
      start_time_ns INTEGER NOT NULL,  -- the same moment
      end_time_ns INTEGER,             -- NULL until finished
      finished INTEGER NOT NULL,       -- 0: the recorder is at work, or was killed
      kernel TEXT NOT NULL,            -- as uname -r prints it
      command TEXT NOT NULL,           -- the target's arguments, a JSON array; [] for -p, -a
      interval_ns INTEGER NOT NULL,    -- the intended length of an interval
      frame_gap_ns INTEGER NOT NULL,   -- without a write, it ends a frame
      records_events INTEGER NOT NULL, -- 1: table event holds every event (--events)
      spoor_version TEXT NOT NULL,     -- of the recorder
      options TEXT NOT NULL,           -- its arguments before the target's, a JSON array
      target_pid INTEGER,              -- what the command became; NULL for -p, -a
      target_start_time_ns INTEGER,
      target_end_ns INTEGER            -- NULL unless it has ended
    )
    """,
    """
    CREATE TABLE interval (
      -- What the other tables count, they count by interval.
      id INTEGER PRIMARY KEY, -- from 0
      start_ns INTEGER NOT NULL,
      end_ns INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE unseen (
      -- A sentence for each thing that this kernel, or these privileges, cannot show.
      sentence TEXT NOT NULL
    )
    """,
  ]
}
