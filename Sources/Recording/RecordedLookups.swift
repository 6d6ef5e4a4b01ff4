// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import GRDB

/// Lookups of a recording, interval by interval and over all: from one pass over its largest table.
struct RecordedLookups {
  /// By interval, process and path.
  private(set) var rows: [Timeline.Lookups] = []
  private var totals: [Total] = []
  private var places: [Key: Int] = [:]

  private struct Key: Hashable {
    var process: ProcessIndex
    var path: PathIndex
    var operation: Int32
  }

  private struct Total {
    let key: Key
    let isOpen: Bool
    var count: UInt64 = 0
    var byErrno: [Int: UInt64] = [:]
    var intervals: UInt64 = 0
    var lastInterval = -1

    mutating func add(_ lookups: UInt64, errno: Int, interval: Int) {
      count = .saturating(count, lookups)
      if errno != 0 { byErrno[errno] = .saturating(byErrno[errno] ?? 0, lookups) }
      guard interval != lastInterval else { return }
      intervals += 1
      lastInterval = interval
    }
  }

  private let operations: [Int64: String]

  /// - Parameters: what rows may tell of, by the numbers of the file.
  init(
    from database: Database, by processes: [Int64: TracedProcess], of paths: [Int64: LookedUpPath]
  ) throws {
    let firsts = processes.firstNumbers
    operations = try RecordedRun.readByID(database, "SELECT id, name FROM operation") { $0.text(1) }
    let row = try RowStatement(
      database,
      """
      SELECT interval, process, path, operation, errno, count FROM lookup
      ORDER BY interval, process, path, operation, errno
      """)
    while try row.next() {
      let process: ProcessIndex = row.integer(1)
      let key = Key(
        process: firsts[process] ?? process, path: row.integer(2), operation: row.integer(3))
      let place: Int
      if let known = places[key] {
        place = known
      } else {
        guard processes[Int64(key.process)] != nil, paths[Int64(key.path)] != nil else {
          throw RecordedRun.damaged("a lookup of an unknown process or path")
        }
        place = totals.count
        places[key] = place
        let isOpen = Operation.openNames.contains(name(of: key.operation))
        totals.append(Total(key: key, isOpen: isOpen))
      }
      let count: UInt64 = row.integer(5)
      totals[place].add(count, errno: row.integer(4), interval: row.integer(0))
      add(
        count, interval: row.integer(0), by: process, isFailed: row.integer(4) != 0, totals[place])
    }
  }

  private func name(of operation: Int32) -> String {
    operations[Int64(operation)] ?? "operation\(operation)"
  }

  /// Rows of one path in one interval come one after the other.
  private mutating func add(
    _ count: UInt64, interval: Int, by process: ProcessIndex, isFailed: Bool, _ total: Total
  ) {
    if rows.last.map({
      $0.interval != interval || $0.process != process || $0.path != total.key.path
    }) ?? true {
      rows.append(
        Timeline.Lookups(
          interval: interval, process: process, path: total.key.path, count: 0, failed: 0))
    }
    let last = rows.count - 1
    rows[last].count = .saturating(rows[last].count, count)
    if isFailed { rows[last].failed = .saturating(rows[last].failed, count) }
    if total.isOpen { rows[last].opens = .saturating(rows[last].opens, count) }
  }

  /// By process, path and operation, in the order of their numbers.
  func sums(
    by processes: [Int64: TracedProcess], of paths: [Int64: LookedUpPath]
  ) -> [PathLookups] {
    totals.sorted {
      ($0.key.process, $0.key.path, $0.key.operation)
        < ($1.key.process, $1.key.path, $1.key.operation)
    }.compactMap { total in
      guard let process = processes[Int64(total.key.process)],
        let path = paths[Int64(total.key.path)]
      else { return nil }
      var lookups = PathLookups(
        process: process.key, path: path.given, absolute: path.absolute,
        resolution: path.resolution, opened: path.opened, operation: name(of: total.key.operation),
        count: total.count,
        failed: total.byErrno.values.reduce(0) { .saturating($0, $1) }, byErrno: total.byErrno)
      lookups.intervals = total.intervals
      return lookups
    }
  }
}
