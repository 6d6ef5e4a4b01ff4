// SPDX-License-Identifier: Apache-2.0

import Events

/// Part of a tracing as a whole of its own: it begins with the state of its first moment, and
/// its counts are those since.
public struct Excerpt: Sendable {
  private var opening: Interval?
  private let before: [ProcessIndex: TracedProcess]
  private var number = 0

  /// - Parameters:
  ///   - live: the state that it goes on from.
  ///   - time: nanoseconds since boot.
  public init(from live: LiveTimeline, at time: UInt64) {
    before = live.timeline.processes
    opening = live.opening(at: time)
  }

  /// The next interval of the tracing as one of the excerpt.
  public mutating func next(_ interval: Interval) -> Interval {
    var interval = interval
    if var first = opening {
      first.merge(interval)
      interval = first
      opening = nil
    }
    interval.number = number
    number += 1
    interval.processes = interval.processes.map { index, process in
      (index, before[index].map { process.since($0) } ?? process)
    }
    return interval
  }
}

extension TracedProcess {
  /// With what was counted later than that.
  fileprivate func since(_ before: TracedProcess) -> TracedProcess {
    var process = self
    process.lookups -= min(process.lookups, before.lookups)
    process.failedLookups -= min(process.failedLookups, before.failedLookups)
    for (name, count) in before.lookupsByOperation {
      let now = process.lookupsByOperation[name] ?? 0
      process.lookupsByOperation[name] = now > count ? now - count : nil
    }
    process.outputBytes -= min(process.outputBytes, before.outputBytes)
    process.inputBytes -= min(process.inputBytes, before.inputBytes)
    process.terminalWrites -= min(process.terminalWrites, before.terminalWrites)
    process.failedTerminalWrites -= min(process.failedTerminalWrites, before.failedTerminalWrites)
    // Those that it has are told; those that were reaped before are not.
    process.children.spawned -= before.children.reaped
    process.children.reaped -= before.children.reaped
    if var use = process.descriptors, let held = before.descriptors?.last {
      use.first = held
      process.descriptors = use
    }
    return process
  }
}
