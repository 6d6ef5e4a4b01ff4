// SPDX-License-Identifier: Apache-2.0

import Attribution

/// Recordings held against budgets.
public struct BudgetCheck: Sendable {
  public enum Verdict: String, Sendable, Hashable, CaseIterable, Comparable {
    case broken, inconclusive, passed

    public static func < (one: Self, other: Self) -> Bool {
      (allCases.firstIndex(of: one) ?? 0) < (allCases.firstIndex(of: other) ?? 0)
    }
  }

  /// One limit of a budget, and what one recording has of it.
  public struct Result: Sendable {
    public var budget: Budget
    public var limit: Budget.Limit
    /// The recording's name.
    public var recording: String
    /// In `unit`; nil where the recording does not have the phase.
    public var figure: Double?
    /// What the figure may be, in `unit`; nil where there is no baseline for it.
    public var allowed: Double?
    public var unit: String
    public var verdict: Verdict
    /// Why it is inconclusive, or that it passed for want of such a process.
    public var reason: String?
    /// Who did it, or what it was, the most first; empty unless broken.
    public var culprits: [Diff.Contributor]
  }

  /// In the order of the file, and of the recordings.
  public let results: [Result]

  public init(_ budgets: [Budget], on recordings: [RunFigures], baseline: [RunFigures] = []) {
    results = budgets.flatMap { budget in
      budget.limits.flatMap { limit in
        recordings.map { Self.result(budget, limit, $0, baseline) }
      }
    }
  }

  /// The worst of all.
  public var verdict: Verdict { results.map(\.verdict).min() ?? .passed }

  // MARK: One result

  private static func result(
    _ budget: Budget, _ limit: Budget.Limit, _ run: RunFigures, _ baseline: [RunFigures]
  ) -> Result {
    let spent = run.spending(budget)
    var result = Result(
      budget: budget, limit: limit, recording: run.name,
      unit: limit.unit(budget.signal, isTotal: spent?.isOfFixedLength ?? false),
      verdict: .passed, culprits: [])
    func inconclusive(_ reason: String) -> Result {
      result.verdict = .inconclusive
      result.reason = reason
      return result
    }
    guard let spent else {
      return inconclusive("the recording has no phase \(budget.phase ?? "at all")")
    }
    result.figure = spent.figure(limit)
    guard let allowed = limit.allowed(budget, baseline) else {
      return inconclusive("no baseline has it: give --baseline RECORDING")
    }
    result.allowed = allowed.value
    guard let figure = result.figure else {
      return inconclusive("it is too short to tell what comes by the second")
    }
    if budget.signal == .bytesPerFrame, spent.isLossy || allowed.isLossy {
      let place = spent.isLossy ? "" : " in the baseline"
      return inconclusive("events were lost\(place): an average may be more or less")
    }
    // What was lost can only be more.
    if figure > allowed.value {
      if allowed.isLossy { return inconclusive("events were lost in the baseline") }
      result.verdict = .broken
      result.culprits = spent.culprits(run)
      return result
    }
    if spent.isLossy { return inconclusive("events were lost: it may be more") }
    if spent.isCutShort { return inconclusive("the recording is not finished: it may be more") }
    if let pattern = budget.process, !run.hasProcess(like: pattern) {
      result.reason = "no process is called \(pattern)"
    }
    return result
  }
}

extension Budget.Limit {
  /// Of the figure that it limits.
  ///
  /// - Parameter isTotal: of a phase that is always of the same length.
  fileprivate func unit(_ signal: Signal, isTotal: Bool) -> String {
    switch self {
    case .total: signal.unit(isRate: false)
    case .perSecond: signal == .cpu ? "%" : signal.unit(isRate: true)
    case .ratio: signal.unit(isRate: !(isTotal || signal.isGauge || signal == .bytesPerFrame))
    }
  }

  fileprivate func allowed(
    _ budget: Budget, _ baseline: [RunFigures]
  ) -> (value: Double, isLossy: Bool)? {
    switch self {
    case .total(let amount), .perSecond(let amount): return (amount, false)
    case .ratio(let factor):
      let spendings = baseline.compactMap { $0.spending(budget) }
      guard let median = Statistics.median(spendings.compactMap { $0.figure(self) }) else {
        return nil
      }
      return (factor * median, spendings.contains(where: \.isLossy))
    }
  }
}

/// What a run has of a budget.
struct Spending {
  var signal: Signal
  var figure = Figure()
  /// By role and contributor, for who is to blame.
  var parts: [Part: Double] = [:]
  var seconds = 0.0
  var isLossy = false
  var isCutShort = false
  /// Its totals compare as they are.
  var isOfFixedLength = false

  struct Part: Hashable {
    var role: Role
    var name: [UInt8]
  }

  /// Nil where the time is too short for a rate, or there were no frames.
  func figure(_ limit: Budget.Limit) -> Double? {
    if signal == .bytesPerFrame {
      guard let frames = figure.divisor, frames > 0 else { return 0 }
      return figure.total / frames
    }
    if signal.isGauge { return figure.total }
    switch limit {
    case .total: return figure.total
    case .ratio where isOfFixedLength: return figure.total
    case .perSecond, .ratio:
      guard seconds > 0 else { return figure.total > 0 ? nil : 0 }
      return figure.total / seconds * (signal == .cpu ? 100 : 1)
    }
  }

  /// The most first.
  func culprits(_ run: RunFigures) -> [Diff.Contributor] {
    parts.filter { $0.value > 0 }
      .map { part, amount in
        let name = part.name.isEmpty ? [] : Array(": ".utf8) + part.name
        return Diff.Contributor(name: run.shown(part.role) + name, change: amount)
      }
      .sorted { one, other in
        one.change != other.change
          ? one.change > other.change : one.name.lexicographicallyPrecedes(other.name)
      }
      .prefix(3).map(\.self)
  }
}

extension RunFigures {
  /// Nil where there is no such phase.
  func spending(_ budget: Budget) -> Spending? {
    let wanted = budget.phase.map { [$0] } ?? phaseNames.filter { phases[$0]?.isMark == false }
    let there = wanted.compactMap { name in phases[name].map { (name, $0) } }
    guard !there.isEmpty else { return nil }
    var spending = Spending(signal: budget.signal)
    spending.isOfFixedLength = there.allSatisfy(\.1.isOfFixedLength)
    for (name, phase) in there {
      var inPhase = Spending(signal: budget.signal)
      for (measure, figure) in figures
      where measure.phase == name && measure.signal == budget.signal
        && matches(measure, budget)
      {
        inPhase.add(figure, measure, budget.path)
      }
      spending.seconds += phase.seconds
      spending.isLossy = spending.isLossy || phase.isLossy
      spending.isCutShort = spending.isCutShort || phase.isCutShort
      spending.take(inPhase)
    }
    return spending
  }

  private func matches(_ measure: Measure, _ budget: Budget) -> Bool {
    if let wanted = budget.descriptorClass, Array(wanted.utf8) != measure.subject { return false }
    return budget.process.map { matches(measure.role, $0) } ?? true
  }

  private func matches(_ role: Role, _ pattern: String) -> Bool {
    Budget.matches(pattern, shown(role.names.last ?? [])) || Budget.matches(pattern, shown(role))
  }

  fileprivate func shown(_ role: Role) -> [UInt8] { role.shown(by: shown) }

  private func shown(_ name: [UInt8]) -> [UInt8] {
    if !name.isEmpty { return name }
    return targetName.isEmpty ? Role.targetName : targetName
  }

  /// In any phase.
  func hasProcess(like pattern: String) -> Bool {
    Set(figures.keys.map(\.role)).contains { matches($0, pattern) }
  }
}

extension Spending {
  /// - Parameter path: the pattern that contributors must match.
  fileprivate mutating func add(_ added: Figure, _ measure: Measure, _ path: String?) {
    if let divisor = added.divisor { figure.divisor = (figure.divisor ?? 0) + divisor }
    if path == nil { figure.total += added.total }
    for (name, amount) in added.contributors {
      if let path {
        guard Budget.matches(path, name) else { continue }
        figure.total += amount
      }
      parts[Part(role: measure.role, name: name), default: 0] += amount
    }
    if added.contributors.isEmpty {
      parts[Part(role: measure.role, name: measure.subject), default: 0] += added.total
    }
  }

  /// One more phase: times add up, and of what stands for a moment the greatest counts.
  fileprivate mutating func take(_ phase: Spending) {
    if signal.isGauge {
      guard phase.figure.total > figure.total else { return }
      figure = phase.figure
      parts = phase.parts
      return
    }
    figure.total += phase.figure.total
    if let divisor = phase.figure.divisor { figure.divisor = (figure.divisor ?? 0) + divisor }
    parts.merge(phase.parts, uniquingKeysWith: +)
  }
}
