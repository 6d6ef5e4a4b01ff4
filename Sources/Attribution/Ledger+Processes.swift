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
      process.executable = exec.executable
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
    if process.isAbandoned { return false }
    guard let parent = process.parent, let parentEnd = processes[parent]?.exitTime,
      let exitTime = process.exitTime, exitTime <= parentEnd
    else { return true }
    guard let waits = anonymousWaits[parent], waits > 0 else { return false }
    anonymousWaits[parent] = waits - 1
    return true
  }

  /// Remembers the zombies of parents that are about to be forgotten.
  mutating func markAbandoned(by parents: Set<ProcessKey>) {
    for process in processes.all where !process.isReaped && !process.isReleased {
      guard let parent = process.parent, parents.contains(parent),
        let exitTime = process.exitTime, let parentEnd = processes[parent]?.exitTime,
        exitTime <= parentEnd
      else { continue }
      processes.change(process.key) { $0.isAbandoned = true }
    }
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
}

extension Exec {
  /// The file that runs, as /proc/PID/exe tells it; as given where that has no path.
  fileprivate var executable: [UInt8] {
    walk.end.path(below: walk.base) ?? Array(interpreter.isEmpty ? path : interpreter)
  }

  /// The way to the file that was named: not to the interpreter of a script.
  var lookupWalk: Walk {
    var walk = walk
    if !interpreter.isEmpty { walk.end = Place() }
    return walk
  }

  /// execveat with a descriptor shows as /dev/fd/N/path: the call was given the rest.
  var lookedUpPath: UnsafeRawBufferPointer {
    let prefix: StaticString = "/dev/fd/"
    guard operation?.name == "execveat", path.count > prefix.utf8CodeUnitCount else { return path }
    let matches = prefix.withUTF8Buffer { path.starts(with: $0) }
    guard matches, let slash = path[prefix.utf8CodeUnitCount...].firstIndex(of: UInt8(ascii: "/"))
    else { return path }
    return UnsafeRawBufferPointer(rebasing: path[(slash + 1)...])
  }
}
