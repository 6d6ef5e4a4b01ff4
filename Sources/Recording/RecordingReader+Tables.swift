// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import GRDB

/// The tables, summed over the intervals by SQLite.
extension RecordedRun {
  /// Processes by their number in the file.
  static func readProcesses(from database: Database) throws -> [Int64: TracedProcess] {
    var processes: [Int64: TracedProcess] = [:]
    let row = try RowStatement(database, ProcessRow.selection)
    while try row.next() {
      let (id, process) = ProcessRow.read(row)
      processes[id] = process
    }
    let count = try RowStatement(
      database,
      """
      SELECT process, name, lookups FROM process_operation
        JOIN operation ON operation.id = operation
      """)
    while try count.next() {
      processes[count.integer(0)]?.lookupsByOperation[count.text(1)] = count.integer(2)
    }
    return processes
  }

  static func readThreadCensus(from database: Database) throws -> CensusCost {
    let row = try RowStatement(
      database, "SELECT total(passes), total(threads), total(duration_ns) FROM thread_census")
    defer { row.reset() }
    guard try row.next() else { return CensusCost() }
    return CensusCost(
      passes: row.integer(0), threads: row.integer(1), duration: row.integer(2))
  }

  /// Terminals by their number in the file.
  static func readTerminals(from database: Database) throws -> [Int64: Terminal] {
    try readByID(database, "SELECT id, instance, major, minor FROM terminal") {
      Terminal(instance: $0.integer(1), major: $0.integer(2), minor: $0.integer(3))
    }
  }

  static func readTerminalWrites(
    to terminals: [Int64: Terminal], from database: Database, by processes: [Int64: ProcessKey]
  ) throws -> [TerminalWrites] {
    let frames = try FrameSizes.readAll("frame", from: database)
    let markedFrames = try FrameSizes.readAll("marked_frame", from: database)
    let inspected = try InspectedFigures.readAll(from: database)
    var writes: [TerminalWrites] = []
    let row = try RowStatement(
      database,
      """
      SELECT process, terminal, direction, sum(bytes), sum(writes), sum(failed)
      FROM terminal_write GROUP BY process, terminal, direction
      ORDER BY process, terminal, direction
      """)
    while try row.next() {
      guard let process = processes[row.integer(0)], let terminal = terminals[row.integer(1)],
        let direction = TerminalDirection(rawValue: row.integer(2))
      else { throw damaged("a write of an unknown process or to an unknown terminal") }
      writes.append(
        TerminalWrites(
          process: process, terminal: terminal, direction: direction,
          bytes: row.integer(3), writes: row.integer(4), failed: row.integer(5)))
      let place = RecordedPlace(process: row.integer(0), terminal: row.integer(1))
      guard direction == .output else { continue }
      let last = writes.count - 1
      if let drawn = frames[place] { writes[last].frames = drawn }
      writes[last].inspected = inspected[place]
      if let marked = markedFrames[place] {
        writes[last].frames = marked
        writes[last].frameSource = .markers
      }
    }
    return writes
  }

  static func readByID<Value>(
    _ database: Database, _ sql: String, _ value: (RowStatement) -> Value
  ) throws -> [Int64: Value] {
    var values: [Int64: Value] = [:]
    let row = try RowStatement(database, sql)
    while try row.next() { values[row.integer(0)] = value(row) }
    return values
  }
}
