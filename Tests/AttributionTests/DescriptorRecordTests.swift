// SPDX-License-Identifier: Apache-2.0

import CSpoorABI
import Events
import Testing

/// The iterator's records, taken together to a pass.
struct DescriptorRecordTests {
  private var records: [UInt8] = []

  private mutating func append<Record>(_ record: Record) {
    withUnsafeBytes(of: record) { records += Array($0) }
  }

  private static func header(_ kind: spoor_walk_kind, _ length: Int) -> spoor_walk_header {
    spoor_walk_header(kind: kind.rawValue, length: UInt32(length))
  }

  private static func holder(
    _ id: UInt32, thread: UInt32? = nil, table: UInt64, isTold: Bool = true
  ) -> spoor_holder {
    spoor_holder(
      start_time_ns: UInt64(id) * 10, table: table, tgid: id, tid: thread ?? id,
      visible_tid: thread ?? id, is_told: isTold ? 1 : 0)
  }

  private mutating func appendTable(_ holder: spoor_holder, pipes: UInt32, repeated: UInt32 = 0) {
    var table = spoor_descriptor_table()
    table.header = Self.header(SPOOR_WALK_TABLE, MemoryLayout.size(ofValue: table))
    table.holder = holder
    table.limit = 1024
    table.repeated = 77
    table.repeated_count = repeated
    table.counts.3 = pipes
    append(table)
  }

  private mutating func appendMaster(_ holder: spoor_holder, _ file: UInt64, _ descriptor: UInt32) {
    var master = spoor_pty_master()
    master.header = Self.header(SPOOR_WALK_MASTER, MemoryLayout.size(ofValue: master))
    master.holder = holder
    master.file = file
    master.made_ns = 1_000_500
    master.tty.minor = 4
    master.slave_state = SPOOR_SLAVE_CLOSED.rawValue
    master.descriptor = descriptor
    append(master)
  }

  private mutating func appendEnd(_ descriptors: UInt64 = 0) {
    append(
      spoor_walk_end(
        header: Self.header(SPOOR_WALK_END, MemoryLayout<spoor_walk_end>.size),
        descriptors: descriptors, tables: 3))
  }

  private func pass() throws(MalformedRecord) -> DescriptorPass {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: records.count, alignment: 8)
    defer { bytes.deallocate() }
    bytes.copyBytes(from: records)
    return try DescriptorPass(
      records: UnsafeRawBufferPointer(bytes), time: 9, duration: 5, wallOffset: 1_000_000)
  }

  private func key(_ id: UInt32) -> ProcessKey {
    ProcessKey(processID: id, startTime: UInt64(id) * 10)
  }

  @Test mutating func partsAndTablesOfAProcessAddUp() throws {
    appendTable(Self.holder(7, table: 1), pipes: 4096, repeated: 30)
    appendTable(Self.holder(7, table: 1), pipes: 10, repeated: 31)
    appendTable(Self.holder(8, table: 2), pipes: 1)
    appendTable(Self.holder(7, thread: 9, table: 3), pipes: 5, repeated: 2)
    appendEnd(4112)
    let pass = try pass()
    #expect(pass.processes[key(7)]?.counts[.pipe] == 4111)
    #expect(pass.processes[key(7)]?.repeated?.count == 31)
    #expect(pass.processes[key(7)]?.limit == 1024)
    #expect(pass.processes[key(8)]?.counts.total == 1)
    #expect(pass.processes[key(8)]?.repeated == nil)
    #expect(pass.descriptors == 4112)
    #expect(pass.tables == 3)
  }

  @Test mutating func aTableThatThreadsOfADeadLeaderShareCountsOnce() throws {
    for thread in [8, 9, 10] as [UInt32] {
      appendMaster(Self.holder(7, thread: thread, table: 1), 5, 3)
      appendTable(Self.holder(7, thread: thread, table: 1), pipes: 6)
    }
    // Another process that shares it has it too.
    appendTable(Self.holder(11, table: 1), pipes: 6)
    appendEnd()
    let pass = try pass()
    #expect(pass.processes[key(7)]?.counts[.pipe] == 6)
    #expect(pass.processes[key(11)]?.counts[.pipe] == 6)
    #expect(pass.masters.map(\.holders) == [[key(7): [3]]])
  }

  @Test mutating func aMasterHasAllItsHolders() throws {
    appendMaster(Self.holder(7, table: 1), 5, 3)
    appendMaster(Self.holder(7, table: 1), 5, 4)
    appendMaster(Self.holder(8, table: 2), 5, 9)
    appendMaster(Self.holder(12, table: 3, isTold: false), 5, 1)
    appendMaster(Self.holder(12, table: 3, isTold: false), 6, 2)
    appendEnd()
    let masters = try pass().masters
    #expect(masters.map(\.holders) == [[key(7): [3, 4], key(8): [9]], [:]])
    #expect(masters.map(\.otherDescriptors) == [1, 1])
    #expect(masters.map(\.index) == [4, 4])
    #expect(masters.map(\.slave) == [.closed, .closed])
    #expect(masters.map(\.madeTime) == [500, 500])
  }

  @Test mutating func aPassWithoutItsEndIsNone() {
    appendTable(Self.holder(7, table: 1), pipes: 4)
    #expect(throws: MalformedRecord.tooShort) { try pass() }
    appendEnd()
    #expect(throws: Never.self) { try pass() }
    records.removeLast(8)
    #expect(throws: MalformedRecord.tooShort) { try pass() }
  }

  @Test mutating func aRecordOfNoLengthOrKindIsRefused() {
    append(spoor_walk_header(kind: 1, length: 0))
    #expect(throws: MalformedRecord.tooShort) { try pass() }
    records = []
    append(spoor_walk_header(kind: 9, length: 8))
    #expect(throws: MalformedRecord.unknownKind(9)) { try pass() }
  }
}
