// SPDX-License-Identifier: Apache-2.0

extension Schema {
  static let usage = """
    CREATE TABLE process_usage (
      -- What living processes used, by the census at the end of an interval; a row only where
      -- it changed since the one before.
      interval INTEGER NOT NULL REFERENCES interval,
      process INTEGER NOT NULL REFERENCES process,
      cpu_ns INTEGER NOT NULL,    -- since it was forked, of all its threads
      rss_bytes INTEGER NOT NULL, -- as VmRSS of /proc; memory shared with others is in each
      PRIMARY KEY (interval, process)
    ) WITHOUT ROWID
    """

  static let threadCensus = """
    CREATE TABLE thread_census (
      -- What it took to look at every thread, in each interval with a census.
      interval INTEGER PRIMARY KEY REFERENCES interval,
      passes INTEGER NOT NULL,
      threads INTEGER NOT NULL, -- told, all passes together
      duration_ns INTEGER NOT NULL
    )
    """
}
