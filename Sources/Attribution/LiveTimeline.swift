// SPDX-License-Identifier: Apache-2.0

import Events

/// The timeline of a ledger that is still being written: its last intervals, so that it does
/// not grow for ever.
///
/// The interval numbers of its rows count from the first one kept.
public struct LiveTimeline: Sendable {
  public internal(set) var timeline = Timeline()
  /// Bytes of slab caches, as last seen.
  public private(set) var kernelMemory: KernelMemorySample?
  /// Of all intervals since the start.
  public private(set) var loss = Loss()
  /// Intervals that were dropped from the front.
  public internal(set) var dropped = 0
  var masterPlaces: [Int: Int] = [:]
  private var lastPass: DescriptorPassRow?
  var frames = FrameTally()
  private let room: Int
  private let rowRoom: Int

  /// - Parameters:
  ///   - room: intervals; when they are too many, the older half goes.
  ///   - rowRoom: rows of all kinds, likewise; one interval is kept whatever its size.
  public init(room: Int = 600, rowRoom: Int = 400_000) {
    self.room = max(2, room)
    self.rowRoom = rowRoom
  }

  /// The command that was started, once it was seen.
  public mutating func note(target: ProcessKey) {
    if timeline.target == nil {
      timeline.target = timeline.processes.first { $0.value.key == target }?.key
    }
    noteTargetEnd()
  }

  private mutating func noteTargetEnd() {
    timeline.targetEnd = timeline.target.flatMap { timeline.processes[$0]?.exitTime }
  }

  public mutating func append(_ interval: Interval) {
    if timeline.intervals.count >= room || rowCount > rowRoom {
      drop(max(1, timeline.intervals.count / 2))
    }
    let number = timeline.intervals.count
    timeline.intervals.append(
      Timeline.Span(
        start: interval.start, end: interval.end, isIncomplete: interval.loss.hasMissedEvents))
    for (offset, path) in interval.newPaths.enumerated() {
      timeline.paths[interval.firstNewPath + PathIndex(offset)] = path
    }
    for (offset, terminal) in interval.newTerminals.enumerated() {
      timeline.terminals[interval.firstNewTerminal + TerminalIndex(offset)] = terminal
    }
    for (index, process) in interval.processes { timeline.processes[index] = process }
    noteTargetEnd()
    appendLookups(interval, number)
    appendOutputs(interval, number)
    for input in interval.inputs {
      timeline.inputs.append(
        Timeline.Input(interval: number, terminal: input.terminal, lastTime: input.lastTime))
    }
    for resize in interval.resizes {
      timeline.resizes.append(
        Timeline.Resize(interval: number, process: resize.process, lastTime: resize.lastTime))
    }
    for usage in interval.usages {
      timeline.usages.append(
        Timeline.Usage(
          interval: number, process: usage.process, cpuTime: usage.cpuTime,
          rss: usage.residentBytes))
    }
    timeline.events += interval.processEvents
    append(interval.descriptors)
    kernelMemory = interval.kernelMemory.last ?? kernelMemory
    loss.add(interval.loss)
    if interval.loss.notes["tasksMissed", default: 0] > 0 { timeline.isIncomplete = true }
  }

  // MARK: Rows

  private var rowCount: Int {
    timeline.lookups.count + timeline.outputs.count + timeline.usages.count
      + timeline.inputs.count + timeline.events.count
  }

  private mutating func appendLookups(_ interval: Interval, _ number: Int) {
    let first = timeline.lookups.count
    for row in interval.lookups.sorted(by: { ($0.process, $0.path) < ($1.process, $1.path) }) {
      var last = timeline.lookups.count - 1
      if last < first || timeline.lookups[last].process != row.process
        || timeline.lookups[last].path != row.path
      {
        timeline.lookups.append(
          Timeline.Lookups(
            interval: number, process: row.process, path: row.path, count: 0, failed: 0))
        last += 1
      }
      timeline.lookups[last].count += row.count
      if row.errno != 0 { timeline.lookups[last].failed += row.count }
      if row.operation.isOpen { timeline.lookups[last].opens += row.count }
    }
  }

  private mutating func appendOutputs(_ interval: Interval, _ number: Int) {
    var rows: [FrameTally.Place: Timeline.Output] = [:]
    func row(_ place: FrameTally.Place) -> Timeline.Output {
      rows[place]
        ?? Timeline.Output(
          interval: number, process: place.process, terminal: place.terminal, bytes: 0, writes: 0,
          failed: 0)
    }
    for write in interval.terminalWrites where write.direction == .output {
      let place = FrameTally.Place(process: write.process, terminal: write.terminal)
      var output = row(place)
      output.bytes += write.bytes
      output.writes += write.writes
      output.failed += write.failed
      output.isRaw = write.isRaw
      rows[place] = output
    }
    for seen in interval.inspections {
      let place = FrameTally.Place(process: seen.process, terminal: seen.terminal)
      var output = row(place)
      output.clears += seen.figures.fullClears
      rows[place] = output
    }
    for (place, count) in frames.take(interval) {
      var output = row(place)
      output.frames += count
      rows[place] = output
    }
    timeline.outputs += rows.values.sorted {
      ($0.process, $0.terminal) < ($1.process, $1.terminal)
    }
  }

  private mutating func append(_ found: DescriptorInterval) {
    let times = Dictionary(found.passes.map { ($0.number, $0.time) }) { $1 }
    for change in found.changes {
      guard let time = times[change.pass] else { continue }
      timeline.descriptors.append(
        Timeline.Descriptors(
          time: time, process: change.process, kind: change.descriptorClass.name,
          count: change.count))
    }
    for (number, master) in found.masters {
      if let place = masterPlaces[number] {
        timeline.masters[place] = master
      } else {
        masterPlaces[number] = timeline.masters.count
        timeline.masters.append(master)
      }
    }
    guard let pass = found.passes.last else { return }
    lastPass = pass
    timeline.pseudoterminals = pass.pseudoterminals
    timeline.inotifyLimits = pass.inotifyLimits
    timeline.inotifyUsers = found.inotifyUsers
  }

  // MARK: Beginning

  /// The present state as an interval that happened at once: what one must know to go on from
  /// here.
  ///
  /// - Parameter time: nanoseconds since boot.
  public func opening(at time: UInt64) -> Interval {
    var opening = Interval(number: 0, start: time, end: time)
    opening.processes = timeline.processes.filter { !$0.value.isReleased }
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    opening.newPaths = PathList(timeline.paths.sorted { $0.key < $1.key }.lazy.map(\.value))
    opening.newTerminals = timeline.terminals.sorted { $0.key < $1.key }.map(\.value)
    guard var pass = lastPass else { return opening }
    pass.time = time
    opening.descriptors.passes = [pass]
    opening.descriptors.inotifyUsers = timeline.inotifyUsers
    opening.descriptors.masters = masterPlaces.sorted { $0.key < $1.key }
      .map { ($0.key, timeline.masters[$0.value]) }.filter { $0.1.goneTime == nil }
    for (index, process) in opening.processes {
      guard let held = process.descriptors?.last else { continue }
      for each in DescriptorClass.allCases where held[each] > 0 {
        opening.descriptors.changes.append(
          DescriptorChange(
            pass: pass.number, process: index, descriptorClass: each, count: held[each]))
      }
    }
    return opening
  }
}

extension Loss {
  fileprivate var hasMissedEvents: Bool {
    droppedTotal > 0 || Self.eventsMissed.contains { notes[$0, default: 0] > 0 }
  }

  /// Takes in the loss of another time.
  mutating func add(_ other: Loss) {
    for (kind, records) in other.kinds {
      kinds[kind, default: Records()].observed &+= records.observed
      kinds[kind, default: Records()].delivered &+= records.delivered
      kinds[kind, default: Records()].dropped.merge(records.dropped) { $0 &+ $1 }
    }
    notes.merge(other.notes) { $0 &+ $1 }
  }
}
