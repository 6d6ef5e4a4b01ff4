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
