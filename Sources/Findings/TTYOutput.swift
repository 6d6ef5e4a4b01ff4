// SPDX-License-Identifier: Apache-2.0

import Attribution

/// Bytes to terminals: a few while nobody types, and not too many at any time.
///
/// A monitor that asks the kernel all the time draws what it is told, and is left alone.
///
/// Source: openai/codex#11857, where an idle prompt wrote 27,232 B/s.
enum TTYOutput: Detector {
  static func findings(in history: History) -> [Finding] {
    history.lives.compactMap { life in
      life.outputs.isEmpty ? nil : finding(of: life, in: history)
    }
  }

  private static func finding(of life: Life, in history: History) -> Finding? {
    let settings = history.settings.ttyOutput
    let rate = history.rate(of: life, life.outputs.lazy.map { ($0.interval, Double($0.bytes)) })
    let idle = Limit.sustained(
      settings.idleBytesPerSecond, isInclusive: false, seconds: settings.idleSeconds)
    let always = Limit.sustained(
      settings.bytesPerSecond, isInclusive: false, seconds: settings.seconds)
    guard let verdict = history.verdict(onDrawing: rate, of: life, idle: idle, always: always)
    else { return nil }

    let window = verdict.window.intervals
    let seconds = history.seconds(window)
    let terminals = history.terminals(of: life, over: window)
    return history.finding(
      .ttyOutput, of: life, verdict, unit: "B/s",
      predicate: "wrote \(Wording.bytes(verdict.window.mean)) to "
        + Wording.terminals(terminals.map(\.terminal)) + " \(verdict.circumstances(seconds))",
      evidence: terminals.map {
        Finding.Evidence(
          kind: "tty", subject: Array($0.terminal.name.utf8), value: $0.bytes / seconds,
          unit: "B/s")
      },
      control: history.control(
        beside: life, over: window, among: History.writers,
        figure: { $0.outputs(in: window).reduce(0) { $0 + Double($1.bytes) } / seconds },
        tell: { "wrote \(Wording.bytes($0))" }))
  }
}

extension Verdict {
  /// The one that says more.
  static func stronger(_ one: Verdict?, _ other: Verdict?) -> Verdict? {
    guard let one, let other else { return one ?? other }
    return other.isStronger(than: one) ? other : one
  }

  /// `for 40 s while idle`.
  func circumstances(_ seconds: Double) -> String {
    Wording.duration(seconds) + (isIdle ? " while idle" : "")
  }
}

extension History {
  /// What is too much while nobody types, or at any time: the one that says more. A monitor that
  /// asks the kernel all the time draws what it is told, and is left alone while idle.
  func verdict(
    onDrawing rate: Series, of life: Life, idle: Limit, always: Limit
  ) -> Verdict? {
    let isMonitor = PseudoFiles.isMonitor(life, in: self)
    return Verdict.stronger(
      verdict(on: rate, of: life, idle, .idle) { !isMonitor($0) },
      verdict(on: rate, of: life, always, .settled))
  }

  /// What a process wrote to, the most first.
  func terminals(
    of life: Life, over window: Range<Int>
  ) -> [(terminal: Terminal, bytes: Double)] {
    var sums: [TerminalIndex: Double] = [:]
    for output in life.outputs(in: window) {
      sums[output.terminal, default: 0] += Double(output.bytes)
    }
    return sums.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.compactMap { index, bytes in
      timeline.terminals[index].map { ($0, bytes) }
    }
  }
}
