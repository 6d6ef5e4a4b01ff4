// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Recording

extension TextReport {
  /// A row for each process whose descriptors say something, the fullest first.
  var descriptorSection: [TextLine] {
    let telling = run.processes.compactMap { process in
      process.descriptors.flatMap { use in
        facts(use).isEmpty ? nil : (process: process, use: use)
      }
    }
    let ranked = telling.enumerated()
      .sorted { one, other in
        let (first, second) = (one.element.use.rank, other.element.use.rank)
        return first == second ? one.offset < other.offset : first > second
      }
      .map(\.element)
    guard !ranked.isEmpty else { return inotifyLines }
    var table = TextTable([
      .init(title: "DESCRIPTORS", isRight: true),
      .init(title: "OF LIMIT", isRight: true),
      .init(title: "GREW", isRight: true),
      .init(title: "PID", isRight: true),
      .init(title: "PROCESS", isFlexible: true, largest: 28),
      .init(title: "AMONG THEM", isFlexible: true),
    ])
    for (process, use) in ranked.prefix(options.processes) {
      table.append([
        .init(Figures.count(use.last.total), use.isNearLimit ? .alarm : .plain),
        .init(use.hasLimit ? Figures.share(use.last.total, of: use.limit) : Figures.none),
        .init(growth(use), use.growth >= DescriptorUse.notableGrowth ? .alarm : .plain),
        .init(String(process.key.processID)),
        .process(name(process.key)),
        .init(facts(use)[0]),
      ])
      for fact in facts(use).dropFirst() {
        table.append(Array(repeating: .init(""), count: 5) + [.init(fact)])
      }
    }
    return table.lines(width: options.width) + rest(ranked.count - options.processes)
      + inotifyLines + cost
  }

  /// Users who have used up most of what they may have of inotify.
  private var inotifyLines: [TextLine] {
    guard let limits = run.run.descriptors.passes.last?.inotifyLimits else { return [] }
    return run.run.descriptors.inotifyUsers
      .filter { $0.watches / 6 >= limits.watches / 10 || $0.instances / 6 >= limits.instances / 10 }
      .map { user in
        let watches = "\(Figures.grouped(user.watches)) of \(Figures.grouped(limits.watches))"
        let instances = "\(Figures.grouped(user.instances)) of \(Figures.grouped(limits.instances))"
        return TextLine(
          "user \(user.userID): \(watches) inotify watches, \(instances) instances", .alarm)
      }
  }

  /// What the passes took.
  private var cost: [TextLine] {
    let passes = run.run.descriptors.passes
    let number = UInt64(passes.count)
    guard number > 0 else { return [] }
    let counted = Figures.counted(number, "pass", "passes")
    let walked = Figures.count(passes.sum(\.descriptors) / number)
    let each = Figures.duration(passes.sum(\.cpuTime) / number)
    return [TextLine("\(counted) over \(walked) descriptors, \(each) of CPU time each", .faint)]
  }

  private func rest(_ count: Int) -> [TextLine] {
    guard count > 0 else { return [] }
    let processes = Figures.counted(UInt64(count), "more process", "more processes")
    return [TextLine("… and \(processes)", .faint)]
  }

  private func growth(_ use: DescriptorUse) -> String {
    if use.growth == 0 { return Figures.none }
    return (use.growth > 0 ? "+" : "-") + Figures.count(use.growth.magnitude)
  }

  /// What is worth a word of a process's descriptors, the most telling first.
  private func facts(_ use: DescriptorUse) -> [String] {
    var facts: [String] = []
    if use.repeatedCount >= DescriptorUse.notableRepetition {
      let path =
        use.repeatedPath.isEmpty
        ? "one path" : ForeignText.fit(ForeignText.encode(use.repeatedPath), 28)
      facts.append("\(Figures.count(use.repeatedCount)) on \(path)")
    }
    if use.inotifyWatches >= DescriptorUse.notableWatches
      || use.inotifyInstances >= DescriptorUse.notableInstances
    {
      let watches = Figures.counted(use.inotifyWatches, "watch", "watches")
      facts.append(watches + " by \(Figures.count(use.inotifyInstances)) inotify")
    }
    guard !facts.isEmpty || use.isNearLimit || use.growth >= DescriptorUse.notableGrowth else {
      return []
    }
    return facts + [largestClasses(use)]
  }

  /// The two classes with the most descriptors.
  private func largestClasses(_ use: DescriptorUse) -> String {
    DescriptorClass.allCases.filter { use.last[$0] > 0 }
      .sorted { use.last[$0] > use.last[$1] }
      .prefix(2)
      .map { "\(Figures.count(use.last[$0])) \($0.noun)" }
      .joined(separator: ", ")
  }
}

extension DescriptorUse {
  fileprivate static let notableGrowth: Int64 = 32
  fileprivate static let notableRepetition: UInt64 = 16
  fileprivate static let notableWatches: UInt64 = 1_000
  fileprivate static let notableInstances: UInt64 = 8

  /// RLIM_INFINITY, and what is as good as that.
  fileprivate var hasLimit: Bool { limit > 0 && limit < 1 << 40 }

  /// 60 %, as the finding descriptor-growth has it.
  fileprivate var isNearLimit: Bool { share > 0.6 }

  private var share: Double { hasLimit ? Double(last.total) / Double(limit) : 0 }

  fileprivate var rank: Double { isNearLimit ? 1e20 * share : Double(last.total) }
}

extension DescriptorClass {
  /// Several of them.
  fileprivate var noun: String {
    switch self {
    case .regular: "files"
    case .directory: "directories"
    case .socket: "sockets"
    case .pipe: "pipes"
    case .eventfd: "eventfds"
    case .epoll: "epolls"
    case .inotify: "inotify"
    case .pidfd: "pidfds"
    case .ttySlave: "terminals"
    case .ptyMaster: "pty masters"
    case .other: "others"
    }
  }
}
