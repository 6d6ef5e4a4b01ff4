// SPDX-License-Identifier: Apache-2.0

import Attribution

extension History {
  /// The phases of every process.
  ///
  /// An interval counts for the phase that covers all of it (of what the process lived of it),
  /// else it is active.
  mutating func judgePhases() {
    let terminals = TerminalStates(of: timeline, idleAfter: settings.phases.idleAfterSeconds)
    let relays = Relays(of: self, terminals: terminals)
    for place in lives.indices {
      let life = lives[place]
      let shown = terminals.shown(by: life)
      let relayed = relays.intervals(of: life.index)
      let stretches = Stretch.all(over: life.presence) { interval in
        if isAfterExit(interval) { return .afterExit }
        if isStartUp(interval, of: life) { return .startUp }
        if relayed.contains(interval) { return .active }
        return terminals.areQuiet(shown, in: interval) ? .idle : .active
      }
      setStretches(stretches, of: place)
    }
  }

  /// The phase of the run in each interval: the target's own, or, where it is a shell that
  /// started the program or there is none, that of the process that wrote most to terminals.
  func runPhases() -> [Phase] {
    let target = timeline.target.flatMap { self[$0] }
    let shows = target?.outputs.contains(where: \.isRaw) == true
    let lead = shows ? target : lives.max { $0.outputBytes < $1.outputBytes } ?? target
    return timeline.intervals.indices.map { interval in
      if isAfterExit(interval) { return .afterExit }
      if let target, isStartUp(interval, of: target) { return .startUp }
      let phase = lead?.phase(in: interval) ?? .active
      // A child's start-up is not the run's.
      return phase == .startUp && target != nil ? .active : phase
    }
  }

  private func isAfterExit(_ interval: Int) -> Bool {
    timeline.targetEnd.map { timeline.intervals[interval].start >= $0 } ?? false
  }

  /// One that was there before the recording has none.
  private func isStartUp(_ interval: Int, of life: Life) -> Bool {
    guard life.isBorn else { return false }
    let start = max(life.process.key.startTime, timeline.start)
    let end = timeline.intervals[interval].end
    return end < start || Double(end - start) / 1e9 <= settings.phases.startUpSeconds
  }
}

extension Stretch {
  /// The phases of the intervals, equal neighbours together.
  static func all(over intervals: Range<Int>, _ phase: (Int) -> Phase) -> [Stretch] {
    var stretches: [Stretch] = []
    for interval in intervals {
      let phase = phase(interval)
      if let last = stretches.indices.last, stretches[last].phase == phase {
        stretches[last].intervals = stretches[last].intervals.lowerBound..<interval + 1
      } else {
        stretches.append(Stretch(phase: phase, intervals: interval..<interval + 1))
      }
    }
    return stretches
  }
}
