// SPDX-License-Identifier: Apache-2.0

/// What one pass over every open descriptor of the system found.
public struct DescriptorPass: Sendable {
  /// When it began, in nanoseconds since boot.
  public var time: UInt64
  /// Nanoseconds.
  public var duration: UInt64
  /// Nanoseconds of CPU time.
  public var cpuTime: UInt64 = 0
  /// Descriptors walked, those of processes that nobody asked for included.
  public var descriptors: UInt64 = 0
  /// Tables of descriptors walked: about one a process.
  public var tables: UInt64 = 0
  /// What the wanted processes hold; one without any descriptor is missing.
  public var processes: [ProcessKey: HeldDescriptors] = [:]
  /// Those that lived on when the pass was over: of any other, a part may be missing.
  public var survivors: Set<ProcessKey> = []
  /// A process may also be missing because a filter (`--uid`, `--comm`) no longer takes it in.
  public var isFiltered = false
  /// Every pty master of the system that some descriptor is open on.
  public var masters: [HeldMaster] = []
  public var inotify: [HeldInotify] = []
  /// Nil where /proc does not tell.
  public var pseudoterminals: PseudoterminalUse?
  public var inotifyLimits: InotifyLimits?

  public init(time: UInt64, duration: UInt64) {
    self.time = time
    self.duration = duration
  }
}

/// The descriptors of one process; a thread with a table of its own adds to them.
public struct HeldDescriptors: Hashable, Sendable {
  public var counts = DescriptorCounts()
  /// The soft RLIMIT_NOFILE.
  public var limit: UInt64 = 0
  /// The path that most descriptors are open on.
  public var repeated: RepeatedPath?
  /// Of all its inotify instances.
  public var watches: UInt64 = 0

  public init() {}
}

/// One place in the file system that many descriptors are open on.
public struct RepeatedPath: Hashable, Sendable {
  /// Names the directory entry while it lives.
  public var identity: UInt64
  /// Descriptors, at least.
  public var count: UInt64
  /// A thread, in spoor's pid namespace, and a descriptor of it that leads there.
  public var thread: UInt32
  public var descriptor: UInt32
  /// Empty while unknown.
  public var path: [UInt8] = []

  public init(identity: UInt64, count: UInt64, thread: UInt32, descriptor: UInt32) {
    self.identity = identity
    self.count = count
    self.thread = thread
    self.descriptor = descriptor
  }
}

/// The other side of a pty master.
public enum SlaveState: UInt8, Sendable, CaseIterable {
  case neverOpened = 0
  case open = 1
  /// It was open, and nobody has it open any more.
  case closed = 2

  /// As reports and recordings call it, such as `neverOpened`.
  public var name: String { "\(self)" }

  public init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }
}

/// One pty master: an open file, whatever number of descriptors lead to it.
public struct HeldMaster: Sendable {
  /// Names the open file while it lives.
  public var identity: UInt64
  /// The device number of the devpts mount; 0 for a BSD pair.
  public var instance: UInt32
  public var index: UInt32
  public var slave: SlaveState
  /// When the pair was made, or a little later, in nanoseconds since boot; nil if unknown.
  public var madeTime: UInt64?
  /// Descriptors of each wanted process that has it.
  public var holders: [ProcessKey: [UInt32]] = [:]
  /// Descriptors of other processes.
  public var otherDescriptors = 0

  public init(
    identity: UInt64, instance: UInt32, index: UInt32, slave: SlaveState, madeTime: UInt64?
  ) {
    self.identity = identity
    self.instance = instance
    self.index = index
    self.slave = slave
    self.madeTime = madeTime
  }
}

/// One inotify instance by one descriptor.
public struct HeldInotify: Sendable {
  /// Names the open file while it lives.
  public var identity: UInt64
  public var holder: ProcessKey
  /// In spoor's pid namespace.
  public var thread: UInt32
  public var descriptor: UInt32
  /// Whose limits count, and what of them is used.
  public var userID: UInt32
  public var userInstances: UInt64
  public var userWatches: UInt64

  public init(
    identity: UInt64, holder: ProcessKey, thread: UInt32, descriptor: UInt32, userID: UInt32,
    userInstances: UInt64, userWatches: UInt64
  ) {
    self.identity = identity
    self.holder = holder
    self.thread = thread
    self.descriptor = descriptor
    self.userID = userID
    self.userInstances = userInstances
    self.userWatches = userWatches
  }
}

/// /proc/sys/kernel/pty.
public struct PseudoterminalUse: Hashable, Sendable {
  /// Pairs of all devpts mounts.
  public var used: UInt64
  public var limit: UInt64
  /// Of the limit, what only the initial mount may use.
  public var reserve: UInt64

  public init(used: UInt64, limit: UInt64, reserve: UInt64) {
    self.used = used
    self.limit = limit
    self.reserve = reserve
  }
}

/// /proc/sys/fs/inotify: for each user.
public struct InotifyLimits: Hashable, Sendable {
  public var instances: UInt64
  public var watches: UInt64

  public init(instances: UInt64, watches: UInt64) {
    self.instances = instances
    self.watches = watches
  }
}
