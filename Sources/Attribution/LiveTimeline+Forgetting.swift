// SPDX-License-Identifier: Apache-2.0

import Events

extension LiveTimeline {
  /// Drops intervals from the front, and what was only of them.
  mutating func drop(_ count: Int) {
    guard count < timeline.intervals.count else { return }
    dropped += count
    timeline.isFromStart = false
    timeline.intervals.removeFirst(count)
    timeline.lookups = timeline.lookups.compactMap { $0.moved(by: count) }
    timeline.outputs = timeline.outputs.compactMap { $0.moved(by: count) }
    timeline.inputs = timeline.inputs.compactMap { $0.moved(by: count) }
    timeline.resizes = timeline.resizes.compactMap { $0.moved(by: count) }
    timeline.usages = timeline.usages.compactMap { $0.moved(by: count) }
    let start = timeline.start
    timeline.events.removeAll { $0.time < start }
    dropDescriptors(before: start)
    dropMasters(before: start)
    dropProcesses(before: start)
  }

  /// What a process held when the window begins stays told.
  private mutating func dropDescriptors(before start: UInt64) {
    struct Held: Hashable {
      var process: ProcessIndex
      var kind: String
    }
    var last: [Held: Int] = [:]
    for (place, row) in timeline.descriptors.enumerated() where row.time < start {
      last[Held(process: row.process, kind: row.kind)] = place
    }
    let kept = Set(last.values)
    timeline.descriptors = timeline.descriptors.enumerated()
      .filter { $1.time >= start || kept.contains($0) }.map(\.element)
  }

  private mutating func dropMasters(before start: UInt64) {
    let numbers = masterPlaces.sorted { $0.value < $1.value }
    var masters: [PTYMaster] = []
    masterPlaces.removeAll()
    for (number, place) in numbers where timeline.masters[place].goneTime ?? .max >= start {
      masterPlaces[number] = masters.count
      masters.append(timeline.masters[place])
    }
    timeline.masters = masters
  }

  /// Those that are over, unless somebody who is there came from them.
  private mutating func dropProcesses(before start: UInt64) {
    let present = timeline.processes.filter {
      !$0.value.isReleased || $0.value.exitTime ?? .max >= start || $0.key == timeline.target
    }
    let kin = Set(
      present.values.flatMap { [$0.spawner, $0.parent, $0.exitParent] }.compactMap(\.self))
    timeline.processes = timeline.processes.filter {
      present[$0.key] != nil || kin.contains($0.value.key)
    }
    frames.forget { timeline.processes[$0.process] == nil }
  }
}

/// A row that can be told from a later beginning on.
private protocol IntervalRow {
  var interval: Int { get set }
}

extension IntervalRow {
  /// Nil where its interval is among those that go.
  fileprivate func moved(by count: Int) -> Self? {
    guard interval >= count else { return nil }
    var row = self
    row.interval -= count
    return row
  }
}

extension Timeline.Lookups: IntervalRow {}
extension Timeline.Output: IntervalRow {}
extension Timeline.Input: IntervalRow {}
extension Timeline.Resize: IntervalRow {}
extension Timeline.Usage: IntervalRow {}
