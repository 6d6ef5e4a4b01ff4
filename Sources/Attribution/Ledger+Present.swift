// SPDX-License-Identifier: Apache-2.0

import Events

/// The present state of processes: to begin with, at each interval, and to heal what a loss
/// left open.
extension Ledger {
  /// Takes over what processes are and use now, and enters those that were there before the
  /// tracer.
  ///
  /// - Parameter isComplete: whether a process that is missing here is gone.
  public mutating func apply(census: [CensusEntry], at time: UInt64, isComplete: Bool) {
    var new: [Int] = []
    for (place, entry) in census.enumerated() {
      let index = processes.enter(entry.process)
      if processes[index]?.forkTime == nil { new.append(place) }
      update(index, entry)
    }
    // In a second round, since a parent may come after its children.
    for place in new { enterPresent(census[place], at: time) }
    if isComplete { releaseMissing(from: census, at: time) }
    // Were its release only late, it would set this right.
    for (waiter, count) in anonymousReaps.endOverdue() { giveBack(count, to: waiter) }
  }

  private mutating func update(_ index: ProcessIndex, _ entry: CensusEntry) {
    guard let known = processes[index] else { return }
    if known.isReaped && entry.isZombie { unreap(index) }
    let isUsing = !entry.isZombie && known.exitTime == nil
    let resident = isUsing ? entry.residentBytes : nil
    // A thread that ends during the pass may be missed by it.
    let cpuTime = max(known.cpuTime, entry.cpuTime)
    let peak = max(known.peakResidentBytes, entry.peakResidentBytes)
    let comm = entry.comm.bytes
    if known.cpuTime == cpuTime, known.residentBytes == resident,
      known.peakResidentBytes == peak, known.presentParent == entry.parent, known.comm == comm,
      known.userID == entry.userID
    {
      return
    }
    if let resident, known.cpuTime != cpuTime || known.residentBytes != resident {
      usages.append(ProcessUsage(process: index, cpuTime: cpuTime, residentBytes: resident))
    }
    processes.change(index) { process in
      process.cpuTime = cpuTime
      process.residentBytes = resident
      process.peakResidentBytes = peak
      process.presentParent = entry.parent
      process.comm = comm
      process.userID = entry.userID
    }
  }

  /// Its parent has it alive, or as a zombie; who called fork is not known.
  private mutating func enterPresent(_ entry: CensusEntry, at time: UInt64) {
    let index = processes.enter(entry.process)
    assume(index, entry.parent)
    childrenByWaitID[entry.waitID] = index
    processes.change(index) { process in
      process.parentThreadID = entry.parentThreadID
      process.namespaceID = entry.namespaceID
      process.waitID = entry.waitID
      guard entry.isZombie else { return }
      process.exitTime = min(max(entry.lastRan, process.key.startTime), time)
      process.isExitTimeEstimated = true
      process.exit = ExitStatus(waitStatus: entry.waitStatus)
      process.exitParent = entry.parent
      process.tracer = entry.tracer
    }
    guard entry.isZombie else { return }
    processes.change(entry.parent) { parent in
      parent.children.alive -= 1
      parent.addZombie()
    }
  }

  /// A process that ended, and is in no process table any more, was released.
  private mutating func releaseMissing(from census: [CensusEntry], at time: UInt64) {
    let present = Set(census.map(\.process))
    let missing = processes.all.filter {
      $0.exitTime != nil && !$0.isReleased && !present.contains($0.key)
    }
    for process in missing {
      guard !wasLeftToOthers(process) else {
        processes.change(process.key) { $0.isReleased = true }
        continue
      }
      apply(
        Release(
          header: EventHeader(time: time, process: process.key, threadID: process.key.processID),
          cpuTime: process.cpuTime, peakResidentBytes: process.peakResidentBytes,
          reaper: process.exitParent.map {
            Reaper(process: $0, isInit: processes[$0]?.namespaceID == 1)
          }))
    }
  }

  /// Counts what a pass took.
  ///
  /// - Parameter duration: in nanoseconds.
  public mutating func countCensus(threads: Int, duration: UInt64) {
    threadCensus.passes += 1
    threadCensus.threads += UInt64(threads)
    threadCensus.duration += duration
  }

  /// Whether nobody saw the parent wait, which has ended too: then whoever adopted the process
  /// removed it, and only its release tells who that was.
  private func wasLeftToOthers(_ process: TracedProcess) -> Bool {
    guard !process.isReaped, !process.isIgnored, let parent = process.exitParent else {
      return false
    }
    return processes[parent]?.exitTime != nil && !anonymousReaps.has(parent)
  }

  /// Processes that ended and whose release has not been told.
  public var endedAndUnreleased: [ProcessKey] {
    processes.all.filter { $0.exitTime != nil && !$0.isReleased }.map(\.key)
  }

  /// Counts processes that left the process table, and the kernel never told. Who reaped one whose
  /// parent has ended too, and was not seen to wait for it, is a guess.
  public mutating func countMissedReleases(of keys: Set<ProcessKey>) {
    lossAccount.releasesMissed += UInt64(keys.count)
    let guesses = keys.compactMap { processes[$0] }.filter { process in
      !process.isReaped && !process.isIgnored
        && process.exitParent.flatMap { processes[$0] }?.exitTime != nil
    }
    lossAccount.reapersUnknown += UInt64(guesses.count)
  }

  /// Processes that have not ended.
  public var living: [ProcessKey] {
    processes.all.filter { $0.exitTime == nil }.map(\.key)
  }

  /// The oldest process with this id in its own pid namespace: ids are used again.
  public func process(namespaceID: UInt32) -> ProcessKey? {
    processes.all.filter { $0.namespaceID == namespaceID }.map(\.key)
      .min { $0.startTime < $1.startTime }
  }

  /// Takes over what the kernel's map knows of a process's life.
  public mutating func apply(_ state: ProcessState) {
    if let fork = state.fork { apply(fork) }
    if let exit = state.exit { apply(exit) }
    if let release = state.release { apply(release) }
    noteWaiting(state)
  }

  /// Takes over whether it ever waited, which no event tells while it waits.
  public mutating func noteWaiting(_ state: ProcessState) {
    guard state.hasWaited, processes[state.process]?.hasWaited == false else { return }
    processes.change(state.process) { $0.hasWaited = true }
  }

  /// Processes that no exec has named: they were there before the tracer.
  public mutating func takeNameless() -> [ProcessKey] {
    defer { processes.giveUpNaming() }
    return processes.nameless.compactMap { processes[$0]?.key }
  }

  /// Names a process of which no exec tells: it was there before the tracer, or a loss or a filter
  /// took its exec.
  public mutating func describe(
    _ key: ProcessKey, executable: [UInt8], arguments: [UInt8], comm: [UInt8], userID: UInt32?
  ) {
    processes.change(key) { process in
      process.executable = executable
      process.arguments = arguments
      process.comm = comm
      if process.userID == nil { process.userID = userID }
    }
  }
}
