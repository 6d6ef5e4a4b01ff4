// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings

extension RunFigures {
  /// Fills in the figures.
  mutating func measure(_ timeline: Timeline, _ sections: [PhaseSection]) {
    let roles = Role.all(of: timeline)
    var phasesByInterval = Array(repeating: [String](), count: timeline.intervals.count)
    for section in sections {
      for place in section.intervals { phasesByInterval[place].append(section.name) }
    }
    let measuring = Measuring(
      timeline: timeline, roles: roles, phasesByInterval: phasesByInterval,
      indices: Dictionary(
        timeline.processes.map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first }))
    countLookups(measuring)
    countOutput(measuring)
    countSpawns(measuring)
    countCPU(measuring)
    // Two marks of one name are one phase, which ends with the second.
    let last = Dictionary(sections.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    for section in last.values { look(at: section, measuring) }
  }

  private mutating func countLookups(_ measuring: Measuring) {
    for row in measuring.timeline.lookups {
      guard let (role, phases) = measuring.place(row.process, in: row.interval) else { continue }
      let looked = measuring.timeline.paths[row.path]
      let path = looked.map { $0.absolute ?? $0.given } ?? []
      for phase in phases {
        figures[Measure(phase, role, .lookups), default: Figure()].add(Double(row.count), of: path)
        guard row.failed > 0 else { continue }
        figures[Measure(phase, role, .failedLookups), default: Figure()]
          .add(Double(row.failed), of: path)
      }
    }
  }

  private mutating func countOutput(_ measuring: Measuring) {
    for row in measuring.timeline.outputs {
      guard let (role, phases) = measuring.place(row.process, in: row.interval) else { continue }
      let terminal = measuring.timeline.terminals[row.terminal].map { Array($0.name.utf8) }
      for phase in phases {
        figures[Measure(phase, role, .ttyBytes), default: Figure()]
          .add(Double(row.bytes), of: terminal)
        figures[Measure(phase, role, .frames), default: Figure()].add(Double(row.frames))
        var perFrame = figures[Measure(phase, role, .bytesPerFrame)] ?? Figure()
        perFrame.add(Double(row.bytes))
        perFrame.divisor = (perFrame.divisor ?? 0) + Double(row.frames)
        figures[Measure(phase, role, .bytesPerFrame)] = perFrame
      }
    }
  }

  private mutating func countSpawns(_ measuring: Measuring) {
    for event in measuring.timeline.events where event.kind == .fork {
      guard let process = measuring.timeline.processes[event.process],
        let spawner = process.spawner.flatMap({ measuring.indices[$0] }),
        let interval = measuring.interval(at: event.time),
        let (role, phases) = measuring.place(spawner, in: interval)
      else { continue }
      let command = process.template.line
      for phase in phases {
        figures[Measure(phase, role, .spawns), default: Figure()].add(1, of: command)
      }
    }
  }

  private mutating func countCPU(_ measuring: Measuring) {
    let timeline = measuring.timeline
    let usages = Dictionary(grouping: timeline.usages, by: \.process)
    for (index, process) in timeline.processes {
      let used = timeline.cpuSeconds(of: index, process, usages: usages[index] ?? [])
      for (interval, seconds) in used where seconds > 0 {
        guard let (role, phases) = measuring.place(index, in: interval) else { continue }
        for phase in phases {
          figures[Measure(phase, role, .cpu), default: Figure()].add(seconds)
        }
      }
    }
  }

  /// How things stood at the phase's end.
  private mutating func look(at section: PhaseSection, _ measuring: Measuring) {
    let timeline = measuring.timeline
    let end = timeline.stand(of: section)
    let isAfterExit = section.name == Findings.Phase.afterExit.rawValue
    for (index, process) in timeline.processes {
      guard let role = measuring.roles[index], process.began <= end else { continue }
      if index != timeline.target, measuring.isZombie(process, at: end),
        let spawner = process.spawner.flatMap({ measuring.indices[$0] }),
        let spawnersRole = measuring.roles[spawner]
      {
        figures[Measure(section.name, spawnersRole, .zombies), default: Figure()]
          .add(1, of: process.template.line)
      }
      if isAfterExit, index != timeline.target, process.isThere(at: end) {
        figures[Measure(section.name, role, .survivors), default: Figure()]
          .add(1, of: process.template.line)
      }
    }
    for master in timeline.masters
    where master.madeTime <= end && (master.goneTime ?? .max) >= end {
      guard let opener = measuring.indices[master.opener], let role = measuring.roles[opener] else {
        continue
      }
      figures[Measure(section.name, role, .masters), default: Figure()].add(1)
    }
    for (row, count) in timeline.descriptorCounts(at: end) {
      guard let role = measuring.roles[row.process],
        timeline.processes[row.process]?.isThere(at: end) == true
      else { continue }
      let measure = Measure(section.name, role, .descriptors, subject: Array(row.kind.utf8))
      figures[measure, default: Figure()].add(Double(count))
    }
  }
}

/// What is looked up for each row.
private struct Measuring {
  let timeline: Timeline
  let roles: [ProcessIndex: Role]
  let phasesByInterval: [[String]]
  let indices: [ProcessKey: ProcessIndex]

  /// Whose row it is, and the phases that it counts for.
  func place(_ process: ProcessIndex, in interval: Int) -> (Role, [String])? {
    guard phasesByInterval.indices.contains(interval), let role = roles[process] else { return nil }
    return (role, phasesByInterval[interval])
  }

  /// It had ended, and a process that is followed had not waited for it: how fast init does is not
  /// the command's business.
  func isZombie(_ process: TracedProcess, at time: UInt64) -> Bool {
    guard process.isZombie(at: time, parentEnd: exitTime) else { return false }
    let parent = process.parent ?? process.spawner
    guard let parentEnd = parent.flatMap(exitTime), parentEnd < time else { return true }
    return process.presentParent.map { $0 != parent && indices[$0] != nil } ?? false
  }

  /// In nanoseconds since boot; nil while it lives.
  private func exitTime(of process: ProcessKey) -> UInt64? {
    indices[process].flatMap { timeline.processes[$0]?.exitTime }
  }

  /// The interval of a time, which is in nanoseconds since boot.
  func interval(at time: UInt64) -> Int? {
    let place = timeline.intervals.partition { $0.end > time }
    return place < timeline.intervals.count ? place : nil
  }
}

extension Timeline {
  /// When a phase's end is looked at: at the command's, where that ended it, since what a process
  /// holds goes with it; what is left after the command as the recording leaves it, which tells
  /// of things found a moment after its last interval.
  fileprivate func stand(of section: PhaseSection) -> UInt64 {
    guard let commandEnd = targetEnd ?? lastExit else { return section.end }
    if section.start < commandEnd { return min(section.end, commandEnd) }
    return section.end >= end ? .max : section.end
  }

  /// Of those that were followed by their ids, where that ended the recording.
  private var lastExit: UInt64? {
    guard target == nil, processes.values.allSatisfy({ !$0.isAlive }) else { return nil }
    return processes.values.compactMap(\.exitTime).max()
  }
}

extension TracedProcess {
  fileprivate func isThere(at time: UInt64) -> Bool {
    began <= time && (exitTime.map { $0 >= time } ?? isAlive)
  }
}

extension Timeline {
  fileprivate struct DescriptorRow: Hashable {
    var process: ProcessIndex
    var kind: String
  }

  /// What the last pass until then had found.
  fileprivate func descriptorCounts(at time: UInt64) -> [DescriptorRow: UInt64] {
    var counts: [DescriptorRow: UInt64] = [:]
    for row in descriptors where row.time <= time {
      counts[DescriptorRow(process: row.process, kind: row.kind)] = row.count
    }
    return counts
  }
}
