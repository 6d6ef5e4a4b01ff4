// SPDX-License-Identifier: Apache-2.0

import CSpoorABI

/// A process as the task iterator finds it now, its threads taken together.
public struct CensusEntry: Sendable {
  public var process: ProcessKey
  public var parent: ProcessKey
  /// The parent's thread that called fork, or that took the process over.
  public var parentThreadID: UInt32
  /// Who hears of its end before its parent, by ptrace.
  public var tracer: ProcessKey?
  public var namespaceID: UInt32
  /// What a wait call of its parent returns for it.
  public var waitID: WaitID
  public var userID: UInt32
  public var comm: CommName
  /// Of all its threads so far, in nanoseconds; a running one's to within a scheduler tick.
  public var cpuTime: UInt64
  /// 0 when it has ended, and for the kernel's own.
  public var residentBytes: UInt64
  public var peakResidentBytes: UInt64
  /// Every thread has ended, and nobody has waited: a leader may go before its threads.
  public var isZombie: Bool
  /// When any of its threads last ran, in nanoseconds since boot, to within a scheduler tick.
  ///
  /// A zombie's is when it ended: the kernel keeps no time of exit, but the scheduler's
  /// times of its last turn stay. Their clock leaves out suspension, so it may be too late by
  /// that.
  public var lastRan: UInt64
  /// Every thread has exited or is about to: what it holds goes piece by piece.
  public var isEnding: Bool
  /// A zombie's, as wait(2) will return it.
  public var waitStatus: Int32

  /// Takes the iterator's rows, one a thread, together.
  public static func processes(from threads: [spoor_census]) -> [CensusEntry] {
    var entries: [CensusEntry] = []
    var places: [ProcessKey: Int] = [:]
    for thread in threads {
      let entry = CensusEntry(thread)
      if let place = places[entry.process] {
        entries[place].add(entry)
      } else {
        places[entry.process] = entries.count
        entries.append(entry)
      }
    }
    return entries
  }

  private mutating func add(_ thread: CensusEntry) {
    cpuTime &+= thread.cpuTime
    isZombie = isZombie && thread.isZombie
    // The threads share one memory; one that has ended has none.
    residentBytes = max(residentBytes, thread.residentBytes)
    peakResidentBytes = max(peakResidentBytes, thread.peakResidentBytes)
    lastRan = max(lastRan, thread.lastRan)
    isEnding = isEnding || thread.isEnding
  }

  private init(_ raw: spoor_census) {
    process = ProcessKey(processID: raw.tgid, startTime: raw.start_time_ns)
    parent = ProcessKey(processID: raw.parent_tgid, startTime: raw.parent_start_ns)
    parentThreadID = raw.parent_tid
    tracer = ProcessKey(known: raw.tracer_tgid, raw.tracer_start_ns)
    namespaceID = raw.namespace_pid
    waitID = WaitID(raw.wait_id)
    userID = raw.uid
    comm = CommName(raw.comm)
    cpuTime = raw.cpu_ns
    residentBytes = raw.rss_bytes
    peakResidentBytes = raw.peak_rss_bytes
    isZombie = raw.flags & UInt32(SPOOR_CENSUS_DEAD) != 0
    isEnding = raw.flags & UInt32(SPOOR_CENSUS_ENDING) != 0
    lastRan = raw.last_ran_ns
    waitStatus = raw.status
  }
}
