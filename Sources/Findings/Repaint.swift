// SPDX-License-Identifier: Apache-2.0

import Attribution

/// Frames that begin with an empty screen, where a few changed cells would do.
///
/// Only inspected terminals tell. Source: anthropics/claude-code#1913, where 45 % of the frames
/// were full clears of 94.5 KB.
enum Repaint: Detector {
  static func findings(in history: History) -> [Finding] {
    history.lives.compactMap { life in
      life.outputs.contains { $0.clears > 0 } ? finding(of: life, in: history) : nil
    }
  }

  private static func finding(of life: Life, in history: History) -> Finding? {
    let settings = history.settings.repaint
    let share = history.series(
      of: life, life.outputs.lazy.map { ($0.interval, Double($0.clears) * 100) },
      weights: history.byInterval(
        of: life, life.outputs.lazy.map { ($0.interval, Double($0.frames)) }))
    let limit = Limit(
      threshold: settings.clearsPercent, isInclusive: false, weight: Double(settings.frames))
    guard let verdict = history.verdict(on: share, of: life, limit, .settled, isShare: true) else {
      return nil
    }
    let window = verdict.window.intervals
    let drawn = life.outputs(in: window)
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
        figure: { Double($0.outputs(in: window).sum(\.clears)) },
        tell: { "cleared theirs \(Wording.times($0))" }))
  }
}
