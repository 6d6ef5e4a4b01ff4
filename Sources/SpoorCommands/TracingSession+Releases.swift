// SPDX-License-Identifier: Apache-2.0

import Attribution
import CLinux
import Events
import Glibc
import Launcher
import Probe

/// The kernel tells that a process was reaped an RCU grace period later: what is on the way at the end.
extension TracingSession {
  /// Of children that were reaped at the start, as a trial of that hook: a grace period may be over
  /// only now, after the shortest tracing. Waits up to 30 seconds.
  func awaitFirstRelease(_ probe: borrowing Probe, _ pump: EventPump) {
    for _ in 0..<6000 {
      if probe.seesReleases { return }
      usleep(5_000)
    }
    let sentence = "Releases of processes are not seen: sched_process_free attached and never ran."
    printNotice("spoor: \(sentence)")
    pump.unseenSince.append(sentence)
  }

  /// Waits for releases that are on the way, 30 seconds at most: of those who have ended, are in the
  /// process table no more, and whose release the kernel side has not counted yet. A release shows
  /// an RCU grace period after the wait: some milliseconds, and more on a busy machine. What a whole
  /// grace period and a second after it have not shown, the kernel keeps to itself.
  ///
  /// - Parameter target: its siblings are this process's to reap, and on the way to be.
  func awaitReleases(
    _ probe: borrowing Probe, _ pump: EventPump, target: Int32?
  ) {
    var awaited = ReleasesOnTheWay()
    var quietSince = BootClock.now
    var isAfterGracePeriod = false
    for _ in 0..<6000 {
      if pump.ledger.endedAndUnreleased.isEmpty { return }
      if let target { StartedTarget.reapSiblings(of: target) }
      guard let census = try? probe.census(), let states = try? probe.processStates() else {
        return
      }
      let now = ReleasesOnTheWay(
        pump.ledger, CensusEntry.processes(from: census.threads),
        states.map { ProcessState($0, $1) }, target: target)
      if now.isEmpty { break }
      if now != awaited {
        (awaited, quietSince, isAfterGracePeriod) = (now, BootClock.now, false)
      } else if BootClock.now - quietSince > 1_000_000_000 {
        guard !isAfterGracePeriod else {
          pump.ledger.countMissedReleases(of: now.gone)
          break
        }
        spoor_await_grace_period()
        (quietSince, isAfterGracePeriod) = (BootClock.now, true)
      }
      usleep(5_000)
      probe.drain()
    }
    probe.drain()
  }
}

/// Who has ended, and whose release the kernel has not shown.
private struct ReleasesOnTheWay: Equatable {
  /// They are in the process table no more.
  var gone: Set<ProcessKey> = []
  /// They are this process's to reap.
  var ours: Set<ProcessKey> = []

  var isEmpty: Bool { gone.isEmpty && ours.isEmpty }

  init() {}

  /// - Parameter target: the child that somebody else reaps.
  init(
    _ ledger: borrowing Ledger, _ census: [CensusEntry], _ states: [ProcessState], target: Int32?
  ) {
    let ended = Set(ledger.endedAndUnreleased)
    let unreleased = states.filter { $0.release == nil }.map(\.process)
    gone = ended.subtracting(census.map(\.process)).intersection(unreleased)
    guard let target, let key = ledger.process(namespaceID: UInt32(target)),
      let own = ledger.process(key)?.parent
    else { return }
    ours = ended.intersection(
      census.filter { $0.parent == own && $0.process != key }.map(\.process))
  }
}
