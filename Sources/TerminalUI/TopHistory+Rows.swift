// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings

extension TopHistory {
  /// The processes at the end of an interval, in the order in which they were first seen.
  ///
  /// Kernel threads are no rows: they look nothing up.
  ///
  /// - Parameters:
  ///   - findings: those that are known; the first of each process is its worst.
  ///   - user: the name of a user's id.
  package func rows(
    at interval: Int, findings: [Finding] = [], user: (UInt32) -> String = { String($0) }
  ) -> [TopRow] {
    let timeline = timeline
    guard timeline.intervals.indices.contains(interval) else { return [] }
    let span = timeline.intervals[interval]
    let time = lifeTime(of: interval)
    let exits = exitTimes
    let activities = activities(interval)
    let held = descriptorTotals(at: interval)
    let worst = Dictionary(findings.map { ($0.process, $0) }) { first, _ in first }
    var rows: [TopRow] = []
    rows.reserveCapacity(timeline.processes.count)
    for (index, process) in timeline.processes where !process.isKernelThread {
      let activity = activities[index]
      guard
        let state = process.state(
          at: time, parentEnd: { exits[$0] }, didSomething: activity != nil),
        let name = name(index)
      else { continue }
      var row = TopRow(
        index: index, key: process.key, spawner: process.spawner, state: state, name: name,
        user: process.userID.map(user) ?? "?", activity: activity ?? Activity(),
        seconds: span.duration > 0 ? span.duration : nil)
      row.descriptors = held[index]?.total
      row.masters = held[index]?.masters ?? 0
      row.finding = worst[process.key]
      rows.append(row)
    }
    rows.sort { $0.index < $1.index }
    countChildren(&rows)
    return rows
  }

  /// When processes are as they are shown at the end of an interval: those of a whole recording as
  /// it left them, a moment after its end, which is how a report tells them.
  func lifeTime(of interval: Int) -> UInt64 {
    isRecorded && interval == count - 1 ? .max : timeline.intervals[interval].end
  }

  /// In nanoseconds since boot, of the processes that have ended.
  var exitTimes: [ProcessKey: UInt64] {
    var times: [ProcessKey: UInt64] = [:]
    for process in timeline.processes.values { times[process.key] = process.exitTime }
    return times
  }

  private func countChildren(_ rows: inout [TopRow]) {
    let timeline = timeline
    let places = Dictionary(rows.enumerated().map { ($1.key, $0) }) { first, _ in first }
    let spawners = Dictionary(
      timeline.processes.values.map { ($0.key, $0.spawner) }
    ) { first, _ in first }
    for row in rows {
      guard let spawner = row.spawner else { continue }
      if let place = places[spawner], rows[place].state == .alive {
        switch row.state {
        case .alive: rows[place].children.alive += 1
        case .zombie: rows[place].children.zombies += 1
        case .ended: break
        }
      } else if row.state == .alive, let place = heir(of: spawner, spawners, places) {
        rows[place].children.survivors += 1
      }
    }
  }

  /// The nearest of its ancestors that is there.
  private func heir(
    of ended: ProcessKey, _ spawners: [ProcessKey: ProcessKey?], _ places: [ProcessKey: Int]
  ) -> Int? {
    var next = spawners[ended] ?? nil
    // More levels than any real tree has.
    for _ in 0..<64 {
      guard let key = next else { return nil }
      if let place = places[key] { return place }
      next = spawners[key] ?? nil
    }
    return nil
  }

  /// Descriptors by process: those of now at the end, else by the passes until then.
  private func descriptorTotals(
    at interval: Int
  ) -> [ProcessIndex: (total: UInt64, masters: UInt64)] {
    let timeline = timeline
    if interval == count - 1 {
      return timeline.processes.compactMapValues { process in
        process.descriptors.map { ($0.last.total, $0.last[.ptyMaster]) }
      }
    }
    var counts: [ProcessIndex: [String: UInt64]] = [:]
    for row in timeline.descriptors where row.time <= timeline.intervals[interval].end {
      counts[row.process, default: [:]][row.kind] = row.count
    }
    return counts.mapValues {
      ($0.values.sum { $0 }, $0[DescriptorClass.ptyMaster.name] ?? 0)
    }
  }
}

extension TracedProcess {
  /// Nil where it is not shown: before its start, and once it was reaped.
  fileprivate func state(
    at time: UInt64, parentEnd: (ProcessKey) -> UInt64?, didSomething: Bool
  ) -> TopRow.State? {
    if began > time { return nil }
    guard let exitTime, exitTime <= time else { return isAliveForAll ? .alive : nil }
    if isZombie(at: time, parentEnd: parentEnd) { return .zombie }
    return didSomething ? .ended : nil
  }

  /// A release without an exit, by a damaged recording or a loss, is an end too.
  private var isAliveForAll: Bool { exitTime != nil || !isReleased }
}
