// SPDX-License-Identifier: Apache-2.0

import Events

extension Interval {
  private struct LookupPlace: Hashable {
    var process: ProcessIndex
    var path: PathIndex
    var operation: Operation
    var errno: UInt16
  }

  /// Takes the interval that follows: both as one, for a reader who is behind.
  public mutating func merge(_ next: Interval) {
    end = next.end
    var counts: [LookupPlace: UInt64] = [:]
    for row in lookups + next.lookups {
      let place = LookupPlace(
        process: row.process, path: row.path, operation: row.operation, errno: row.errno)
      counts[place, default: 0] += row.count
    }
    lookups = counts.map { place, count in
      LookupCount(
        process: place.process, path: place.path, operation: place.operation, errno: place.errno,
        count: count)
    }
    terminalWrites += next.terminalWrites
    inputs += next.inputs
    resizes += next.resizes
    frames += next.frames
    inspections += next.inspections
    processEvents += next.processEvents
    usages = Array(
      Dictionary((usages + next.usages).map { ($0.process, $0) }) { $1 }.values)
    newPaths += next.newPaths
    newTerminals += next.newTerminals
    let last = Dictionary((processes + next.processes).map { ($0.index, $0.process) }) { $1 }
    processes = last.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    descriptors.merge(next.descriptors)
    threadCensus.passes += next.threadCensus.passes
    threadCensus.threads += next.threadCensus.threads
    threadCensus.duration += next.threadCensus.duration
    if let more = next.overhead {
      if overhead == nil { overhead = more } else { overhead?.add(more) }
    }
    loss.add(next.loss)
    gaps = Dictionary((gaps + next.gaps).map { ($0.index, $0.gap) }) { $1 }
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    kernelMemory += next.kernelMemory
  }
}

extension DescriptorInterval {
  fileprivate mutating func merge(_ next: DescriptorInterval) {
    passes += next.passes
    changes += next.changes
    masters += next.masters
    if !next.passes.isEmpty { inotifyUsers = next.inotifyUsers }
  }
}
