// SPDX-License-Identifier: Apache-2.0

import CSpoorABI

extension DescriptorPass {
  /// Takes the records of one pass together.
  ///
  /// - Parameters:
  ///   - time: when the pass began, in nanoseconds since boot.
  ///   - duration: nanoseconds.
  ///   - wallOffset: what to take from a time of the wall clock to get one since boot.
  public init(
    records: UnsafeRawBufferPointer, time: UInt64, duration: UInt64, wallOffset: UInt64
  ) throws(MalformedRecord) {
    self.init(time: time, duration: duration)
    var decoder = Decoder(wallOffset: wallOffset)
    var rest = records[...]
    while !rest.isEmpty {
      let here = UnsafeRawBufferPointer(rebasing: rest)
      let header = try here.read(spoor_walk_header.self)
      let length = Int(header.length)
      guard length >= MemoryLayout<spoor_walk_header>.size, length <= here.count else {
        throw .tooShort
      }
      try decoder.take(
        UnsafeRawBufferPointer(rebasing: here[..<length]), kind: header.kind, into: &self)
      rest = rest.dropFirst(length)
    }
    // Without its last record a pass is a part of one, and what is missing would seem closed.
    guard decoder.isComplete else { throw .tooShort }
    masters = decoder.masters
  }

  private struct Decoder {
    let wallOffset: UInt64
    var isComplete = false
    var masters: [HeldMaster] = []
    private var masterPlaces: [UInt64: Int] = [:]
    private var walkers: [Table: UInt32] = [:]

    private struct Table: Hashable {
      var process: ProcessKey
      var identity: UInt64
    }

    init(wallOffset: UInt64) {
      self.wallOffset = wallOffset
    }

    mutating func take(
      _ record: UnsafeRawBufferPointer, kind: UInt32, into pass: inout DescriptorPass
    ) throws(MalformedRecord) {
      switch spoor_walk_kind(kind) {
      case SPOOR_WALK_TABLE: take(try record.read(spoor_descriptor_table.self), into: &pass)
      case SPOOR_WALK_MASTER: take(try record.read(spoor_pty_master.self))
      case SPOOR_WALK_INOTIFY: take(try record.read(spoor_inotify.self), into: &pass)
      case SPOOR_WALK_END:
        let end = try record.read(spoor_walk_end.self)
        pass.descriptors = end.descriptors
        pass.tables = end.tables
        isComplete = true
      default: throw .unknownKind(UInt16(truncatingIfNeeded: kind))
      }
    }

    /// The iterator leaves out threads that share their leader's table, but where the leader has
    /// ended it comes through each of the others.
    private mutating func isFirstWalk(_ holder: spoor_holder) -> Bool {
      let table = Table(process: ProcessKey(holder), identity: holder.table)
      if let walker = walkers[table] { return walker == holder.tid }
      walkers[table] = holder.tid
      return true
    }

    private mutating func take(_ table: spoor_descriptor_table, into pass: inout DescriptorPass) {
      guard table.holder.is_told != 0, isFirstWalk(table.holder) else { return }
      var held = pass.processes[ProcessKey(table.holder)] ?? HeldDescriptors()
      held.counts += DescriptorCounts(table)
      held.limit = table.limit
      if UInt64(table.repeated_count) > max(1, held.repeated?.count ?? 0) {
        held.repeated = RepeatedPath(
          identity: table.repeated, count: UInt64(table.repeated_count),
          thread: table.holder.visible_tid, descriptor: table.repeated_descriptor)
      }
      pass.processes[ProcessKey(table.holder)] = held
    }

    private mutating func take(_ raw: spoor_pty_master) {
      guard isFirstWalk(raw.holder) else { return }
      let place = masterPlaces[raw.file] ?? masters.count
      if place == masters.count {
        masterPlaces[raw.file] = place
        masters.append(
          HeldMaster(
            identity: raw.file, instance: raw.tty.instance, index: raw.tty.minor,
            slave: SlaveState(rawValue: UInt8(truncatingIfNeeded: raw.slave_state)) ?? .open,
            madeTime: raw.made_ns > wallOffset ? raw.made_ns - wallOffset : nil))
      }
      if raw.holder.is_told != 0 {
        masters[place].holders[ProcessKey(raw.holder), default: []].append(raw.descriptor)
      } else {
        masters[place].otherDescriptors += 1
      }
    }

    private mutating func take(_ raw: spoor_inotify, into pass: inout DescriptorPass) {
      guard isFirstWalk(raw.holder) else { return }
      pass.inotify.append(
        HeldInotify(
          identity: raw.file, holder: ProcessKey(raw.holder), thread: raw.holder.visible_tid,
          descriptor: raw.descriptor, userID: raw.uid, userInstances: raw.user_instances,
          userWatches: raw.user_watches))
    }
  }
}

extension ProcessKey {
  fileprivate init(_ holder: spoor_holder) {
    self.init(processID: holder.tgid, startTime: holder.start_time_ns)
  }
}
