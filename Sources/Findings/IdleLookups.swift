// SPDX-License-Identifier: Apache-2.0

import Attribution

/// Lookups of a program that waits for a key.
///
/// Those below /proc and /sys do not count: they are how a program asks the kernel for its state,
/// and a monitor such as htop does nothing else. Nor does what is done at once and not again: an
/// agent reads 1,100 certificates anew. Source: anthropics/claude-code#17142, with 490 a second; a
/// healthy agent makes 4 to 15.
enum IdleLookups: Detector {
  private static let evidenceCount = 5

  static func findings(in history: History) -> [Finding] {
    history.lives.compactMap { life in
      life.stretches.contains { $0.phase == .idle } ? finding(of: life, in: history) : nil
    }
  }

  private static func finding(of life: Life, in history: History) -> Finding? {
    let settings = history.settings.idleLookups
    let paths = life.lookups.filter { history.isFile($0.key) }
    let rate = history.rate(
      of: life, paths.values.joined().lazy.map { ($0.interval, Double($0.count)) })
    func verdict(_ threshold: Double) -> Verdict? {
      let limit = Limit.sustained(threshold, isInclusive: false, seconds: settings.seconds)
      return history.verdict(on: rate, of: life, limit, .idle) {
        rate.isSteady($0, at: threshold)
      }
    }
    let warning = verdict(settings.warningPerSecond)
    let notice = verdict(settings.noticePerSecond)
    let isWarning = warning != nil && (warning?.confidence == .certain || notice == nil)
    guard let verdict = isWarning ? warning : notice else { return nil }

    let window = verdict.window.intervals
    let seconds = history.seconds(window)
    let ranked = Self.ranked(paths, over: window, count: \.count, seconds: seconds)
    let most = ranked.first.map {
      ", most often \(Wording.path(history.name(ofPath: $0.path))) (\(Wording.rate($0.rate))/s)"
    }
    return history.finding(
      .idleLookups, isWarning ? nil : .notice, of: life, verdict, unit: "/s",
      predicate: "looked up \(Wording.rate(of: verdict)) paths a second "
        + verdict.circumstances(seconds) + (most ?? ""),
      evidence: ranked.prefix(evidenceCount).map {
        Finding.Evidence(
          kind: "path", subject: history.name(ofPath: $0.path), value: $0.rate, unit: "/s")
      },
      control: history.control(
        beside: life, over: window,
        figure: { $0.total(\.count, over: window, of: history.isFile) / seconds },
        tell: { "looked up \(Wording.rate($0)) a second" }))
  }

  /// Paths with their rates in a window, the most first, without those that were left alone.
  static func ranked(
    _ paths: [PathIndex: [Life.LookupSum]], over window: Range<Int>,
    count: (Life.LookupSum) -> UInt64, seconds: Double
  ) -> [(path: PathIndex, rate: Double)] {
    paths.map { ($0.key, Double($0.value.within(window).sum(count)) / seconds) }
      .filter { $0.1 > 0 }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
  }
}

extension Life {
  /// Over all paths, or some.
  func total(
    _ count: (LookupSum) -> UInt64, over window: Range<Int>,
    of counts: (PathIndex) -> Bool = { _ in true }
  ) -> Double {
    lookups.reduce(0) { sum, row in
      let rows = row.value.within(window)
      return rows.isEmpty || !counts(row.key) ? sum : sum + Double(rows.sum(count))
    }
  }
}

extension History {
  /// It is no question to the kernel about its state.
  func isFile(_ path: PathIndex) -> Bool { !PseudoFiles.contain(name(ofPath: path)) }
}
