// SPDX-License-Identifier: Apache-2.0

import Attribution
import GRDB

/// What the census of an interval told.
extension IntervalWriter {
  func write(usages: [ProcessUsage], of interval: Int) throws {
    // A process that ended within the interval has had a row by an earlier pass.
    var row = try RowStatement(
      database, "INSERT OR REPLACE INTO process_usage VALUES (?, ?, ?, ?)")
    for usage in usages {
      row.bind(interval)
      row.bind(usage.process)
      row.bind(usage.cpuTime)
      row.bind(usage.residentBytes)
      try row.run()
    }
  }

  func write(_ census: CensusCost, of interval: Int) throws {
    guard census.passes > 0 else { return }
    var row = try RowStatement(database, "INSERT INTO thread_census VALUES (?, ?, ?, ?)")
    row.bind(interval)
    row.bind(census.passes)
    row.bind(census.threads)
    row.bind(census.duration)
    try row.run()
  }
}
