// SPDX-License-Identifier: Apache-2.0

import Events

/// The present state of processes: to begin with, and to heal what a loss left open.
extension Ledger {
  /// Enters processes that were there before the tracer, or heals what a loss left open.
  ///
  /// - Parameter isComplete: whether a process that is missing here is gone.
  public mutating func apply(census: [CensusEntry], at time: UInt64, isComplete: Bool) {
    for entry in census {
      let index = processes.enter(entry.process)
      let isNew = processes[index]?.forkTime == nil && processes[index]?.spawner == nil
      processes.change(index) { process in
        process.cpuTime = entry.cpuTime
        process.peakResidentBytes = max(process.peakResidentBytes, entry.peakResidentBytes)
        process.parentID = entry.parent.processID
        if process.comm.isEmpty { process.comm = entry.comm.bytes }
        guard isNew else { return }
        process.spawner = entry.parent
        process.parent = entry.parent
        process.namespaceID = entry.namespaceID
        process.userID = entry.userID
      }
      if isNew { enterPresentChild(index, entry) }
    }
    if isComplete { releaseMissing(from: census, at: time) }
  }

  /// A child that was there already: its parent has it alive, or as a zombie.
  private mutating func enterPresentChild(_ index: ProcessIndex, _ entry: CensusEntry) {
    childrenByWaitID[WaitID(waiter: entry.parent, child: entry.namespaceID)] = index
    processes.change(index) { $0.forkTime = $0.key.startTime }
    if processes.index(of: entry.parent) == nil { return }
    processes.change(entry.parent) { parent in
      parent.children.spawned += 1
      if entry.isZombie { parent.children.zombies += 1 } else { parent.children.alive += 1 }
    }
    if entry.isZombie { processes.change(index) { $0.exitTime = $0.key.startTime } }
  }

  /// A process that ended, and is in no process table any more, was released.
  private mutating func releaseMissing(from census: [CensusEntry], at time: UInt64) {
    let present = Set(census.map(\.process))
    let missing = processes.all.filter {
      $0.exitTime != nil && !$0.isReleased && !present.contains($0.key)
    }
    for process in missing {
      apply(
        Release(
          header: EventHeader(time: time, process: process.key, threadID: process.key.processID),
          cpuTime: process.cpuTime, peakResidentBytes: process.peakResidentBytes))
    }
  }

  /// Processes that ended and whose release has not been told.
  public var endedAndUnreleased: [ProcessKey] {
    processes.all.filter { $0.exitTime != nil && !$0.isReleased }.map(\.key)
  }

  /// Processes that have not ended.
  public var living: [ProcessKey] {
    processes.all.filter { $0.exitTime == nil }.map(\.key)
  }

  /// Takes over what the kernel's map knows of a process's life.
  public mutating func apply(_ state: ProcessState) {
    if let fork = state.fork { apply(fork) }
    if let exit = state.exit { apply(exit) }
    if let release = state.release { apply(release) }
  }

  /// Processes that no exec has named: they were there before the tracer.
  public mutating func takeNameless() -> [ProcessKey] {
    defer { processes.giveUpNaming() }
    return processes.nameless.compactMap { processes[$0]?.key }
  }

  /// Takes over a living process's peak, in bytes.
  public mutating func raisePeak(of key: ProcessKey, to bytes: UInt64) {
    processes.change(key) { $0.peakResidentBytes = max($0.peakResidentBytes, bytes) }
  }

  /// Names a process that was there before the tracer.
  public mutating func describe(
    _ key: ProcessKey, executable: [UInt8], arguments: [UInt8], comm: [UInt8], userID: UInt32?
  ) {
    processes.change(key) { process in
      process.executable = executable
      process.arguments = arguments
      if process.comm.isEmpty { process.comm = comm }
      if process.userID == nil { process.userID = userID }
    }
  }
}
