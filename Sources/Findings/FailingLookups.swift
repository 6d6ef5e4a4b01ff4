// SPDX-License-Identifier: Apache-2.0

import Attribution

/// Lookups that mostly fail once the start is over, or one that fails on and on.
///
/// A start may fail a lot: programs search for their modules along a path. What fails on and on is
/// a file: a monitor asks the kernel each time for what this machine has not. Source:
/// earendil-works/pi#5373, with half of 413,385 failing in 66 s, and happy#1359, with 178,887
/// retries in two days.
enum FailingLookups: Detector {
  private static let evidenceCount = 5

  static func findings(in history: History) -> [Finding] {
    history.lives.flatMap { life -> [Finding] in
      guard life.failedLookupCount > 0 else { return [] }
      return [together(of: life, in: history), onePath(of: life, in: history)].compactMap { $0 }
    }
  }

  private static func together(of life: Life, in history: History) -> Finding? {
    let settings = history.settings.failingLookups
    let least = settings.failedPerSecond * settings.seconds / 2
    guard Double(life.failedLookupCount) >= least else { return nil }
    let rows = life.lookups.values.joined()
    let failed = history.rate(of: life, rows.lazy.map { ($0.interval, Double($0.failed)) })
    let all = history.rate(of: life, rows.lazy.map { ($0.interval, Double($0.count)) })
    let limit = Limit.sustained(settings.failedPerSecond, seconds: settings.seconds)
    let verdict = history.verdict(on: failed, of: life, limit, .settled, isShare: true) {
      failed.count($0) * 100 >= all.count($0) * settings.failedPercent
    }
    guard let verdict else { return nil }
    let window = verdict.window.intervals
    let seconds = history.seconds(window)
    let ranked = IdleLookups.ranked(life.lookups, over: window, count: \.failed, seconds: seconds)
    let most = ranked.first.map {
      ", most often of \(Wording.path(history.name(ofPath: $0.path))) (\(Wording.rate($0.rate))/s)"
    }
    return history.finding(
      .failingLookups, of: life, verdict, unit: "/s",
      predicate: "had \(Wording.rate(of: verdict)) of \(Wording.rate(all.mean(window))) "
        + "lookups a second fail \(verdict.circumstances(seconds))" + (most ?? ""),
      evidence: ranked.prefix(evidenceCount).map {
        Finding.Evidence(
          kind: "path", subject: history.name(ofPath: $0.path), value: $0.rate, unit: "/s")
      },
      control: history.control(
        beside: life, over: window,
        figure: { $0.total(\.failed, over: window) / seconds },
        tell: { "had \(Wording.rate($0)) a second fail" }))
  }

  /// Of the path that fails most.
  private static func onePath(of life: Life, in history: History) -> Finding? {
    let settings = history.settings.failingLookups
    let limit = Limit.sustained(settings.onePathPerSecond, seconds: settings.onePathSeconds)
    let least = settings.onePathPerSecond * settings.onePathSeconds / 2
    guard Double(life.failedLookupCount) >= least else { return nil }
    let verdicts = life.lookups.compactMap { path, sums -> (PathIndex, Verdict)? in
      guard Double(sums.sum(\.failed)) >= least, history.isResolved(path), history.isFile(path),
        history.mayPass(limit, of: life, sums, \.failed)
      else { return nil }
      let rate = history.rate(of: life, sums.lazy.map { ($0.interval, Double($0.failed)) })
      return history.verdict(on: rate, of: life, limit, .settled).map { (path, $0) }
    }.sorted { $0.0 < $1.0 }
    guard let first = verdicts.first else { return nil }
    let (path, verdict) = verdicts.dropFirst().reduce(first) {
      $1.1.isStronger(than: $0.1) ? $1 : $0
    }
    let window = verdict.window.intervals
    let seconds = history.seconds(window)
    let name = history.name(ofPath: path)
    return history.finding(
      .failingLookups, of: life, verdict, unit: "/s",
      predicate: "looked up \(Wording.path(name)) in vain \(Wording.rate(of: verdict)) "
        + "times a second \(Wording.duration(seconds))",
      evidence: [
        Finding.Evidence(kind: "path", subject: name, value: verdict.window.mean, unit: "/s")
      ],
      control: history.control(
        beside: life, over: window,
        figure: { Double($0.lookups[path]?.within(window).sum(\.count) ?? 0) },
        tell: { "looked it up \(Wording.times($0))" }))
  }
}
