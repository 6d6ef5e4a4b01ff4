// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import GRDB

/// Puts one interval into the tables, within the caller's transaction.
struct IntervalWriter {
  let database: Database
  let operations: OperationNumbers

  func write(_ interval: Interval) throws {
    try writeLookups(of: interval)
    try write(terminals: interval.newTerminals, from: interval.firstNewTerminal)
    try write(terminalWrites: interval.terminalWrites, of: interval.number)
    for input in interval.inputs { try input.write(interval: interval.number, to: database) }
    for resize in interval.resizes { try resize.write(interval: interval.number, to: database) }
    for frame in interval.frames { try frame.write(interval: interval.number, to: database) }
    for seen in interval.inspections { try seen.write(interval: interval.number, to: database) }
    try write(events: interval.processEvents)
    try interval.loss.write(interval: interval.number, to: database)
    for (index, gap) in interval.gaps { try gap.write(index: index, to: database) }
    try DescriptorWriter(database: database).write(interval)
    for sample in interval.kernelMemory { try sample.write(to: database) }
    try write(usages: interval.usages, of: interval.number)
    try write(interval.threadCensus, of: interval.number)
    try interval.overhead?.write(interval: interval.number, to: database)
  }

  /// These, and what they are of; more of the same interval's add to them.
  func writeLookups(of interval: Interval) throws {
    var row = try RowStatement(
      database,
      "INSERT INTO interval VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET end_ns = excluded.end_ns")
    row.bind(interval.number)
    row.bind(interval.start)
    row.bind(interval.end)
    try row.run()
    try LookedUpPath.write(interval.newPaths, from: interval.firstNewPath, to: database)
    for (index, process) in interval.processes {
      try write(process, index: index)
    }
    try write(lookups: interval.lookups, of: interval.number)
  }

  private func write(terminals: [Terminal], from first: TerminalIndex) throws {
    var row = try RowStatement(database, "INSERT INTO terminal VALUES (?, ?, ?, ?, ?)")
    for (offset, terminal) in terminals.enumerated() {
      row.bind(Int(first) + offset)
      row.bind(terminal.instance)
      row.bind(terminal.major)
      row.bind(terminal.minor)
      row.bind(terminal.name)
      try row.run()
    }
  }

  private func write(_ process: TracedProcess, index: ProcessIndex) throws {
    var row = try RowStatement(database, ProcessRow.upsert)
    ProcessRow.bind(process, index: index, to: &row)
    try row.run()
    var count = try RowStatement(
      database, "INSERT OR REPLACE INTO process_operation VALUES (?, ?, ?)")
    for (name, lookups) in process.lookupsByOperation {
      count.bind(index)
      count.bind(try operations.number(of: name, in: database))
      count.bind(lookups)
      try count.run()
    }
  }

  private func write(lookups: [LookupCount], of interval: Int) throws {
    var row = try RowStatement(
      database,
      """
      INSERT INTO lookup VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET count = count + excluded.count
      """)
    // In the order of the primary key: the pages fill one after the other. Places are sorted, since
    // of a busy second's lookups a second copy is megabytes.
    let order = (0..<UInt32(lookups.count)).sorted {
      Self.precedes(lookups[Int($0)], lookups[Int($1)])
    }
    for place in order {
      let lookup = lookups[Int(place)]
      row.bind(interval)
      row.bind(lookup.process)
      row.bind(lookup.path)
      row.bind(lookup.operation.rawValue)
      row.bind(lookup.errno)
      row.bind(lookup.count)
      try row.run()
    }
  }

  private static func precedes(_ one: LookupCount, _ other: LookupCount) -> Bool {
    if one.process != other.process { return one.process < other.process }
    if one.path != other.path { return one.path < other.path }
    if one.operation != other.operation {
      return one.operation.rawValue < other.operation.rawValue
    }
    return one.errno < other.errno
  }

  private func write(terminalWrites: [TerminalWriteCount], of interval: Int) throws {
    var row = try RowStatement(
      database,
      """
      INSERT INTO terminal_write VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes,
        writes = writes + excluded.writes, failed = failed + excluded.failed, raw = excluded.raw
      """)
    for write in terminalWrites {
      row.bind(interval)
      row.bind(write.process)
      row.bind(write.terminal)
      row.bind(write.direction.rawValue)
      row.bind(write.bytes)
      row.bind(write.writes)
      row.bind(write.failed)
      row.bind(write.isRaw)
      try row.run()
    }
  }

  private func write(events: [ProcessEvent]) throws {
    var row = try RowStatement(database, "INSERT INTO process_event VALUES (?, ?, ?)")
    for event in events {
      row.bind(event.time)
      row.bind(event.process)
      row.bind(event.kind.rawValue)
      try row.run()
    }
  }
}
