// SPDX-License-Identifier: Apache-2.0

import Attribution

/// One path that one process looks up again and again, or once for each frame it draws.
///
/// A path below /proc or /sys may be read for each frame: a monitor shows what the kernel says
/// now. Only frames on a terminal that hands over keys one by one count; elsewhere they are lines.
/// Source: openai/codex#20843, where each frame opened /dev/tty.
enum HotPath: Detector {
  /// More are not told.
  private static let evidenceCount = 10

  /// A path that passed a limit.
  private struct Candidate {
    var path: PathIndex
    var verdict: Verdict
    var isPerFrame: Bool
    /// Over the verdict's window.
    var rate: Double
  }

  static func findings(in history: History) -> [Finding] {
    history.lives.compactMap { life in
      let candidates = candidates(of: life, in: history)
      return candidates.first.map { finding(of: life, $0, among: candidates, in: history) }
    }
  }

  /// The hottest first; those that are certain before.
  private static func candidates(of life: Life, in history: History) -> [Candidate] {
    let frames = history.byInterval(
      of: life, life.outputs.lazy.filter(\.isRaw).map { ($0.interval, Double($0.frames)) })
    return life.lookups.compactMap { path, sums in
      candidate(path, sums, of: life, frames: frames, in: history)
    }.sorted { one, other in
      if one.verdict.confidence != other.verdict.confidence {
        return one.verdict.confidence == .certain
      }
      return (other.rate, one.path) < (one.rate, other.path)
    }
  }

  private static func candidate(
    _ path: PathIndex, _ sums: [Life.LookupSum], of life: Life, frames: [Double],
    in history: History
  ) -> Candidate? {
    let settings = history.settings.hotPath
    let counts = sums.lazy.map { ($0.interval, Double($0.count)) }
    let total = sums.reduce(0) { $0 + Double($1.count) }
    func rate(_ window: Range<Int>) -> Double {
      let seconds = history.seconds(window)
      return seconds > 0 ? sums.within(window).reduce(0) { $0 + Double($1.count) } / seconds : 0
    }
    // Most paths are looked up a few times: they need no series. Half is doubtful with a loss.
    if total >= settings.lookupsPerSecond * settings.seconds / 2 {
      let limit = Limit.sustained(settings.lookupsPerSecond, seconds: settings.seconds)
      if let verdict = history.verdict(on: history.rate(of: life, counts), of: life, limit, .life) {
        return Candidate(
          path: path, verdict: verdict, isPerFrame: false, rate: verdict.window.mean)
      }
    }
    guard total >= settings.lookupsPerFrame * Double(settings.frames) / 2,
      frames.reduce(0, +) >= Double(settings.frames),
      !PseudoFiles.contain(history.name(ofPath: path))
    else { return nil }
    let limit = Limit(
      threshold: settings.lookupsPerFrame, weight: Double(settings.frames), presence: 0.5)
    let series = history.series(of: life, counts, weights: frames)
    return history.verdict(on: series, of: life, limit, .life, isShare: true).map {
      Candidate(path: path, verdict: $0, isPerFrame: true, rate: rate($0.window.intervals))
    }
  }

  private static func finding(
    of life: Life, _ hottest: Candidate, among candidates: [Candidate], in history: History
  ) -> Finding {
    let window = hottest.verdict.window.intervals
    let name = history.name(ofPath: hottest.path)
    let others = candidates.count - 1
    var predicate = "\(verb(of: life, hottest)) \(Wording.path(name)) "
    let often = "\(Wording.rate(hottest.rate)) times a second"
    let perFrame = perFrame(of: life, hottest).map { "\(Figures.oneDecimal($0)) per frame" }
    predicate +=
      hottest.isPerFrame
      ? [perFrame, often].compactMap { $0 }.joined(separator: ", ")
      : [often, perFrame].compactMap { $0 }.joined(separator: ", ")
    if others > 0 { predicate += ", and \(others) more path\(others == 1 ? "" : "s") like it" }
    return history.finding(
      .hotPath, of: life, hottest.verdict, unit: hottest.isPerFrame ? "per frame" : "/s",
      predicate: predicate,
      evidence: candidates.prefix(evidenceCount).map {
        Finding.Evidence(
          kind: "path", subject: history.name(ofPath: $0.path), value: $0.verdict.window.mean,
          unit: $0.isPerFrame ? "per frame" : "/s")
      },
      control: history.control(
        beside: life, over: window,
        figure: { other in
          other.lookups[hottest.path]?.within(window).reduce(0) { $0 + Double($1.count) } ?? 0
        },
        tell: { "looked it up \(Wording.times($0))" }))
  }

  private static func verb(of life: Life, _ candidate: Candidate) -> String {
    let sums = life.lookups[candidate.path]?.within(candidate.verdict.window.intervals) ?? []
    let count = sums.sum(\.count)
    return count > 0 && sums.sum(\.opens) == count ? "opened" : "looked up"
  }

  /// Nil where it drew no frames to speak of.
  private static func perFrame(of life: Life, _ candidate: Candidate) -> Double? {
    let window = candidate.verdict.window.intervals
    let frames = life.outputs(in: window).sum(\.frames)
    let count = life.lookups[candidate.path]?.within(window).sum(\.count) ?? 0
    return frames >= UInt64(window.count) ? Double(count) / Double(frames) : nil
  }
}
