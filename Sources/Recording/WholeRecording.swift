// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import GRDB

/// A recording both ways, of one state of the file: summed over its intervals for the tables of a
/// report, and interval by interval for findings.
public struct WholeRecording: Sendable {
  public let run: RecordedRun
  public let timeline: Timeline

  /// Reads a recording, also one that is being written or whose recorder was killed.
  ///
  /// Needs no privileges beyond reading the file, and changes nothing in it.
  public init(reading path: String) throws(RecordingError) {
    do {
      self = try RecordingSource.read(path) { database in
        try RecordedRun.checkFormat(database, path)
        return try WholeRecording(from: database)
      }
    } catch {
      throw RecordingError(reading: path, error)
    }
  }

  private init(from database: Database) throws {
    let tables = try RecordedTables(from: database)
    let timeline = try Timeline(from: database, tables)
    var run = try RecordedRun(from: database, tables)
    run.target = timeline.target.flatMap { timeline.processes[$0]?.key }
    run.targetEnd = timeline.targetEnd
    self.run = run
    self.timeline = timeline
  }
}

extension RecordedRun {
  /// The sums of a `WholeRecording`.
  public init(reading path: String) throws(RecordingError) {
    self = try WholeRecording(reading: path).run
  }
}

extension Timeline {
  /// The intervals of a `WholeRecording`.
  public init(reading path: String) throws(RecordingError) {
    self = try WholeRecording(reading: path).timeline
  }
}

/// What both are made of, by numbers of the file.
struct RecordedTables {
  let processes: [Int64: TracedProcess]
  /// Of those that have several: `firstNumbers` of `processes`.
  let firstNumbers: [ProcessIndex: ProcessIndex]
  let paths: [Int64: LookedUpPath]
  let lookups: RecordedLookups
  let terminals: [Int64: Terminal]
  let descriptors: RecordedDescriptors
  let gaps: [Loss.Gap]

  init(from database: Database) throws {
    var processes = try RecordedRun.readProcesses(from: database)
    try RecordedRun.readDescriptors(from: database, into: &processes)
    self.processes = processes
    paths = try LookedUpPath.readAll(from: database)
    firstNumbers = processes.firstNumbers
    lookups = try RecordedLookups(from: database, by: processes, firstNumbers, of: paths)
    terminals = try RecordedRun.readTerminals(from: database)
    descriptors = try RecordedDescriptors(from: database)
    gaps = try Loss.Gap.readAll(from: database)
  }
}
