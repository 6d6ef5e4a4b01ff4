// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// A row of table `process`, in the order of its columns.
enum ProcessRow {
  /// The row holds all that is known, so it takes the place of an earlier one.
  static let upsert =
    "INSERT OR REPLACE INTO process VALUES (?\(String(repeating: ", ?", count: 44)))"

  static let selection = "SELECT * FROM process ORDER BY id"

  static func bind(_ process: TracedProcess, index: ProcessIndex, to row: inout RowStatement) {
    row.bind(index)
    row.bind(process.key.processID)
    row.bind(process.key.startTime)
    row.bind(process.namespaceID)
    row.bind(process.presentParent?.processID ?? 0)
    row.bind(process.parent?.processID)
    row.bind(process.parent?.startTime)
    row.bind(process.spawner?.processID)
    row.bind(process.spawner?.startTime)
    row.bind(process.userID)
    row.bind(process.comm)
    row.bind(process.executable)
    row.bind(process.arguments)
    row.bind(process.argumentsTruncated)
    row.bind(process.forkTime)
    row.bind(process.exitTime)
    row.bind(process.exit?.code)
    row.bind(process.exit?.signal)
    row.bind(process.exit.map { $0.dumpedCore ? 1 : 0 })
    row.bind(process.reapTime)
    row.bind(process.isReaped)
    row.bind(process.isReleased)
    row.bind(process.children.spawned)
    row.bind(process.children.alive)
    row.bind(process.children.zombies)
    row.bind(process.children.reaped)
    row.bind(process.lookups)
    row.bind(process.failedLookups)
    row.bind(process.outputBytes)
    row.bind(process.inputBytes)
    row.bind(process.terminalWrites)
    row.bind(process.failedTerminalWrites)
    row.bind(process.cpuTime)
    row.bind(process.peakResidentBytes)
    row.bind(process.residentBytes)
    row.bind(process.presentParent?.startTime)
    row.bind(process.isSpawnerAssumed)
    row.bind(process.isExitTimeEstimated)
    row.bind(process.tracer?.processID)
    row.bind(process.tracer?.startTime)
    row.bind(process.reapedBy?.rawValue)
    row.bind(process.reaper?.processID)
    row.bind(process.reaper?.startTime)
    row.bind(process.zombiePeak)
    row.bind(process.hasWaited)
  }

  static func read(_ row: RowStatement) -> (id: Int64, process: TracedProcess) {
    var process = TracedProcess(
      key: ProcessKey(processID: row.integer(1), startTime: row.integer(2)))
    process.namespaceID = row.integer(3)
    process.presentParent = row.optionalInteger(35).map {
      ProcessKey(processID: row.integer(4), startTime: $0)
    }
    process.parent = key(row, at: 5)
    process.spawner = key(row, at: 7)
    process.userID = row.optionalInteger(9)
    process.comm = row.bytes(10)
    process.executable = row.bytes(11)
    process.arguments = row.bytes(12)
    process.argumentsTruncated = row.integer(13) != 0
    process.forkTime = row.optionalInteger(14)
    process.exitTime = row.optionalInteger(15)
    process.exit = exit(row, at: 16)
    process.reapTime = row.optionalInteger(19)
    process.isReaped = row.integer(20) != 0
    process.isReleased = row.integer(21) != 0
    process.children = ChildCounts(
      spawned: row.integer(22), alive: row.integer(23), zombies: row.integer(24),
      reaped: row.integer(25))
    process.lookups = row.integer(26)
    process.failedLookups = row.integer(27)
    process.outputBytes = row.integer(28)
    process.inputBytes = row.integer(29)
    process.terminalWrites = row.integer(30)
    process.failedTerminalWrites = row.integer(31)
    process.cpuTime = row.integer(32)
    process.peakResidentBytes = row.integer(33)
    process.residentBytes = row.optionalInteger(34)
    process.isSpawnerAssumed = row.integer(36) != 0
    process.isExitTimeEstimated = row.integer(37) != 0
    process.tracer = key(row, at: 38)
    process.reapedBy = row.isNull(40) ? nil : ReapedBy(rawValue: row.text(40))
    process.reaper = key(row, at: 41)
    process.zombiePeak = row.integer(43)
    process.hasWaited = row.integer(44) != 0
    return (row.integer(0), process)
  }

  private static func key(_ row: RowStatement, at column: Int32) -> ProcessKey? {
    row.optionalInteger(column).map {
      ProcessKey(processID: $0, startTime: row.integer(column + 1))
    }
  }

  private static func exit(_ row: RowStatement, at column: Int32) -> ExitStatus? {
    guard !row.isNull(column) || !row.isNull(column + 1) else { return nil }
    // As wait(2) would have returned it.
    let code: Int32 = row.integer(column)
    let signal: Int32 = row.integer(column + 1)
    let core: Int32 = row.integer(column + 2) != 0 ? 0x80 : 0
    return ExitStatus(waitStatus: (code & 0xff) << 8 | signal & 0x7f | core)
  }
}
