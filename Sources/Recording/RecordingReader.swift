// SPDX-License-Identifier: Apache-2.0

import Attribution
import Foundation
import GRDB

extension RecordedRun {
  /// Refuses other programs' files, and those of another schema.
  static func checkFormat(_ database: Database, _ path: String) throws {
    let application = try Int32.fetchOne(database, sql: "PRAGMA application_id")
    guard application == Schema.applicationID else {
      throw RecordingError(
        "cannot read \(path): it is another program's SQLite file;"
          + " give a .spoor file that spoor record wrote")
    }
    let version = try Schema.version(of: database)
    guard version <= Schema.version else {
      throw RecordingError(
        "cannot read \(path): it was made by a newer spoor (schema \(version));"
          + " this one reads schema \(Schema.version): upgrade spoor")
    }
    guard version > 0 else { throw damaged("it has no schema version") }
    guard Schema.readable.contains(version) else {
      throw RecordingError(
        "cannot read \(path): it was made by an older spoor (schema \(version));"
          + " this one reads schema \(Schema.readable.lowerBound) and later:"
          + " record again, or read it with sqlite3")
    }
    if let table = try Schema.strangeTable(in: database, of: version) {
      throw RecordingError(
        "cannot read \(path): its tables are not those of this spoor (\(table) differs);"
          + " record again, or read it with the spoor that made it")
    }
  }

  init(from database: Database, _ tables: RecordedTables) throws {
    let (header, startToEnd, isFinished) = try RecordingHeader.read(from: database)
    let processes = tables.processes.merged(by: tables.firstNumbers)
    let keys = tables.processes.mapValues(\.key)
    self.init(
      header: header, duration: startToEnd, isFinished: isFinished,
      loss: try Loss(reading: database),
      processes: processes.sorted { $0.key < $1.key }.map(\.value),
      lookups: tables.lookups.sums(by: tables.processes, of: tables.paths),
      terminals: try Self.readTerminalWrites(to: tables.terminals, from: database, by: keys))
    gaps = tables.gaps
    descriptors = tables.descriptors
    kernelMemory = try KernelMemoryTrend.readAll(from: database)
    threadCensus = try Self.readThreadCensus(from: database)
    overhead = try Overhead(reading: database)
  }

  /// A file that SQLite can read, but whose rows contradict each other.
  static func damaged(_ what: String) -> DatabaseError {
    DatabaseError(resultCode: .SQLITE_CORRUPT, message: what)
  }
}

extension RecordingHeader {
  /// The header, the nanoseconds that it covers, and whether it was finished.
  fileprivate static func read(from database: Database) throws -> (RecordingHeader, UInt64, Bool) {
    var unseen: [String] = []
    let sentence = try RowStatement(database, "SELECT sentence FROM unseen ORDER BY rowid")
    while try sentence.next() { unseen.append(sentence.text(0)) }

    let row = try RowStatement(
      database,
      """
      SELECT started, start_time_ns, kernel, command, interval_ns, finished,
        frame_gap_ns, coalesce(end_time_ns, (SELECT max(end_ns) FROM interval), start_time_ns),
        spoor_version, options
      FROM recording
      """)
    guard try row.next() else { throw RecordedRun.damaged("table recording has no row") }
    defer { row.reset() }
    guard let started = try? Date(row.text(0), strategy: RecordingDate.style),
      let command = try? JSONDecoder().decode([String].self, from: Data(row.bytes(3))),
      let options = try? JSONDecoder().decode([String].self, from: Data(row.bytes(9)))
    else { throw RecordedRun.damaged("its start or its command line is no longer legible") }
    let start: UInt64 = row.integer(1)
    let end: UInt64 = row.integer(7)
    let header = RecordingHeader(
      started: started, startTime: start, kernel: row.text(2), command: command,
      intervalLength: row.integer(4), frameGap: row.integer(6), unseen: unseen,
      spoorVersion: row.text(8), options: options)
    return (header, end > start ? end - start : 0, row.integer(5, Int.self) != 0)
  }
}
