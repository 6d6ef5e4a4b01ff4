// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import GRDB

/// Puts what the passes of an interval found into the tables, within the caller's transaction.
struct DescriptorWriter {
  let database: Database

  func write(_ interval: Interval) throws {
    let found = interval.descriptors
    try write(found.passes)
    try write(found.changes)
    for (index, process) in interval.processes {
      if let use = process.descriptors { try write(use, of: index) }
    }
    for (number, master) in found.masters { try write(master, number) }
    try write(found.inotifyUsers)
  }

  private func write(_ passes: [DescriptorPassRow]) throws {
    var row = try RowStatement(
      database,
      "INSERT INTO descriptor_pass VALUES (?\(String(repeating: ", ?", count: 12)))")
    for pass in passes {
      row.bind(pass.number)
      row.bind(pass.time)
      row.bind(pass.duration)
      row.bind(pass.cpuTime)
      row.bind(pass.descriptors)
      row.bind(pass.tables)
      row.bind(pass.pseudoterminals?.used)
      row.bind(pass.pseudoterminals?.limit)
      row.bind(pass.pseudoterminals?.reserve)
      row.bind(pass.explainedMasters)
      row.bind(pass.followedMasters)
      row.bind(pass.inotifyLimits?.instances)
      row.bind(pass.inotifyLimits?.watches)
      try row.run()
    }
  }

  private func write(_ changes: [DescriptorChange]) throws {
    var row = try RowStatement(database, "INSERT OR REPLACE INTO descriptor VALUES (?, ?, ?, ?)")
    for change in changes {
      row.bind(change.pass)
      row.bind(change.process)
      row.bind(change.descriptorClass.name)
      row.bind(change.count)
      try row.run()
    }
  }

  private func write(_ use: DescriptorUse, of process: ProcessIndex) throws {
    var row = try RowStatement(
      database,
      "INSERT OR REPLACE INTO process_descriptors VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
    row.bind(process)
    row.bind(use.limit)
    row.bind(use.masters.slaveOpen)
    row.bind(use.masters.slaveClosed)
    row.bind(use.masters.slaveNeverOpened)
    row.bind(use.inotifyInstances)
    row.bind(use.inotifyWatches)
    row.bind(use.repeatedCount)
    row.bind(use.repeatedPath)
    try row.run()
  }

  private func write(_ master: PTYMaster, _ number: Int) throws {
    var row = try RowStatement(
      database, "INSERT OR REPLACE INTO pty_master VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    row.bind(number)
    row.bind(master.instance)
    row.bind(master.index)
    row.bind(master.slave.name)
    row.bind(master.madeTime)
    row.bind(master.goneTime)
    row.bind(master.opener.processID)
    row.bind(master.opener.startTime)
    row.bind(master.openerIsSeen)
    row.bind(master.otherDescriptors)
    try row.run()

    var former = try RowStatement(database, "DELETE FROM pty_master_holder WHERE master = ?")
    former.bind(number)
    try former.run()
    var holder = try RowStatement(database, "INSERT INTO pty_master_holder VALUES (?, ?, ?, ?)")
    for (process, descriptors) in master.holders {
      holder.bind(number)
      holder.bind(process.processID)
      holder.bind(process.startTime)
      holder.bind(descriptors)
      try holder.run()
    }
  }

  private func write(_ users: [InotifyUse]) throws {
    var row = try RowStatement(database, "INSERT OR REPLACE INTO inotify_user VALUES (?, ?, ?)")
    for user in users {
      row.bind(user.userID)
      row.bind(user.instances)
      row.bind(user.watches)
      try row.run()
    }
  }
}
