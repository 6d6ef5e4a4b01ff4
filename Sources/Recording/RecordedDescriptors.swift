// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import GRDB

/// What the passes of a recording found that is not of one process.
public struct RecordedDescriptors: Sendable {
  public var passes: [DescriptorPassRow] = []
  /// In the order in which they were found.
  public var masters: [PTYMaster] = []
  /// By user, as last seen.
  public var inotifyUsers: [InotifyUse] = []

  public init() {}

  init(from database: Database) throws {
    passes = try Self.readPasses(from: database)
    masters = try Self.readMasters(from: database)
    let user = try RowStatement(
      database, "SELECT uid, instances, watches FROM inotify_user ORDER BY uid")
    while try user.next() {
      inotifyUsers.append(
        InotifyUse(
          userID: user.integer(0), instances: user.integer(1), watches: user.integer(2)))
    }
  }

  private static func readPasses(from database: Database) throws -> [DescriptorPassRow] {
    var passes: [DescriptorPassRow] = []
    let row = try RowStatement(database, "SELECT * FROM descriptor_pass ORDER BY id")
    while try row.next() {
      passes.append(
        DescriptorPassRow(
          number: row.integer(0), time: row.integer(1), duration: row.integer(2),
          cpuTime: row.integer(3), descriptors: row.integer(4), tables: row.integer(5),
          pseudoterminals: row.isNull(6)
            ? nil
            : PseudoterminalUse(
              used: row.integer(6), limit: row.integer(7), reserve: row.integer(8)),
          explainedMasters: row.integer(9), followedMasters: row.integer(10),
          inotifyLimits: row.isNull(11)
            ? nil : InotifyLimits(instances: row.integer(11), watches: row.integer(12))))
    }
    return passes
  }

  private static func readMasters(from database: Database) throws -> [PTYMaster] {
    var holders: [Int64: [ProcessKey: UInt64]] = [:]
    let holder = try RowStatement(database, "SELECT * FROM pty_master_holder")
    while try holder.next() {
      let process = ProcessKey(processID: holder.integer(1), startTime: holder.integer(2))
      holders[holder.integer(0), default: [:]][process] = holder.integer(3)
    }
    var masters: [PTYMaster] = []
    let row = try RowStatement(database, "SELECT * FROM pty_master ORDER BY id")
    while try row.next() {
      guard let slave = SlaveState(name: row.text(3)) else {
        throw RecordedRun.damaged("a pty master's slave in no known state")
      }
      masters.append(
        PTYMaster(
          instance: row.integer(1), index: row.integer(2), slave: slave,
          madeTime: row.integer(4), goneTime: row.optionalInteger(5),
          opener: ProcessKey(processID: row.integer(6), startTime: row.integer(7)),
          openerIsSeen: row.integer(8) != 0, holders: holders[row.integer(0)] ?? [:],
          otherDescriptors: row.integer(9)))
    }
    return masters
  }
}

extension RecordedRun {
  /// Each process's own, from its changes.
  static func readDescriptors(
    from database: Database, into processes: inout [Int64: TracedProcess]
  ) throws {
    let row = try RowStatement(database, "SELECT * FROM process_descriptors")
    while try row.next() {
      var use = DescriptorUse()
      use.limit = row.integer(1)
      use.masters = MasterUse(
        slaveOpen: row.integer(2), slaveClosed: row.integer(3), slaveNeverOpened: row.integer(4))
      use.inotifyInstances = row.integer(5)
      use.inotifyWatches = row.integer(6)
      use.repeatedCount = row.integer(7)
      use.repeatedPath = row.bytes(8)
      processes[row.integer(0)]?.descriptors = use
    }

    // The first pass that found a process tells every class that it had.
    var firstPass: [Int64: Int] = [:]
    let change = try RowStatement(
      database, "SELECT pass, process, class, count FROM descriptor ORDER BY pass")
    while try change.next() {
      let pass: Int = change.integer(0)
      let process: Int64 = change.integer(1)
      guard let `class` = DescriptorClass(name: change.text(2)) else {
        throw damaged("descriptors of an unknown class")
      }
      let first = firstPass[process] ?? pass
      firstPass[process] = first
      let count: UInt64 = change.integer(3)
      processes[process]?.descriptors?.last[`class`] = count
      if pass == first { processes[process]?.descriptors?.first[`class`] = count }
      if let peak = processes[process]?.descriptors?.peak[`class`], count > peak {
        processes[process]?.descriptors?.peak[`class`] = count
      }
    }
  }
}
