// SPDX-License-Identifier: Apache-2.0

import Attribution

/// One path that one process looks up again and again, or once for each frame it draws.
///
/// Work does so too: make asks for its compiler at each command, a server for the file that it is
/// asked for, a file manager for the time zone at each file that it lists. What tells them apart:
/// - Idle: nobody asked for it. (anthropics/claude-code#19459: a file read 18 times a second.)
/// - For each frame that is no answer to a key, as a spinner's: on a terminal that hands over keys
///   one by one, as frames are lines elsewhere. A clock looks up the time zone each second; that
///   many frames are none to speak of. (openai/codex#20843: each frame opened /dev/tty.)
/// - In any phase: as most of all that the process looks up, and at another rate than that of keys
///   where somebody types. (github/copilot-cli#4807: one file, 6,500 times a second, for 35 hours.)
///
/// A path below /proc or /sys is a question to the kernel about its state, which a monitor asks for
/// each frame, and a multiplexer for each message: it takes a thousand a second. Only a resolved
/// path is one path.
enum HotPath: Detector {
  /// More are not told.
  private static let evidenceCount = 10
  /// What is drawn so soon after a key may be its answer.
  private static let answerSeconds = 0.5

  /// A path that passed a limit.
  private struct Candidate {
    enum Rule {
      case idle, busy, perFrame
    }

    var path: PathIndex
    var verdict: Verdict
    var rule: Rule
    /// Over the verdict's window.
    var rate: Double

    var unit: String { rule == .perFrame ? "per frame" : "/s" }
  }

  static func findings(in history: History) -> [Finding] {
    history.lives.compactMap { life in
      let candidates = candidates(of: life, in: history)
      return candidates.first.map { finding(of: life, $0, among: candidates, in: history) }
    }
  }

  /// The hottest first; those that are certain before.
  private static func candidates(of life: Life, in history: History) -> [Candidate] {
    let settings = history.settings.hotPath
    // Most paths are looked up a few times: they need no series. Half is doubtful with a loss.
    let least = min(
      settings.lookupsPerSecond * settings.seconds,
      settings.lookupsPerFrame * Double(settings.frames))
    guard Double(life.lookupCount) >= least / 2 else { return [] }
    let often = life.lookups.filter { path, sums in
      Double(sums.sum(\.count)) >= least / 2 && history.isResolved(path)
    }
    guard !often.isEmpty else { return [] }
    let frames = frames(of: life, in: history)
    let draws = frames.unprompted.reduce(0, +) >= Double(settings.frames)
    let limit = Limit.sustained(settings.lookupsPerSecond, seconds: settings.seconds)
    let sums = often.filter { draws || history.mayPass(limit, of: life, $1, \.count) }
    guard !sums.isEmpty else { return [] }
    let all = history.rate(
      of: life, life.lookups.values.joined().lazy.map { ($0.interval, Double($0.count)) })
    return sums.compactMap { path, sums in
      candidate(path, sums, of: life, all: all, frames: frames, in: history)
    }.sorted { one, other in
      if one.verdict.confidence != other.verdict.confidence {
        return one.verdict.confidence == .certain
      }
      return (other.rate, one.path) < (one.rate, other.path)
    }
  }

  private static func candidate(
    _ path: PathIndex, _ sums: [Life.LookupSum], of life: Life, all: Series, frames: Frames,
    in history: History
  ) -> Candidate? {
    let settings = history.settings.hotPath
    let isFile = history.isFile(path)
    let counts = sums.map { ($0.interval, Double($0.count)) }
    let rate = history.rate(of: life, counts)
    func candidate(_ rule: Candidate.Rule, _ verdict: Verdict?) -> Candidate? {
      verdict.map {
        Candidate(path: path, verdict: $0, rule: rule, rate: rate.mean($0.window.intervals))
      }
    }
    func threshold(_ setting: Double) -> Double {
      isFile ? setting : max(setting, settings.pseudoLookupsPerSecond)
    }
    let limit = Limit.sustained(threshold(settings.lookupsPerSecond), seconds: settings.seconds)
    let perFrame = Limit(
      threshold: settings.lookupsPerFrame, weight: Double(settings.frames), presence: 0.5)
    let candidates = [
      candidate(
        .idle,
        history.verdict(on: rate, of: life, limit, .idle) {
          rate.isSteady($0, at: limit.threshold)
        }),
      candidate(
        .busy,
        history.verdict(on: rate, of: life, limit, .life, isShare: true) { window in
          rate.isSteady(window, at: limit.threshold)
            && rate.count(window) * 100 >= all.count(window) * settings.percent
            && (rate.mean(window) >= settings.typedLookupsPerSecond
              || !window.contains(where: frames.prompted.contains))
        }),
      isFile && frames.unprompted.reduce(0, +) >= Double(settings.frames)
        ? candidate(
          .perFrame,
          history.verdict(
            on: history.series(of: life, counts, where: frames.unprompted), of: life, perFrame,
            .life,
            isShare: true
          ) { rate.mean($0) >= settings.frameLookupsPerSecond }) : nil,
    ].compactMap { $0 }
    return candidates.first { $0.verdict.confidence == .certain } ?? candidates.first
  }

  /// What it drew, and when somebody typed.
  private struct Frames {
    /// Intervals in which, or shortly before which, a key came.
    var prompted: Set<Int>
    /// By interval of its presence, without those.
    var unprompted: [Double]
  }

  private static func frames(of life: Life, in history: History) -> Frames {
    let raw = life.outputs.filter(\.isRaw)
    let terminals = Set(raw.map(\.terminal))
    let intervals = history.timeline.intervals
    var prompted: Set<Int> = []
    var place = 0
    for input in history.timeline.inputs where terminals.contains(input.terminal) {
      // Those before are told, or too late for an earlier one.
      place = max(place, input.interval)
      while place < intervals.count,
        intervals[place].start.seconds(since: input.lastTime) < answerSeconds
      {
        prompted.insert(place)
        place += 1
      }
    }
    return Frames(
      prompted: prompted,
      unprompted: history.byInterval(
        of: life,
        raw.lazy.filter { !prompted.contains($0.interval) }
          .map { ($0.interval, Double($0.frames)) }))
  }

  private static func finding(
    of life: Life, _ hottest: Candidate, among candidates: [Candidate], in history: History
  ) -> Finding {
    let window = hottest.verdict.window.intervals
    let others = candidates.count - 1
    let predicate =
      "\(verb(of: life, hottest)) \(Wording.path(history.name(ofPath: hottest.path))) "
      + figures(of: life, hottest, in: history)
      + (others > 0 ? ", and \(others) more path\(others == 1 ? "" : "s") like it" : "")
    return history.finding(
      .hotPath, of: life, hottest.verdict, unit: hottest.unit, predicate: predicate,
      evidence: candidates.prefix(evidenceCount).map {
        Finding.Evidence(
          kind: "path", subject: history.name(ofPath: $0.path), value: $0.verdict.window.mean,
          unit: $0.unit)
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

  /// The greater of its two rates first: `62 times a second, 2.0 per frame`.
  private static func figures(
    of life: Life, _ candidate: Candidate, in history: History
  ) -> String {
    let verdict = candidate.verdict
    let window = verdict.window.intervals
    let count = life.lookups[candidate.path]?.within(window).sum(\.count) ?? 0
    if candidate.rule == .perFrame {
      let perFrame = "\(Figures.oneDecimal(verdict.window.mean)) per frame"
      let often = "\(Wording.rate(candidate.rate)) times a second"
      return candidate.rate >= history.settings.hotPath.lookupsPerSecond
        ? "\(often), \(perFrame)" : "\(perFrame), \(often)"
    }
    let often = "\(Wording.rate(of: verdict)) times a second"
    let frames = life.outputs(in: window).filter(\.isRaw).sum(\.frames)
    // Where it drew no frames to speak of, a share of them says nothing.
    if frames >= UInt64(window.count) {
      return often + ", \(Figures.oneDecimal(Double(count) / Double(frames))) per frame"
    }
    guard candidate.rule == .busy else { return often }
    let all = UInt64(life.total(\.count, over: window))
    return often + ", \(Figures.share(count, of: all)) of its lookups"
  }
}
