// SPDX-License-Identifier: Apache-2.0

import Events

/// The descriptors of one process, as the passes found them while it lived.
public struct DescriptorUse: Hashable, Sendable {
  /// At the first pass that found it.
  public var first = DescriptorCounts()
  /// At the last pass that found it alive.
  public var last = DescriptorCounts()
  /// Each class's most; not all at once.
  public var peak = DescriptorCounts()
  /// The soft RLIMIT_NOFILE, as last seen.
  public var limit: UInt64 = 0
  public var masters = MasterUse()
  /// Open files, where `last[.inotify]` counts descriptors.
  public var inotifyInstances: UInt64 = 0
  public var inotifyWatches: UInt64 = 0
  /// How many descriptors are open on `repeatedPath`, the path of most of them, at least.
  public var repeatedCount: UInt64 = 0
  /// Raw bytes; empty where it is unknown.
  public var repeatedPath: [UInt8] = []

  public init() {}

  /// Descriptors more than at the first pass, or fewer.
  public var growth: Int64 {
    Int64(clamping: last.total) - Int64(clamping: first.total)
  }
}

/// The pty masters that a process holds: open files, by what became of their slaves.
public struct MasterUse: Hashable, Sendable {
  public var slaveOpen: UInt64 = 0
  /// Nobody has the slave open any more: the leak.
  public var slaveClosed: UInt64 = 0
  public var slaveNeverOpened: UInt64 = 0

  public init(slaveOpen: UInt64 = 0, slaveClosed: UInt64 = 0, slaveNeverOpened: UInt64 = 0) {
    self.slaveOpen = slaveOpen
    self.slaveClosed = slaveClosed
    self.slaveNeverOpened = slaveNeverOpened
  }

  /// All of them.
  public var masters: UInt64 { slaveOpen &+ slaveClosed &+ slaveNeverOpened }

  mutating func count(_ slave: SlaveState) {
    switch slave {
    case .open: slaveOpen += 1
    case .closed: slaveClosed += 1
    case .neverOpened: slaveNeverOpened += 1
    }
  }
}

/// One pty master over its life: an open file, whatever number of descriptors lead to it.
public struct PTYMaster: Hashable, Sendable {
  /// The device number of the devpts mount; 0 for a BSD pair.
  public var instance: UInt32
  public var index: UInt32
  /// As last seen.
  public var slave: SlaveState
  /// When the pair was made, or a little later, in nanoseconds since boot.
  public var madeTime: UInt64
  /// When a pass found no holder any more, in nanoseconds since boot; nil while it is held.
  public var goneTime: UInt64?
  /// Who opened it; where that was not seen, the oldest of the processes that first held it.
  public var opener: ProcessKey
  /// Whether `opener` was seen to open it.
  public var openerIsSeen: Bool
  /// How many descriptors each followed process has of it, as last seen.
  public var holders: [ProcessKey: UInt64]
  /// Descriptors of processes that are not followed, as last seen.
  public var otherDescriptors: UInt64

  public init(
    instance: UInt32, index: UInt32, slave: SlaveState, madeTime: UInt64, goneTime: UInt64? = nil,
    opener: ProcessKey, openerIsSeen: Bool, holders: [ProcessKey: UInt64],
    otherDescriptors: UInt64 = 0
  ) {
    self.instance = instance
    self.index = index
    self.slave = slave
    self.madeTime = madeTime
    self.goneTime = goneTime
    self.opener = opener
    self.openerIsSeen = openerIsSeen
    self.holders = holders
    self.otherDescriptors = otherDescriptors
  }
}

/// What a recording keeps of a pass as a whole.
public struct DescriptorPassRow: Hashable, Sendable {
  /// Counts from 0.
  public var number: Int
  /// When it began, in nanoseconds since boot.
  public var time: UInt64
  /// Nanoseconds.
  public var duration: UInt64
  /// Nanoseconds of CPU time.
  public var cpuTime: UInt64
  /// Descriptors walked, of all processes of the system.
  public var descriptors: UInt64
  /// Tables of descriptors walked.
  public var tables: UInt64
  /// Nil where /proc does not tell.
  public var pseudoterminals: PseudoterminalUse?
  /// Pty masters that some process's descriptor is open on.
  public var explainedMasters: UInt64
  /// Those of them that a followed process holds.
  public var followedMasters: UInt64
  public var inotifyLimits: InotifyLimits?

  public init(
    number: Int, time: UInt64, duration: UInt64, cpuTime: UInt64, descriptors: UInt64,
    tables: UInt64, pseudoterminals: PseudoterminalUse? = nil, explainedMasters: UInt64 = 0,
    followedMasters: UInt64 = 0, inotifyLimits: InotifyLimits? = nil
  ) {
    self.number = number
    self.time = time
    self.duration = duration
    self.cpuTime = cpuTime
    self.descriptors = descriptors
    self.tables = tables
    self.pseudoterminals = pseudoterminals
    self.explainedMasters = explainedMasters
    self.followedMasters = followedMasters
    self.inotifyLimits = inotifyLimits
  }
}

/// A count that a pass found other than the pass before.
public struct DescriptorChange: Hashable, Sendable {
  public var pass: Int
  public var process: ProcessIndex
  public var descriptorClass: DescriptorClass
  public var count: UInt64

  public init(
    pass: Int, process: ProcessIndex, descriptorClass: DescriptorClass, count: UInt64
  ) {
    self.pass = pass
    self.process = process
    self.descriptorClass = descriptorClass
    self.count = count
  }
}

/// What one user has of inotify, in all its processes.
public struct InotifyUse: Hashable, Sendable {
  public var userID: UInt32
  public var instances: UInt64
  public var watches: UInt64

  public init(userID: UInt32, instances: UInt64, watches: UInt64) {
    self.userID = userID
    self.instances = instances
    self.watches = watches
  }
}

/// What the passes of one interval found.
public struct DescriptorInterval: Sendable {
  public var passes: [DescriptorPassRow] = []
  public var changes: [DescriptorChange] = []
  /// Pty masters that are new, or other than they were, by a number that stays.
  public var masters: [(number: Int, master: PTYMaster)] = []
  /// As last seen.
  public var inotifyUsers: [InotifyUse] = []

  public init() {}
}
