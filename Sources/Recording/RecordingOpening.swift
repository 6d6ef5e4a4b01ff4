// SPDX-License-Identifier: Apache-2.0

import Events
import Foundation
import GRDB

/// The first and the last words of a recording.
struct RecordingOpening {
  let header: RecordingHeader
  let operations: OperationNumbers
  let recordsEvents: Bool

  /// Opens a new, empty file, or removes it.
  func open(_ file: RecordingFile) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = "spoor.recording"
    // The tables reference each other for the reader's sake; the ledger keeps them right.
    configuration.foreignKeysEnabled = false
    configuration.busyMode = .timeout(10)
    do {
      let queue = try file.owner.perform {
        try DatabaseQueue(path: file.path, configuration: configuration)
      }
      try queue.inDatabase { database in
        try file.owner.perform { try begin(database) }
      }
      return queue
    } catch {
      try? file.remove()
      throw error
    }
  }

  private func begin(_ database: Database) throws {
    // Who waits for a busy disk, a third of a second and more at a time, does not empty the ring
    // meanwhile. What was written outlives spoor, however it ends, and `gather` waits once; only
    // a machine that fails before that may leave a damaged file.
    try database.execute(sql: "PRAGMA synchronous = OFF")
    // Before WAL: so the file holds its own description even where its journal got lost.
    try database.inTransaction(.immediate) {
      try Schema.create(in: database)
      try operations.write(to: database)
      try write(to: database)
      return .commit
    }
    // File systems without shared memory refuse WAL, and keep the rollback journal.
    try database.execute(sql: "PRAGMA journal_mode = WAL")
    try database.execute(sql: "PRAGMA cache_size = -1024")
    // A first use opens the journal and takes the lock that says "at work", which SQLite
    // would otherwise put off to the first interval.
    try database.execute(sql: "SELECT id FROM recording")
  }

  private func write(to database: Database) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    func text(_ words: [String]) throws -> String {
      String(decoding: try encoder.encode(words), as: UTF8.self)
    }
    var row = try RowStatement(
      database,
      """
      INSERT INTO recording (id, started, start_time_ns, finished, kernel, command, interval_ns,
        frame_gap_ns, records_events, spoor_version, options)
      VALUES (1, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)
      """)
    row.bind(RecordingDate.text(of: header.started))
    row.bind(header.startTime)
    row.bind(header.kernel)
    row.bind(try text(header.command))
    row.bind(header.intervalLength)
    row.bind(header.frameGap)
    row.bind(recordsEvents)
    row.bind(header.spoorVersion)
    row.bind(try text(header.options))
    try row.run()
    try Self.write(unseen: header.unseen, to: database)
  }

  /// - Parameters:
  ///   - start: nanoseconds since boot.
  ///   - date: the same.
  static func write(start: UInt64, at date: Date, to database: Database) throws {
    var row = try RowStatement(
      database, "UPDATE recording SET started = ?, start_time_ns = ?")
    row.bind(RecordingDate.text(of: date))
    row.bind(start)
    try row.run()
  }

  /// - Parameter end: when it ended, in nanoseconds since boot; nil while it lives.
  static func write(target: ProcessKey, end: UInt64?, to database: Database) throws {
    var row = try RowStatement(
      database,
      "UPDATE recording SET target_pid = ?, target_start_time_ns = ?, target_end_ns = ?")
    row.bind(target.processID)
    row.bind(target.startTime)
    row.bind(end)
    try row.run()
  }

  static func close(_ database: Database, end: UInt64, unseen: [String]) throws {
    var row = try RowStatement(database, "UPDATE recording SET end_time_ns = ?, finished = 1")
    row.bind(end)
    try row.run()
    try write(unseen: unseen, to: database)
  }

  /// Puts the journal into the file, and goes without one: a single file stays, and is on the disk.
  static func gather(_ database: Database) throws {
    try database.execute(sql: "PRAGMA synchronous = NORMAL")
    try database.execute(sql: "PRAGMA busy_timeout = 1000")
    do {
      try database.execute(sql: "PRAGMA journal_mode = DELETE")
    } catch let error as DatabaseError
      where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode.primaryResultCode)
    {
      // Somebody reads it: all is written, and whoever closes it last gathers it.
    }
  }

  private static func write(unseen: [String], to database: Database) throws {
    var row = try RowStatement(database, "INSERT INTO unseen VALUES (?)")
    for sentence in unseen {
      row.bind(sentence)
      try row.run()
    }
  }
}

/// How a recording writes the wall clock: ISO 8601 in UTC, to the millisecond.
enum RecordingDate {
  static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// As the style tells it, which has calendars and time zones loaded: memory for all the recording.
  static func text(of date: Date) -> String {
    let milliseconds = Int((date.timeIntervalSince1970 * 1000).rounded(.down))
    var seconds = milliseconds / 1000
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var text = [CChar](repeating: 0, count: 32)
    let length = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S.", &parts)
    let fraction = "\(1000 + milliseconds % 1000)Z".dropFirst()
    return String(decoding: text.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
      + fraction
  }
}
