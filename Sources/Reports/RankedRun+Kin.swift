// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Recording

/// Zombies and orphans of a recording, as its end finds them.
struct KinOfRun {
  /// By spawner.
  var oldestZombieSeconds: [ProcessKey: Double] = [:]
  /// By present parent, where that is not the spawner.
  var adopted: [ProcessKey: ReportDocument.Adopted] = [:]
  /// Those who have reaped somebody, by whatever call.
  var reapers: Set<ProcessKey> = []

  init(_ run: RecordedRun) {
    for process in run.processes {
      if let reaper = process.reaper, process.reapedBy != .kernel { reapers.insert(reaper) }
      let zombie = run.zombieSeconds(process)
      if let spawner = process.spawner, let zombie {
        oldestZombieSeconds[spawner] = max(oldestZombieSeconds[spawner] ?? 0, zombie)
      }
      guard let parent = process.presentParent, parent != process.spawner else { continue }
      if zombie != nil {
        adopted[parent, default: .init(alive: 0, zombies: 0)].zombies += 1
      } else if process.state == .alive {
        adopted[parent, default: .init(alive: 0, zombies: 0)].alive += 1
      }
    }
  }
}

extension RecordedRun {
  /// When the recording ended, in nanoseconds since boot.
  var endTime: UInt64 { .saturating(header.startTime, duration) }

  /// How long a process has been a zombie at the end; nil for others.
  func zombieSeconds(_ process: TracedProcess) -> Double? {
    guard process.state == .zombie, let exitTime = process.exitTime else { return nil }
    return Double(endTime > exitTime ? endTime - exitTime : 0) / 1e9
  }
}

extension RankedRun {
  var oldestZombieSeconds: [ProcessKey: Double] { kin.oldestZombieSeconds }
  var adopted: [ProcessKey: ReportDocument.Adopted] { kin.adopted }
  var reapers: Set<ProcessKey> { kin.reapers }

  func zombieSeconds(_ process: TracedProcess) -> Double? { run.zombieSeconds(process) }
}
