// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import GRDB

extension Timeline {
  init(from database: Database, _ tables: RecordedTables) throws {
    self.init()
    processes = Self.byIndex(tables.processes)
    paths = Self.byIndex(tables.paths)
    terminals = Self.byIndex(tables.terminals)
    masters = tables.descriptors.masters
    pseudoterminals = tables.descriptors.passes.last?.pseudoterminals
    inotifyUsers = tables.descriptors.inotifyUsers
    inotifyLimits = tables.descriptors.passes.last?.inotifyLimits
    try readIntervals(from: database)
    try noteLoss(from: database, tables.gaps)
    try take(tables.lookups.rows)
    try readOutputs(from: database)
    try readUsages(from: database)
    try readDescriptors(from: database)
    try readEvents(from: database)
    try readInputs(from: database)
    try readResizes(from: database)
    marks = try Mark.readAll(from: database)
    // Rows are checked by the numbers that the file has.
    processes = Self.byIndex(tables.processes.merged(by: tables.firstNumbers))
    merge(by: tables.firstNumbers)
    try readTarget(from: database)
  }

  private static func byIndex<Value>(_ rows: [Int64: Value]) -> [Int32: Value] {
    // A damaged file may hold numbers that no ledger has.
    Dictionary(rows.map { (Int32(clamping: $0), $1) }) { first, _ in first }
  }

  /// That of a row, which must be one of those that were read.
  func interval(_ row: RowStatement, at column: Int32) throws -> Int {
    let number: Int = row.integer(column)
    guard intervals.indices.contains(number) else {
      throw RecordedRun.damaged("a row of an unknown interval")
    }
    return number
  }

  func process(_ row: RowStatement, at column: Int32) throws -> ProcessIndex {
    let index: ProcessIndex = row.integer(column)
    guard processes[index] != nil else {
      throw RecordedRun.damaged("a row of an unknown process")
    }
    return index
  }

  func terminal(_ row: RowStatement, at column: Int32) throws -> TerminalIndex {
    let index: TerminalIndex = row.integer(column)
    guard terminals[index] != nil else {
      throw RecordedRun.damaged("a row of an unknown terminal")
    }
    return index
  }

  private mutating func readIntervals(from database: Database) throws {
    let row = try RowStatement(database, "SELECT id, start_ns, end_ns FROM interval ORDER BY id")
    while try row.next() {
      guard row.integer(0) == intervals.count else {
        throw RecordedRun.damaged("an interval is missing")
      }
      let span = Span(start: row.integer(1), end: row.integer(2))
      guard span.start <= span.end, intervals.last.map({ $0.end <= span.start }) ?? true else {
        throw RecordedRun.damaged("an interval begins before the one before it ends")
      }
      intervals.append(span)
    }
  }

  private mutating func noteLoss(from database: Database, _ gaps: [Loss.Gap]) throws {
    let loss = try RowStatement(database, "SELECT interval, category, reason FROM loss")
    while try loss.next() {
      switch (loss.text(1), loss.text(2)) {
      // Who is not followed once is not followed later either.
      case ("note", "tasksMissed"): isIncomplete = true
      case ("note", let note) where !Loss.eventsMissed.contains(note): continue
      case ("dropped", _), ("note", _): break
      default: continue
      }
      intervals[try interval(loss, at: 0)].isIncomplete = true
    }
    for gap in gaps {
      // They are in order: those that end before the gap begins, and those that begin after it.
      let first = intervals.partition { $0.end >= gap.start }
      let touched = first..<max(first, intervals.partition { $0.start > gap.end })
      if touched.isEmpty { isIncomplete = true }
      for number in touched { intervals[number].isIncomplete = true }
    }
  }

  private mutating func take(_ rows: [Lookups]) throws {
    guard rows.allSatisfy({ intervals.indices.contains($0.interval) }) else {
      throw RecordedRun.damaged("a row of an unknown interval")
    }
    lookups = rows
  }

  private mutating func readUsages(from database: Database) throws {
    let row = try RowStatement(
      database,
      "SELECT interval, process, cpu_ns, rss_bytes FROM process_usage ORDER BY interval, process")
    while try row.next() {
      usages.append(
        Usage(
          interval: try interval(row, at: 0), process: try process(row, at: 1),
          cpuTime: row.integer(2), rss: row.integer(3)))
    }
  }

  private mutating func readDescriptors(from database: Database) throws {
    let row = try RowStatement(
      database,
      """
      SELECT time_ns, process, class, count
      FROM descriptor JOIN descriptor_pass ON descriptor_pass.id = pass
      ORDER BY pass, process, class
      """)
    while try row.next() {
      descriptors.append(
        Descriptors(
          time: row.integer(0), process: try process(row, at: 1), kind: row.text(2),
          count: row.integer(3)))
    }
  }

  private mutating func readEvents(from database: Database) throws {
    let row = try RowStatement(
      database, "SELECT time_ns, process, kind FROM process_event ORDER BY time_ns, rowid")
    while try row.next() {
      guard let kind = ProcessEvent.Kind(rawValue: row.text(2)) else {
        throw RecordedRun.damaged("a process event of unknown kind")
      }
      events.append(
        ProcessEvent(time: row.integer(0), process: try process(row, at: 1), kind: kind))
    }
  }

  private mutating func readInputs(from database: Database) throws {
    let row = try RowStatement(
      database,
      "SELECT interval, terminal, last_ns FROM terminal_input ORDER BY interval, terminal")
    while try row.next() {
      inputs.append(
        Input(
          interval: try interval(row, at: 0), terminal: try terminal(row, at: 1),
          lastTime: row.integer(2)))
    }
  }

  private mutating func readResizes(from database: Database) throws {
    let row = try RowStatement(
      database, "SELECT interval, process, last_ns FROM resize ORDER BY interval, process")
    while try row.next() {
      resizes.append(
        Resize(
          interval: try interval(row, at: 0), process: try process(row, at: 1),
          lastTime: row.integer(2)))
    }
  }

  private mutating func readTarget(from database: Database) throws {
    let row = try RowStatement(
      database, "SELECT target_pid, target_start_time_ns, target_end_ns, finished FROM recording")
    defer { row.reset() }
    guard try row.next() else { return }
    isFinished = row.integer(3) != 0
    guard !row.isNull(0) else { return }
    let key = ProcessKey(processID: row.integer(0), startTime: row.integer(1))
    target = processes.first { $0.value.key == key }?.key
    targetEnd = row.optionalInteger(2)
  }
}
