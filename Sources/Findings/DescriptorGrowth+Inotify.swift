// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

extension DescriptorGrowth {
  /// What a user may have of inotify, in all its processes together, most of which is used.
  ///
  /// Sources: openai/codex#33234, with 65,042 of 65,536 watches, and #39123, with 8 instances in
  /// each of 15 processes.
  static func inotify(in history: History) -> [Finding] {
    guard let limits = history.timeline.inotifyLimits else { return [] }
    return history.timeline.inotifyUsers.flatMap { user in
      [
        Inotify(
          noun: "inotify watches", used: user.watches, limit: limits.watches,
          held: \.inotifyWatches),
        Inotify(
          noun: "inotify instances", used: user.instances, limit: limits.instances,
          held: \.inotifyInstances),
      ].compactMap { finding($0, of: user.userID, history) }
    }
  }

  private struct Inotify {
    var noun: String
    /// Of the user.
    var used: UInt64
    var limit: UInt64
    var held: KeyPath<DescriptorUse, UInt64>

    var percent: Double { limit > 0 ? Double(used) / Double(limit) * 100 : 0 }

    func held(by life: Life) -> UInt64 { life.process.descriptors?[keyPath: held] ?? 0 }
  }

  private static func finding(
    _ inotify: Inotify, of user: UInt32, _ history: History
  ) -> Finding? {
    let settings = history.settings.descriptorGrowth
    guard inotify.percent > settings.limitPercent else { return nil }
    let holders = history.lives.filter { $0.process.userID == user && inotify.held(by: $0) > 0 }
      .sorted { inotify.held(by: $0) > inotify.held(by: $1) }
    // Where others have the most of it, whom spoor does not follow, nobody here is to blame.
    let followed = holders.sum(inotify.held)
    guard let most = holders.first, followed >= inotify.used / 2 else { return nil }
    let others = UInt64(holders.count - 1)
    let beside =
      others == 0
      ? "" : ", \(Figures.counted(others, "other process", "other processes")) beside it"
    return Finding(
      .descriptorGrowth,
      inotify.percent >= (settings.limitPercent + 100) / 2 ? .critical : .warning,
      process: most.process.key, value: inotify.percent, unit: "%",
      threshold: settings.limitPercent,
      start: max(most.process.began, history.timeline.start),
      end: history.kin.end(of: most.process.key),
      predicate: "\(most.process.isAlive ? "has" : "had") "
        + "\(Figures.grouped(inotify.held(by: most))) \(inotify.noun)\(beside); its user has "
        + "\(Figures.grouped(inotify.used)) of at most \(Figures.grouped(inotify.limit))",
      evidence: holders.prefix(5).map {
        Finding.Evidence(
          kind: "process", subject: Array("\($0.process.key.processID)".utf8),
          value: Double(inotify.held(by: $0)), unit: inotify.noun)
      })
  }
}
