// SPDX-License-Identifier: Apache-2.0

import CSpoorABI

/// How often a process looked something up by one operation: exact, from the kernel's map.
public struct LookupCounter: Sendable {
  public var process: ProcessKey
  public var operation: Operation
  public var total: UInt64
  public var failed: UInt64

  public init(_ key: spoor_lookup_key, _ count: spoor_lookup_count) {
    process = ProcessKey(processID: key.tgid, startTime: key.start_time_ns)
    operation = Operation(rawValue: UInt16(truncatingIfNeeded: key.operation))
    total = count.total
    failed = count.failed
  }
}

/// What a process wrote to one side of one terminal: exact, from the kernel's map.
public struct TerminalCounter: Sendable {
  public var process: ProcessKey
  public var instance: UInt32
  public var major: UInt32
  public var minor: UInt32
  public var isInput: Bool
  public var bytes: UInt64
  public var writes: UInt64
  public var failed: UInt64

  public init(_ key: spoor_tty_key, _ count: spoor_tty_count) {
    process = ProcessKey(processID: key.tgid, startTime: key.start_time_ns)
    instance = key.tty.instance
    major = key.tty.major
    minor = key.tty.minor
    isInput = key.tty.side == SPOOR_TTY_INPUT.rawValue
    bytes = count.bytes
    writes = count.writes
    failed = count.failed
  }
}

/// What the kernel's map keeps of a process's life, whatever became of the ring.
public struct ProcessState: Sendable {
  public var fork: Fork?
  public var exit: Exit?
  public var release: Release?

  public init(_ key: spoor_process_key, _ state: spoor_process) {
    let process = ProcessKey(processID: key.tgid, startTime: key.start_time_ns)
    func header(_ time: UInt64) -> EventHeader {
      EventHeader(time: time, process: process, threadID: key.tgid)
    }
    func has(_ flag: Int32) -> Bool { state.flags & UInt32(flag) != 0 }

    if has(SPOOR_PROCESS_FORKED) {
      fork = Fork(
        header: header(state.fork_time_ns),
        spawner: ProcessKey(processID: state.spawner_tgid, startTime: state.spawner_start_ns),
        parent: ProcessKey(processID: state.parent_tgid, startTime: state.parent_start_ns),
        namespaceID: state.namespace_pid,
        userID: state.uid,
        comm: CommName(state.comm))
    }
    if has(SPOOR_PROCESS_EXITED) {
      exit = Exit(
        header: header(state.exit_time_ns),
        waitStatus: state.status,
        peakResidentBytes: state.peak_rss_bytes,
        isAutoReaped: has(SPOOR_PROCESS_AUTOREAPED))
    }
    if has(SPOOR_PROCESS_RELEASED) {
      release = Release(
        header: header(state.release_time_ns),
        cpuTime: state.cpu_ns,
        peakResidentBytes: state.peak_rss_bytes)
    }
  }
}

/// A process as the task iterator finds it now, its threads taken together.
public struct CensusEntry: Sendable {
  public var process: ProcessKey
  public var parent: ProcessKey
  public var namespaceID: UInt32
  public var userID: UInt32
  public var comm: CommName
  /// Of all its threads so far, in nanoseconds.
  public var cpuTime: UInt64
  /// Of images that are gone: a zombie's is whole, a living process's is not.
  public var peakResidentBytes: UInt64
  /// Every thread has ended, and nobody has waited: a leader may go before its threads.
  public var isZombie: Bool

  /// Takes the iterator's rows, one a thread, together.
  public static func processes(from threads: [spoor_census]) -> [CensusEntry] {
    var entries: [CensusEntry] = []
    var places: [ProcessKey: Int] = [:]
    for thread in threads {
      let entry = CensusEntry(thread)
      if let place = places[entry.process] {
        entries[place].cpuTime += entry.cpuTime
        entries[place].isZombie = entries[place].isZombie && entry.isZombie
        entries[place].peakResidentBytes = max(
          entries[place].peakResidentBytes, entry.peakResidentBytes)
      } else {
        places[entry.process] = entries.count
        entries.append(entry)
      }
    }
    return entries
  }

  private init(_ raw: spoor_census) {
    process = ProcessKey(processID: raw.tgid, startTime: raw.start_time_ns)
    parent = ProcessKey(processID: raw.parent_tgid, startTime: raw.parent_start_ns)
    namespaceID = raw.namespace_pid
    userID = raw.uid
    comm = CommName(raw.comm)
    cpuTime = raw.cpu_ns
    peakResidentBytes = raw.peak_rss_bytes
    isZombie = raw.flags & UInt32(SPOOR_CENSUS_DEAD) != 0
  }
}

/// The kernel side's loss counters, summed over the CPUs.
public struct ProbeStatistics: Sendable {
  public var observed: UInt64 = 0
  public var delivered: UInt64 = 0
  public var ringFull: UInt64 = 0
  public var noScratch: UInt64 = 0
  public var pathUnreadable: UInt64 = 0
  public var pathTruncated: UInt64 = 0
  public var countsMissed: UInt64 = 0
  public var tasksMissed: UInt64 = 0
  public var compatCalls: UInt64 = 0
  public var recursionMisses: UInt64 = 0

  public init() {}

  public init(perCPU: [spoor_statistics], recursionMisses: UInt64) {
    for cpu in perCPU {
      observed += Self.sum(cpu.observed)
      delivered += Self.sum(cpu.delivered)
      let dropped = Self.byReason(cpu.dropped)
      ringFull += dropped.ringFull
      noScratch += dropped.noScratch
      pathUnreadable += cpu.path_unreadable
      pathTruncated += cpu.path_truncated
      countsMissed += cpu.counts_missed
      tasksMissed += cpu.tasks_missed
      compatCalls += cpu.compat_calls
    }
    self.recursionMisses = recursionMisses
  }

  private static func sum<Counters>(_ counters: Counters) -> UInt64 {
    withUnsafeBytes(of: counters) { $0.bindMemory(to: UInt64.self).reduce(0, +) }
  }

  /// The rows are kinds, the columns are reasons.
  private static func byReason<Counters>(_ counters: Counters)
    -> (ringFull: UInt64, noScratch: UInt64)
  {
    withUnsafeBytes(of: counters) { bytes in
      let cells = bytes.bindMemory(to: UInt64.self)
      let columns = Int(SPOOR_DROP_COUNT.rawValue)
      func column(_ reason: spoor_drop) -> UInt64 {
        stride(from: Int(reason.rawValue), to: cells.count, by: columns)
          .reduce(0) { $0 + cells[$1] }
      }
      return (column(SPOOR_DROP_RING_FULL), column(SPOOR_DROP_NO_SCRATCH))
    }
  }
}
