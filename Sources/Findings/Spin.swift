// SPDX-License-Identifier: Apache-2.0

import Attribution

/// Work that leads nowhere: CPU time while nobody types, or terminal writes that all fail.
///
/// Source: anthropics/claude-code#10493, a poll without a timeout at 62 to 80 % of a core, and
/// #37482, with 474,044 failed writes in 6 s.
enum Spin: Detector {
  static func findings(in history: History) -> [Finding] {
    history.lives.flatMap { life in
      [cpu(of: life, in: history), failedWrites(of: life, in: history)].compactMap { $0 }
    }
  }

  private static func cpu(of life: Life, in history: History) -> Finding? {
    guard life.stretches.contains(where: { $0.phase == .idle }) else { return nil }
    let settings = history.settings.spin
    let rate = history.rate(
      of: life,
      life.cpuSeconds(in: history.timeline).lazy.map { ($0.interval, $0.seconds * 100) })
    let limit = Limit.sustained(settings.cpuPercent, seconds: settings.seconds)
    guard let verdict = history.verdict(on: rate, of: life, limit, .idle) else {
      return nil
    }
    let window = verdict.window.intervals
    let seconds = history.seconds(window)
    return history.finding(
      .spin, of: life, verdict, unit: "%",
      predicate: "used \(Wording.rate(verdict.window.mean)) % of a core "
        + verdict.circumstances(seconds),
      control: history.control(
        beside: life, over: window,
        figure: { other in
          other.cpuSeconds(in: history.timeline).reduce(0) {
            $0 + (window.contains($1.interval) ? $1.seconds : 0)
          } / seconds * 100
        },
        tell: { "used \(Wording.rate($0)) %" }))
  }

  private static func failedWrites(of life: Life, in history: History) -> Finding? {
    guard life.outputs.contains(where: { $0.failed > 0 }) else { return nil }
    let settings = history.settings.spin
    let rate = history.rate(of: life, life.outputs.lazy.map { ($0.interval, Double($0.failed)) })
    let limit = Limit.sustained(
      settings.failedWritesPerSecond, seconds: settings.failedWritesSeconds)
    guard let verdict = history.verdict(on: rate, of: life, limit, .settled) else { return nil }
    let window = verdict.window.intervals
    let seconds = history.seconds(window)
    return history.finding(
      .spin, of: life, verdict, unit: "/s",
      predicate: "failed \(Wording.rate(verdict.window.mean)) terminal writes a second "
        + verdict.circumstances(seconds),
      evidence: history.terminals(of: life, over: window).map { terminal, _ in
        Finding.Evidence(
          kind: "tty", subject: Array(terminal.name.utf8), value: verdict.window.mean, unit: "/s")
      },
      control: history.control(
        beside: life, over: window, among: History.writers,
        figure: { Double($0.outputs(in: window).sum(\.failed)) / seconds },
        tell: { "failed \(Wording.rate($0)) a second" }))
  }
}
