// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// Descriptors that only ever become more, or that are most of what the process may have.
///
/// A program that opens many files at its start and then stays is not growing: what counts is more
/// of one class at ten passes and more, fewer at none, in each third of the time since its
/// start-up. Pty masters are left out: `pty-leak` tells those that are a leak.
enum DescriptorGrowth: Detector {
  static func findings(in history: History) -> [Finding] {
    let kin = history.kin
    let rows = Dictionary(grouping: history.timeline.descriptors, by: \.process)
    return history.lives.compactMap { life in
      guard let use = life.process.descriptors else { return nil }
      let grown = growths(rows[life.index] ?? [], of: life, kin, history)
      return full(life, use, grown, kin, history) ?? growing(life, use, grown, kin, history)
    } + inotify(in: history)
  }

  private struct Growth {
    var kind: String
    var first: UInt64
    var last: UInt64
    var steps: Int
    var start: UInt64
    var end: UInt64

    var more: UInt64 { last - first }
  }

  /// Classes that grew, the greatest growth first.
  private static func growths(
    _ rows: [Timeline.Descriptors], of life: Life, _ kin: Kin, _ history: History
  ) -> [Growth] {
    let settings = history.settings.descriptorGrowth
    let begin = max(life.process.key.startTime, history.timeline.start)
    let start =
      life.process.key.startTime < history.timeline.start
      ? begin : begin.later(by: history.settings.phases.startUpSeconds)
    let end = kin.end(of: life.process.key)
    return Dictionary(grouping: rows, by: \.kind)
      .filter { $0.key != DescriptorClass.ptyMaster.name }
      .compactMap { kind, rows -> Growth? in
        growth(of: rows.sorted { $0.time < $1.time }, kind, from: start, to: end)
      }
      .filter {
        $0.steps >= settings.passes && $0.more >= UInt64(max(1, settings.growth))
      }
      .sorted { ($1.more, $0.kind) < ($0.more, $1.kind) }
  }

  /// Nil if there were ever fewer, or no more in some third of the time.
  private static func growth(
    of rows: [Timeline.Descriptors], _ kind: String, from start: UInt64, to end: UInt64
  ) -> Growth? {
    guard end > start else { return nil }
    // A class that a pass did not tell had none.
    var growth = Growth(
      kind: kind, first: rows.last { $0.time <= start }?.count ?? 0, last: 0, steps: 0,
      start: start, end: end)
    growth.last = growth.first
    var thirds: Set<UInt64> = []
    var isFirst = !rows.contains { $0.time <= start }
    for row in rows where row.time > start && row.time <= end {
      if isFirst {
        isFirst = false
        growth.first = row.count
        growth.start = row.time
      } else {
        guard row.count >= growth.last else { return nil }
        if row.count > growth.last {
          growth.steps += 1
          thirds.insert(min(2, (row.time - start) / max(1, (end - start) / 3)))
        }
      }
      growth.last = row.count
    }
    return thirds.count == 3 ? growth : nil
  }

  // MARK: Findings

  private static func full(
    _ life: Life, _ use: DescriptorUse, _ grown: [Growth], _ kin: Kin, _ history: History
  ) -> Finding? {
    let settings = history.settings.descriptorGrowth
    let total = use.last.total
    guard use.limit > 0, total > 0 else { return nil }
    let percent = Double(total) / Double(use.limit) * 100
    guard percent > settings.limitPercent else { return nil }
    return Finding(
      .descriptorGrowth, percent >= (settings.limitPercent + 100) / 2 ? .critical : .warning,
      process: life.process.key, value: percent, unit: "%", threshold: settings.limitPercent,
      start: grown.map(\.start).min() ?? max(life.process.began, history.timeline.start),
      end: kin.end(of: life.process.key),
      predicate: "\(life.process.isAlive ? "has" : "had") \(Figures.grouped(total)) descriptors "
        + "open of the \(Figures.grouped(use.limit)) that it may have\(most(use))",
      evidence: evidence(use, grown), control: control(besides: life, history))
  }

  private static func growing(
    _ life: Life, _ use: DescriptorUse, _ grown: [Growth], _ kin: Kin, _ history: History
  ) -> Finding? {
    guard let worst = grown.first else { return nil }
    let limit = history.settings.descriptorGrowth.growth
    let time = Figures.duration(worst.end - worst.start)
    return Finding(
      .descriptorGrowth, worst.more >= UInt64(10 * max(1, limit)) ? .critical : .warning,
      process: life.process.key, value: Double(worst.more), unit: "descriptors",
      threshold: Double(limit), start: worst.start, end: worst.end,
      predicate: "opened \(Figures.grouped(worst.more)) more \(noun(worst.kind)) than it closed "
        + "in \(time), from \(Figures.grouped(worst.first)) to \(Figures.grouped(worst.last)), "
        + "and never had fewer",
      evidence: evidence(use, grown), control: control(besides: life, history))
  }

  /// ", 687 of them pipes".
  private static func most(_ use: DescriptorUse) -> String {
    guard let most = DescriptorClass.allCases.max(by: { use.last[$0] < use.last[$1] }) else {
      return ""
    }
    return ", \(Figures.grouped(use.last[most])) of them \(noun(most.name))"
  }

  private static func noun(_ kind: String) -> String {
    switch DescriptorClass(name: kind) {
    case .regular: "files"
    case .directory: "directories"
    case .socket: "sockets"
    case .pipe: "pipe ends"
    case .eventfd: "eventfds"
    case .epoll: "epolls"
    case .inotify: "inotify instances"
    case .pidfd: "pidfds"
    case .ttySlave: "terminals"
    case .ptyMaster: "pty masters"
    case .other, nil: "others"
    }
  }

  private static func evidence(_ use: DescriptorUse, _ grown: [Growth]) -> [Finding.Evidence] {
    let classes = DescriptorClass.allCases.filter { use.last[$0] > 0 }
      .sorted { use.last[$0] > use.last[$1] }
      .map {
        Finding.Evidence(
          kind: "descriptors", subject: Array($0.name.utf8), value: Double(use.last[$0]),
          unit: "descriptors")
      }
    guard use.repeatedCount > 1, !use.repeatedPath.isEmpty else { return classes }
    return classes + [
      Finding.Evidence(
        kind: "path", subject: use.repeatedPath, value: Double(use.repeatedCount),
        unit: "descriptors")
    ]
  }

  private static func control(besides life: Life, _ history: History) -> String {
    let others = history.lives.filter { $0.index != life.index && $0.process.descriptors != nil }
    guard !others.isEmpty else { return "" }
    let most = others.compactMap { $0.process.descriptors?.growth }.max() ?? 0
    return most <= 0
      ? "\(Wording.others(others.count)) \(others.count == 1 ? "has" : "have") no more than at first"
      : Wording.others(others.count, noneOf: "has", "\(most) more than at first")
  }
}
