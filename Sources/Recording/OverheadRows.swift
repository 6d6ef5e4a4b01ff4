// SPDX-License-Identifier: Apache-2.0

import Attribution
import GRDB

/// The tables `overhead`, `program` and `timing`.
extension Schema {
  static let overhead = [
    """
    CREATE TABLE overhead (
      -- What spoor itself took in an interval.
      interval INTEGER PRIMARY KEY REFERENCES interval,
      cpu_ns INTEGER NOT NULL,        -- of all its threads
      rss_bytes INTEGER NOT NULL,     -- at its end, as VmRSS of /proc
      peak_rss_bytes INTEGER NOT NULL -- the most in it, as VmHWM
    )
    """,
    """
    CREATE TABLE program (
      -- spoor's eBPF programs, over all intervals and on all CPUs.
      name TEXT PRIMARY KEY,
      runs INTEGER,                       -- NULL if they were not timed
      run_ns INTEGER,                     -- of these
      recursion_misses INTEGER NOT NULL,  -- left out, since it was running on that CPU
      verified_instructions INTEGER       -- as it was loaded; NULL before Linux 5.16
    ) WITHOUT ROWID
    """,
  ]

  static let timing = [
    """
    CREATE TABLE timing (
      -- How much of an interval spoor's eBPF programs were timed for; no row if they were not.
      interval INTEGER PRIMARY KEY REFERENCES interval,
      timed_ns INTEGER NOT NULL,
      untimed_ns INTEGER NOT NULL -- what they did in this is estimated
    )
    """
  ]
}

extension Overhead {
  func write(interval: Int, to database: Database) throws {
    var row = try RowStatement(database, "INSERT INTO overhead VALUES (?, ?, ?, ?)")
    row.bind(interval)
    row.bind(cpuTime)
    row.bind(residentBytes)
    row.bind(peakResidentBytes)
    try row.run()
    if let timing {
      var row = try RowStatement(database, "INSERT INTO timing VALUES (?, ?, ?)")
      row.bind(interval)
      row.bind(timing.timed)
      row.bind(timing.untimed)
      try row.run()
    }
    // Unknown once is unknown for all: NULL and a number are NULL.
    var sum = try RowStatement(
      database,
      """
      INSERT INTO program VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET runs = runs + excluded.runs, run_ns = run_ns + excluded.run_ns,
        recursion_misses = recursion_misses + excluded.recursion_misses
      """)
    for program in programs {
      sum.bind(program.name)
      sum.bind(program.runs)
      sum.bind(program.runTime)
      sum.bind(program.recursionMisses)
      sum.bind(program.verifiedInstructions)
      try sum.run()
    }
  }

  /// Of all intervals; nil where none has any.
  init?(reading database: Database) throws {
    let version = try Schema.version(of: database)
    guard version >= 5 else { return nil }
    let row = try RowStatement(
      database,
      """
      SELECT count(*), total(cpu_ns), max(peak_rss_bytes),
        (SELECT rss_bytes FROM overhead ORDER BY interval DESC LIMIT 1) FROM overhead
      """)
    guard try row.next(), row.integer(0, Int.self) > 0 else {
      row.reset()
      return nil
    }
    self.init(
      cpuTime: row.integer(1), residentBytes: row.integer(3), peakResidentBytes: row.integer(2))
    row.reset()
    let program = try RowStatement(
      database,
      """
      SELECT name, runs, run_ns, recursion_misses, verified_instructions FROM program ORDER BY name
      """)
    while try program.next() {
      programs.append(
        Program(
          name: program.text(0), runs: program.optionalInteger(1),
          runTime: program.optionalInteger(2), recursionMisses: program.integer(3),
          verifiedInstructions: program.optionalInteger(4)))
    }
    if runs != nil { timing = try Timing(reading: database, of: version) }
  }
}

extension Overhead.Timing {
  /// Nil unless it is of all intervals.
  fileprivate init?(reading database: Database, of version: Int32) throws {
    // Before version 6 they were timed always or never.
    let row = try RowStatement(
      database,
      version < 6
        ? "SELECT total(end_ns - start_ns), 0, 1 FROM interval"
        : """
        SELECT total(timed_ns), total(untimed_ns), count(*) = (SELECT count(*) FROM overhead)
        FROM timing
        """)
    defer { row.reset() }
    guard try row.next(), row.integer(2) == 1 else { return nil }
    self.init(timed: row.integer(0), untimed: row.integer(1))
  }
}
