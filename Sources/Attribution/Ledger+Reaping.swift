// SPDX-License-Identifier: Apache-2.0

import Events

/// Who waited for whom. A wait tells it at once; a release proves it, some milliseconds late.
extension Ledger {
  mutating func apply(_ wait: Wait) {
    guard wait.news != .lives else { return }
    let waiter = wait.header.process
    processes.change(waiter) { $0.hasWaited = true }
    guard let child = wait.child else { return countAnonymous(wait) }
    guard let index = childrenByWaitID[child], let process = processes[index],
      process.exitTime != nil
    else { return }
    let role = role(of: waiter, thread: wait.header.threadID, for: process)
    if waiter == process.exitParent { return reap(index, at: wait.header.time, by: role, waiter) }
    // A tracer is told first, and reaps nothing: the parent is told after it.
    if waiter != process.tracer { markRemoved(index, by: role, waiter) }
  }

  /// One of the waiter's zombies is gone; which one, its release will tell.
  private mutating func countAnonymous(_ wait: Wait) {
    let waiter = wait.header.process
    guard wait.news == .ended, let known = processes[waiter], known.children.zombies > 0 else {
      return
    }
    anonymousReaps.add(waiter)
    processes.change(waiter) { waiter in
      waiter.children.zombies -= 1
      waiter.children.reaped += 1
    }
  }

  /// It was another's child, or nobody's end, that the waiter was told of.
  mutating func giveBack(_ count: Int, to waiter: ProcessKey) {
    processes.change(waiter) { waiter in
      waiter.children.zombies += count
      waiter.children.reaped -= count
    }
  }

  /// A released process was reaped by its last parent. If that is another than the one it ended
  /// under, the latter ended without waiting: an abandoned zombie, which stays unreaped.
  mutating func reap(_ index: ProcessIndex, _ process: TracedProcess, at release: Release) {
    let reaper = release.reaper?.process ?? process.exitParent
    let role = Self.role(of: release.reaper, for: process)
    guard let waiter = process.exitParent, reaper == waiter else {
      guard process.reapedBy == nil else { return }
      markRemoved(index, by: role, reaper)
      if let reaper, anonymousReaps.take(reaper) { giveBack(1, to: reaper) }
      return
    }
    if process.isIgnored { return reap(index, at: release.header.time, by: .kernel, nil) }
    guard anonymousReaps.take(waiter) else {
      return reap(index, at: release.header.time, by: role ?? .parent, waiter)
    }
    // Counted already: for the waiter, who mostly is the spawner.
    if process.spawner == waiter {
      return markReaped(index, at: release.header.time, by: .parent, waiter)
    }
    giveBack(1, to: waiter)
    reap(index, at: release.header.time, by: role ?? .parent, waiter)
  }

  mutating func reap(
    _ index: ProcessIndex, at time: UInt64, by role: ReapedBy, _ reaper: ProcessKey?
  ) {
    guard let process = processes[index], !process.isReaped else { return }
    markReaped(index, at: time, by: role, reaper)
    guard let exitTime = process.exitTime else { return }
    // A release comes a grace period late: what was waited for before the spawner's end counts.
    changeSpawner(of: process, at: exitTime) { spawner in
      spawner.children.zombies -= 1
      spawner.children.reaped += 1
    }
  }

  /// Its parent ended without waiting, and who adopted it took it out of the process table.
  private mutating func markRemoved(
    _ index: ProcessIndex, by role: ReapedBy?, _ adopter: ProcessKey?
  ) {
    processes.change(index) { process in
      process.reapedBy = role
      process.reaper = adopter
    }
  }

  /// The same without its spawner's counts.
  mutating func markReaped(
    _ index: ProcessIndex, at time: UInt64, by role: ReapedBy, _ reaper: ProcessKey?
  ) {
    processes.change(index) { process in
      process.isReaped = true
      process.reapTime = time
      process.reapedBy = role
      process.reaper = reaper
    }
    processEvents.append(ProcessEvent(time: time, process: index, kind: .reaped))
  }

  /// A process that was taken for reaped is in the process table still: a wait that told no
  /// status had only found it stopped.
  mutating func unreap(_ index: ProcessIndex) {
    guard let process = processes[index], process.isReaped, let exitTime = process.exitTime else {
      return
    }
    processes.change(index) { process in
      process.isReaped = false
      process.reapTime = nil
      process.reapedBy = nil
      process.reaper = nil
    }
    changeSpawner(of: process, at: exitTime) { spawner in
      spawner.children.reaped -= 1
      spawner.addZombie()
    }
  }

  private func role(
    of waiter: ProcessKey, thread: UInt32, for process: TracedProcess
  ) -> ReapedBy {
    if waiter == process.parent { return thread == process.parentThreadID ? .parent : .sibling }
    return processes[waiter]?.namespaceID == 1 ? .initProcess : .subreaper
  }

  private static func role(of reaper: Reaper?, for process: TracedProcess) -> ReapedBy? {
    guard let reaper else { return nil }
    if reaper.process == process.parent { return .parent }
    return reaper.isInit ? .initProcess : .subreaper
  }
}
