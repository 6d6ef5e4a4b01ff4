// SPDX-License-Identifier: Apache-2.0

import Events

/// Pty masters from one pass to the next, and in between where the kernel tells of each at once.
struct MasterTable {
  /// An open file is named by its address, which is used again; so is the pair's index.
  private struct Identity: Hashable {
    var file: UInt64
    var instance: UInt32
    var index: UInt32
  }

  private struct Place: Hashable {
    var process: ProcessKey
    var descriptor: UInt32
  }

  private struct Known {
    var number: Int
    var master: PTYMaster
    /// When the pass began that found it first, or when it was opened.
    var entered: UInt64
    /// What its node told of when it was made: also while that pass went by.
    var made: UInt64
    /// Whether its opening was told, and its release will be.
    var isFollowed: Bool
  }

  private var held: [Identity: Known] = [:]
  private var next = 0
  private var lastPassTime: UInt64 = 0
  private var changed: [(number: Int, master: PTYMaster)] = []
  /// Opens of a ptmx that no pass has found a master for yet.
  private var opens: [Place: UInt64] = [:]
  /// Released since the last pass began.
  private var released: [Identity: UInt64] = [:]
  /// More than all pseudoterminals of a default system.
  private static let openRoom = 8192

  /// Whether somebody opened a master since the last pass.
  var hasOpens: Bool { !opens.isEmpty }

  /// Remembers who opened a master.
  mutating func noteOpen(by process: ProcessKey, descriptor: UInt32, at time: UInt64) {
    guard opens.count < Self.openRoom else { return }
    opens[Place(process: process, descriptor: descriptor)] = time
  }

  /// Takes in what was told of one as it happened.
  mutating func apply(_ change: MasterChange) {
    let time = change.header.time
    let identity = Identity(file: change.identity, instance: change.instance, index: change.index)
    // Before it is opened anew, too: then its release was lost.
    if let gone = held.removeValue(forKey: identity) { end(gone, at: time) }
    guard !change.isRelease else {
      if released.count < Self.openRoom { released[identity] = time }
      return
    }
    released[identity] = nil
    let opener = change.header.process
    let master = PTYMaster(
      instance: change.instance, index: change.index, slave: .neverOpened, madeTime: time,
      opener: opener, openerIsSeen: true, holders: [opener: 1], otherDescriptors: 0)
    held[identity] = add(master, enteredAt: time, madeAt: time, isFollowed: true)
  }

  /// Takes a pass in, and returns what each process holds.
  mutating func apply(_ pass: DescriptorPass) -> [ProcessKey: MasterUse] {
    var uses: [ProcessKey: MasterUse] = [:]
    var still: [Identity: Known] = [:]
    for found in pass.masters {
      let identity = Identity(file: found.identity, instance: found.instance, index: found.index)
      for holder in found.holders.keys { uses[holder, default: MasterUse()].count(found.slave) }
      // Opened since, in the place of what the pass found; or released since.
      if held[identity].map({ $0.entered > pass.time })
        ?? (released[identity, default: 0] > pass.time)
      {
        continue
      }
      if let known = continued(found, held[identity]) {
        still[identity] = known
        held[identity] = nil
      } else if let known = entered(found, at: pass.time) {
        still[identity] = known
      }
    }
    for (identity, known) in held.sorted(by: { $0.value.number < $1.value.number }) {
      if known.entered > pass.time {
        still[identity] = known
      } else {
        end(known, at: pass.time)
      }
    }
    held = still
    released = released.filter { $0.value > pass.time }
    lastPassTime = pass.time
    // An open during the pass may be of a descriptor that it had passed by.
    opens = opens.filter { $0.value > pass.time }
    return uses
  }

  /// The master as it is now, if the one found is the one known.
  private mutating func continued(_ found: HeldMaster, _ known: Known?) -> Known? {
    guard var known else { return nil }
    // One that was made since took the place of one that was closed.
    if !known.isFollowed, let made = found.madeTime, made > lastPassTime, made > known.made {
      return nil
    }
    let before = known.master
    known.master.slave = found.slave
    known.master.holders = found.holders.mapValues { UInt64($0.count) }
    known.master.otherDescriptors = UInt64(found.otherDescriptors)
    // Opened as the last pass went by, which found it before the open was told.
    if !known.master.openerIsSeen, known.entered == lastPassTime, let opening = opening(of: found) {
      known.master.opener = opening.process
      known.master.openerIsSeen = true
      known.master.madeTime = min(known.master.madeTime, opening.time)
    }
    if known.master != before { changed.append((known.number, known.master)) }
    return known
  }

  /// A new one, if a followed process holds it.
  private mutating func entered(_ found: HeldMaster, at time: UInt64) -> Known? {
    let oldest = found.holders.keys.min {
      ($0.startTime, $0.processID) < ($1.startTime, $1.processID)
    }
    guard let oldest else { return nil }
    let seen = opening(of: found)
    let master = PTYMaster(
      instance: found.instance, index: found.index, slave: found.slave,
      madeTime: min(seen?.time ?? .max, found.madeTime ?? .max, time),
      opener: seen?.process ?? oldest, openerIsSeen: seen != nil,
      holders: found.holders.mapValues { UInt64($0.count) },
      otherDescriptors: UInt64(found.otherDescriptors))
    return add(
      master, enteredAt: time, madeAt: found.madeTime ?? master.madeTime, isFollowed: false)
  }

  private mutating func add(
    _ master: PTYMaster, enteredAt entered: UInt64, madeAt made: UInt64, isFollowed: Bool
  ) -> Known {
    defer { next += 1 }
    changed.append((next, master))
    return Known(
      number: next, master: master, entered: entered, made: made, isFollowed: isFollowed)
  }

  private mutating func end(_ known: Known, at time: UInt64) {
    var master = known.master
    master.goneTime = time
    changed.append((known.number, master))
  }

  /// Who was seen to open it, of those who hold it where they did.
  private func opening(of found: HeldMaster) -> (process: ProcessKey, time: UInt64)? {
    found.holders.lazy.flatMap { process, descriptors in
      descriptors.map { Place(process: process, descriptor: $0) }
    }.compactMap { place in opens[place].map { (place.process, $0) } }.first
  }

  /// What changed since the last call, the last state of each.
  mutating func takeChanged() -> [(number: Int, master: PTYMaster)] {
    defer { changed.removeAll(keepingCapacity: true) }
    return changed
  }
}
