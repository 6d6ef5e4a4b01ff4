// SPDX-License-Identifier: Apache-2.0

import Events

/// Lives of processes. Each step may come twice, from the ring and from the kernel's map after
/// a loss, and counts once.
extension Ledger {
  mutating func apply(_ fork: Fork) {
    let key = fork.header.process
    let index = processes.enter(key)
    guard processes[index]?.forkTime == nil else { return }
    let spawner = processes[fork.spawner]
    processes.change(index) { child in
      child.forkTime = fork.header.time
      child.spawner = fork.spawner
      child.parent = fork.parent
      child.parentID = fork.parent.processID
      child.namespaceID = fork.namespaceID
      child.userID = fork.userID
      child.comm = fork.comm.bytes
      guard child.executable.isEmpty, let spawner else { return }
      child.executable = spawner.executable
      child.arguments = spawner.arguments
      child.argumentsTruncated = spawner.argumentsTruncated
    }
    processes.change(fork.spawner) { spawner in
      spawner.children.spawned += 1
      spawner.children.alive += 1
    }
    childrenByWaitID[WaitID(waiter: fork.parent, child: fork.namespaceID)] = index
    processEvents.append(ProcessEvent(time: fork.header.time, process: index, kind: .fork))
  }

  mutating func apply(_ exec: Exec) {
    let index = processes.enter(exec.header.process)
    processes.change(index) { process in
      process.executable = Array(exec.interpreter.isEmpty ? exec.path : exec.interpreter)
      process.arguments = Array(exec.arguments)
      process.argumentsTruncated = exec.argumentsStatus != .whole
      process.comm = exec.comm.bytes
      process.userID = exec.userID
    }
    countLookup(index, exec: exec)
    processEvents.append(ProcessEvent(time: exec.header.time, process: index, kind: .exec))
  }

  mutating func apply(_ exit: Exit) {
    let index = processes.enter(exit.header.process)
    guard let process = processes[index], process.exitTime == nil else { return }
    processes.change(index) { process in
      process.exitTime = exit.header.time
      process.exit = ExitStatus(waitStatus: exit.waitStatus)
      process.peakResidentBytes = max(process.peakResidentBytes, exit.peakResidentBytes)
    }
    processEvents.append(ProcessEvent(time: exit.header.time, process: index, kind: .exit))
    changeChildren(of: process, at: exit.header.time) { children in
      children.alive -= 1
      children.zombies += 1
    }
    if exit.isAutoReaped { reap(index, at: exit.header.time) }
  }

  mutating func apply(_ wait: Wait) {
    let waiter = wait.header.process
    guard let child = wait.child else {
      anonymousWaits[waiter, default: 0] += 1
      return
    }
    guard let index = childrenByWaitID[WaitID(waiter: waiter, child: child)],
      processes[index]?.exitTime != nil
    else { return }
    reap(index, at: wait.header.time)
  }

  mutating func apply(_ release: Release) {
    guard let index = processes.index(of: release.header.process),
      let process = processes[index], !process.isReleased
    else { return }
    processes.change(index) { process in
      process.isReleased = true
      process.cpuTime = release.cpuTime
      process.peakResidentBytes = max(process.peakResidentBytes, release.peakResidentBytes)
    }
    if !process.isReaped, wasWaitedFor(process) { reap(index, at: release.header.time) }
    if let parent = process.parent {
      childrenByWaitID[WaitID(waiter: parent, child: process.namespaceID)] = nil
    }
  }

  /// Whether a released process was waited for. One whose parent ended before anybody waited
  /// was an abandoned zombie, which init removed.
  private mutating func wasWaitedFor(_ process: TracedProcess) -> Bool {
    guard let parent = process.parent, let parentEnd = processes[parent]?.exitTime,
      let exitTime = process.exitTime, exitTime <= parentEnd
    else { return true }
    guard let waits = anonymousWaits[parent], waits > 0 else { return false }
    anonymousWaits[parent] = waits - 1
    return true
  }

  private mutating func reap(_ index: ProcessIndex, at time: UInt64) {
    guard let process = processes[index], !process.isReaped else { return }
    processes.change(index) { process in
      process.isReaped = true
      process.reapTime = time
    }
    processEvents.append(ProcessEvent(time: time, process: index, kind: .reaped))
    guard let exitTime = process.exitTime else { return }
    // A release comes a grace period late: what was waited for before the spawner's end counts.
    changeChildren(of: process, at: exitTime) { children in
      children.zombies -= 1
      children.reaped += 1
    }
  }

  /// Changes the spawner's counts, unless it had ended by then: they stay as they were.
  private mutating func changeChildren(
    of process: TracedProcess, at time: UInt64, _ body: (inout ChildCounts) -> Void
  ) {
    guard let spawner = process.spawner, let known = processes[spawner], process.forkTime != nil
    else { return }
    if let end = known.exitTime, end < time { return }
    processes.change(spawner) { body(&$0.children) }
  }

  // MARK: Present state

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
