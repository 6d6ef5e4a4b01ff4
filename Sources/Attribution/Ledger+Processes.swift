// SPDX-License-Identifier: Apache-2.0

import Events

/// Lives of processes. Each step may come twice, from the ring and from the kernel's map after
/// a loss, and counts once. A census may have told of a step before its event comes.
extension Ledger {
  mutating func apply(_ fork: Fork) {
    let key = fork.header.process
    let index = processes.enter(key)
    guard let known = processes[index], known.forkTime == nil || known.isSpawnerAssumed else {
      return
    }
    if known.isSpawnerAssumed { withdraw(index) }
    let spawner = processes[fork.spawner]
    processes.change(index) { child in
      child.forkTime = fork.header.time
      child.spawner = fork.spawner
      child.parent = fork.parent
      child.presentParent = fork.parent
      child.parentThreadID = fork.parentThreadID
      child.namespaceID = fork.namespaceID
      child.waitID = fork.waitID
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
    childrenByWaitID[fork.waitID] = index
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
    if let parent = exit.parent, processes[index]?.spawner == nil { assume(index, parent) }
    guard let process = processes[index], process.exitTime == nil || process.isExitTimeEstimated
    else { return }
    processes.change(index) { process in
      process.exitTime = exit.header.time
      process.isExitTimeEstimated = false
      process.exit = ExitStatus(waitStatus: exit.waitStatus)
      process.presentParent = exit.parent ?? process.presentParent
      process.exitParent = process.presentParent
      process.tracer = exit.tracer
      process.isIgnored = exit.isIgnored
      process.peakResidentBytes = max(process.peakResidentBytes, exit.peakResidentBytes)
      process.residentBytes = nil
    }
    processEvents.append(ProcessEvent(time: exit.header.time, process: index, kind: .exit))
    if process.exitTime == nil {
      changeSpawner(of: process, at: exit.header.time) { spawner in
        spawner.children.alive -= 1
        if exit.isAutoReaped { spawner.children.reaped += 1 } else { spawner.addZombie() }
      }
      if exit.isAutoReaped { markReaped(index, at: exit.header.time, by: .kernel, nil) }
    } else if exit.isAutoReaped {
      reap(index, at: exit.header.time, by: .kernel, nil)
    }
  }

  mutating func apply(_ release: Release) {
    guard let index = processes.index(of: release.header.process),
      let process = processes[index], !process.isReleased
    else { return }
    processes.change(index) { process in
      process.isReleased = true
      process.cpuTime = max(process.cpuTime, release.cpuTime)
      process.peakResidentBytes = max(process.peakResidentBytes, release.peakResidentBytes)
      process.residentBytes = nil
    }
    if !process.isReaped { reap(index, process, at: release) }
    if let id = process.waitID, childrenByWaitID[id] == index { childrenByWaitID[id] = nil }
  }

  /// Counts a process under a parent that stands for its spawner, who is not known.
  mutating func assume(_ index: ProcessIndex, _ parent: ProcessKey) {
    processes.change(index) { process in
      process.spawner = parent
      process.parent = parent
      process.presentParent = parent
      process.isSpawnerAssumed = true
      process.forkTime = process.key.startTime
    }
    processes.change(parent) { parent in
      parent.children.spawned += 1
      parent.children.alive += 1
    }
  }

  /// Takes back what a census assumed: the process's own events come now, from its fork on.
  private mutating func withdraw(_ index: ProcessIndex) {
    guard let process = processes[index], let parent = process.spawner else { return }
    processes.change(parent) { parent in
      parent.children.spawned -= 1
      if process.isReaped {
        parent.children.reaped -= 1
      } else if process.exitTime != nil {
        parent.children.zombies -= 1
      } else {
        parent.children.alive -= 1
      }
    }
    processes.change(index) { process in
      process.isSpawnerAssumed = false
      process.exitTime = nil
      process.exit = nil
      process.isExitTimeEstimated = false
    }
  }

  /// Changes the spawner, unless it had ended by then: its counts stay as they were.
  mutating func changeSpawner(
    of process: TracedProcess, at time: UInt64, _ body: (inout TracedProcess) -> Void
  ) {
    guard let spawner = process.spawner, let known = processes[spawner], process.forkTime != nil
    else { return }
    if let end = known.exitTime, end < time { return }
    processes.change(spawner, body)
  }
}

extension TracedProcess {
  /// A child of it ended, and nobody has waited for that yet.
  mutating func addZombie() {
    children.zombies += 1
    zombiePeak = max(zombiePeak, children.zombies)
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
}
