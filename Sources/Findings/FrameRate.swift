// SPDX-License-Identifier: Apache-2.0

import Attribution

/// Frames by the second: hardly any while nobody types, and no more than a screen shows.
///
/// A clock that shows the seconds draws one a second, and where the machine is busy some of them in
/// two parts, which are two frames. Source: openai/codex#44444, with 40 frames in 6 s idle.
enum FrameRate: Detector {
  static func findings(in history: History) -> [Finding] {
    history.lives.compactMap { life in
      life.outputs.contains { $0.frames > 0 } ? finding(of: life, in: history) : nil
    }
  }

  private static func finding(of life: Life, in history: History) -> Finding? {
    let settings = history.settings.frameRate
    let rate = history.rate(of: life, life.outputs.lazy.map { ($0.interval, Double($0.frames)) })
    let idle = Limit.sustained(
      settings.idleFramesPerSecond, isInclusive: false, seconds: settings.seconds)
    let always = Limit.sustained(
      settings.framesPerSecond, isInclusive: false, seconds: settings.seconds)
    guard let verdict = history.verdict(onDrawing: rate, of: life, idle: idle, always: always)
    else { return nil }

    let window = verdict.window.intervals
    let seconds = history.seconds(window)
    return history.finding(
      // One frame a second is little: ten times that, while idle, is no disaster.
      .frameRate, verdict.window.mean >= 10 * settings.framesPerSecond ? .critical : .warning,
      of: life, verdict, unit: "/s",
      predicate: "drew \(Wording.rate(of: verdict)) frames a second "
        + verdict.circumstances(seconds),
      evidence: history.terminals(of: life, over: window).map { terminal, bytes in
        Finding.Evidence(
          kind: "tty", subject: Array(terminal.name.utf8), value: verdict.window.mean, unit: "/s")
      },
      control: history.control(
        beside: life, over: window, among: History.writers,
        figure: { Double($0.outputs(in: window).sum(\.frames)) / seconds },
        tell: { "drew \(Wording.rate($0)) frames a second" }))
  }
}
