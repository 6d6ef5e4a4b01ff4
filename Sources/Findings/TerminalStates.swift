// SPDX-License-Identifier: Apache-2.0

import Attribution

/// When the terminals that hand over keys one by one were left alone.
///
/// make, git and npm write to terminals that hand over lines: they wait for nobody, and are
/// never idle by what they write.
struct TerminalStates {
  private enum State {
    case cooked, busy, quiet
  }

  /// By interval; terminals that were always cooked are not in it.
  private var states: [TerminalIndex: [State]] = [:]

  /// - Parameter idleAfter: seconds without input before an interval, in which none comes either.
  init(of timeline: Timeline, idleAfter: Double) {
    let valid = timeline.intervals.indices
    let raw = Set(timeline.outputs.lazy.filter(\.isRaw).map(\.terminal))
    let outputs = Dictionary(
      grouping: timeline.outputs.filter {
        // A frame may be told after its last write, which alone says how the terminal was.
        raw.contains($0.terminal) && valid.contains($0.interval) && $0.writes > 0
      }, by: \.terminal)
    let inputs = Dictionary(
      grouping: timeline.inputs.filter {
        raw.contains($0.terminal) && valid.contains($0.interval)
      }, by: \.terminal)
    for terminal in raw {
      states[terminal] = Self.states(
        of: timeline, outputs: outputs[terminal] ?? [], inputs: inputs[terminal] ?? [],
        idleAfter: idleAfter)
    }
  }

  private static func states(
    of timeline: Timeline, outputs: [Timeline.Output], inputs: [Timeline.Input],
    idleAfter: Double
  ) -> [State] {
    let modes = Dictionary(outputs.map { ($0.interval, $0.isRaw) }) { $0 && $1 }
    let times = Dictionary(inputs.map { ($0.interval, $0.lastTime) }, uniquingKeysWith: max)
    var isRaw = false
    // Nobody knows what was typed before.
    var lastInput = timeline.start
    return timeline.intervals.enumerated().map { place, span in
      isRaw = modes[place] ?? isRaw
      let input = times[place]
      defer { lastInput = max(lastInput, input ?? 0) }
      if !isRaw { return .cooked }
      let isQuiet =
        input == nil && span.start >= lastInput
        && Double(span.start - lastInput) / 1e9 >= idleAfter
      return isQuiet ? .quiet : .busy
    }
  }

  /// A terminal that a process wrote to, from that interval on.
  struct Shown {
    var terminal: TerminalIndex
    var since: Int
  }

  /// The terminals with keys one by one that the process itself wrote to.
  func shown(by life: Life) -> [Shown] {
    var firsts: [TerminalIndex: Int] = [:]
    for output in life.outputs where states[output.terminal] != nil {
      if firsts[output.terminal] == nil { firsts[output.terminal] = output.interval }
    }
    return firsts.map { Shown(terminal: $0.key, since: $0.value) }
  }

  /// One of them was raw, and none that was got a key.
  func areQuiet(_ shown: [Shown], in interval: Int) -> Bool {
    var hasQuiet = false
    for one in shown where one.since <= interval {
      switch states[one.terminal]?[interval] {
      case .busy: return false
      case .quiet: hasQuiet = true
      case .cooked, nil: break
      }
    }
    return hasQuiet
  }
}
