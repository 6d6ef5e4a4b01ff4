// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import GRDB

/// Lookups of a recording, interval by interval and over all: from one pass over its largest table.
struct RecordedLookups {
  /// By interval, process and path.
  private(set) var rows: [Timeline.Lookups] = []
  private var totals: [Total] = []
  /// One for each process: a single one would fit into no near cache.
  private var tables: [Table] = []
  private let operations: [Int64: String]

  private struct Table {
    let process: ProcessIndex
    /// Places in `totals`.
    var places: [Subject: Int] = [:]
  }

  /// The path above, the operation below: one word is hashed in half the time of two.
  private typealias Subject = Int64

  private struct Total {
    let path: PathIndex
    let operation: Int32
    var count: UInt64 = 0
    var byErrno: [Int: UInt64] = [:]
    let isOpen: Bool
    var intervals: UInt32 = 0
    var lastInterval: Int32 = -1

    mutating func add(_ lookups: UInt64, errno: Int, interval: Int32) {
      count = .saturating(count, lookups)
      if errno != 0 { byErrno[errno] = .saturating(byErrno[errno] ?? 0, lookups) }
      guard interval != lastInterval else { return }
      intervals += 1
      lastInterval = interval
    }
  }

  /// - Parameters: what rows may tell of, by the numbers of the file.
  init(
    from database: Database, by processes: [Int64: TracedProcess],
    _ firsts: [ProcessIndex: ProcessIndex], of paths: [Int64: LookedUpPath]
  ) throws {
    var numbers: [ProcessIndex: Int] = [:]
    operations = try RecordedRun.readByID(database, "SELECT id, name FROM operation") { $0.text(1) }
    // What grows by doubling is written twice. A damaged file may seem to have any number.
    let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM lookup") ?? 0
    rows.reserveCapacity(min(count, 1 << 20))
    let row = try RowStatement(
      database,
      """
      SELECT interval, process, path, operation, errno, count FROM lookup
      ORDER BY interval, process, path, operation, errno
      """)
    var table = 0
    while try row.next() {
      let process: ProcessIndex = row.integer(1)
      // Rows of one process in one interval come one after the other.
      if rows.last?.process != process {
        let first = firsts[process] ?? process
        table = numbers[first] ?? tables.count
        if table == tables.count {
          numbers[first] = table
          tables.append(Table(process: first))
        }
      }
      let (path, operation): (PathIndex, Int32) = (row.integer(2), row.integer(3))
      let subject = Subject(path) << 32 | Subject(UInt32(bitPattern: operation))
      let place: Int
      if let known = tables[table].places[subject] {
        place = known
      } else {
        guard processes[Int64(tables[table].process)] != nil, paths[Int64(path)] != nil else {
          throw RecordedRun.damaged("a lookup of an unknown process or path")
        }
        place = totals.count
        tables[table].places[subject] = place
        let isOpen = Operation.openNames.contains(name(of: operation))
        totals.append(Total(path: path, operation: operation, isOpen: isOpen))
      }
      let (interval, errno, count): (Int, Int, UInt64) =
        (row.integer(0), row.integer(4), row.integer(5))
      totals[place].add(count, errno: errno, interval: Int32(clamping: interval))
      let last = lastRow(of: path, by: process, in: interval)
      rows[last].count = .saturating(rows[last].count, count)
      if errno != 0 { rows[last].failed = .saturating(rows[last].failed, count) }
      if totals[place].isOpen { rows[last].opens = .saturating(rows[last].opens, count) }
    }
  }

  private func name(of operation: Int32) -> String {
    operations[Int64(operation)] ?? "operation\(operation)"
  }

  /// Rows of one path in one interval come one after the other: the place of theirs.
  private mutating func lastRow(
    of path: PathIndex, by process: ProcessIndex, in interval: Int
  ) -> Int {
    let last = rows.count - 1
    if last >= 0, rows[last].interval == interval, rows[last].process == process,
      rows[last].path == path
    {
      return last
    }
    rows.append(
      Timeline.Lookups(interval: interval, process: process, path: path, count: 0, failed: 0))
    return last + 1
  }

  /// By process, path and operation, in the order of their numbers.
  func sums(
    by processes: [Int64: TracedProcess], of paths: [Int64: LookedUpPath]
  ) -> [PathLookups] {
    var sums: [PathLookups] = []
    sums.reserveCapacity(totals.count)
    for table in tables.sorted(by: { $0.process < $1.process }) {
      guard let process = processes[Int64(table.process)]?.key else { continue }
      for (_, place) in table.places.sorted(by: { $0.key < $1.key }) {
        let total = totals[place]
        guard let path = paths[Int64(total.path)] else { continue }
        var lookups = PathLookups(
          process: process, path: path.given, absolute: path.absolute,
          resolution: path.resolution, opened: path.opened, operation: name(of: total.operation),
          count: total.count,
          failed: total.byErrno.values.reduce(0) { .saturating($0, $1) }, byErrno: total.byErrno)
        lookups.intervals = UInt64(total.intervals)
        sums.append(lookups)
      }
    }
    return sums
  }
}
