// SPDX-License-Identifier: Apache-2.0

import Attribution

/// Frames that begin with an empty screen, where a few changed cells would do.
///
/// Only inspected terminals tell. What a process draws when its terminal has got another size is
/// left out. Source: anthropics/claude-code#1913, where 45 % of the frames were full clears of
/// 94.5 KB.
enum Repaint: Detector {
  /// Seconds after SIGWINCH in which everything may be drawn anew: some wait for the last of many.
  private static let resizeSeconds = 1.0

  /// The intervals that a change of size may show in.
  static func intervals(after resize: Timeline.Resize, in timeline: Timeline) -> Range<Int> {
    let end = timeline.intervals[resize.interval...].firstIndex { span in
      span.start > resize.lastTime
        && Double(span.start - resize.lastTime) / 1e9 >= resizeSeconds
    }
    return resize.interval..<(end ?? timeline.intervals.count)
  }

  static func findings(in history: History) -> [Finding] {
    history.lives.compactMap { life in
      life.outputs.contains { $0.clears > 0 } ? finding(of: life, in: history) : nil
    }
  }

  private static func finding(of life: Life, in history: History) -> Finding? {
    let settings = history.settings.repaint
    let outputs = life.unresizedOutputs(in: life.presence)
    let share = history.series(
      of: life, outputs.lazy.map { ($0.interval, Double($0.clears) * 100) },
      weights: history.byInterval(
        of: life, outputs.lazy.map { ($0.interval, Double($0.frames)) }))
    let limit = Limit(
      threshold: settings.clearsPercent, isInclusive: false, weight: Double(settings.frames))
    guard let verdict = history.verdict(on: share, of: life, limit, .settled, isShare: true) else {
      return nil
    }
    let window = verdict.window.intervals
    let drawn = life.unresizedOutputs(in: window)
    let frames = drawn.sum(\.frames)
    let clears = drawn.sum(\.clears)
    return history.finding(
      .repaint, of: life, verdict, unit: "%",
      predicate: "cleared the whole screen in \(Figures.share(clears, of: frames)) of its frames, "
        + "\(Figures.grouped(clears)) of \(Figures.grouped(frames))",
      evidence: history.terminals(of: life, over: window).map { terminal, _ in
        Finding.Evidence(
          kind: "tty", subject: Array(terminal.name.utf8), value: verdict.window.mean, unit: "%")
      },
      control: history.control(
        beside: life, over: window, among: History.writers,
        figure: { Double($0.unresizedOutputs(in: window).sum(\.clears)) },
        tell: { "cleared theirs \(Wording.times($0))" }))
  }
}
