// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings

/// Puts the figures of two sets of runs beside one another.
struct Judging {
  /// By the templates of their names, as all that follows.
  let baseline: [RunFigures]
  let candidate: [RunFigures]
  let settings: FindingSettings
  private let names: NameTemplates
  private let canReachP: Bool

  /// Contributors at most, of one row.
  private static let contributors = 5

  init(baseline: [RunFigures], candidate: [RunFigures], settings: FindingSettings) {
    var names = NameTemplates()
    self.baseline = baseline.map { $0.templated(&names) }
    self.candidate = candidate.map { $0.templated(&names) }
    self.names = names
    self.settings = settings
    canReachP = Statistics.leastP(baseline.count, candidate.count) < settings.diff.p
  }

  /// All that any run has; where one role is all there is, its sum over all says nothing more.
  var measures: Set<Measure> {
    let all = (baseline + candidate).reduce(into: Set<Measure>()) { $0.formUnion($1.figures.keys) }
    let roles = Set(all.map(\.role)).subtracting([.all])
    return roles.count > 1 ? all : all.filter { $0.role != .all }
  }

  /// Nil for what no reader wants: a figure that is zero in both medians, or one path of
  /// thousands that changed by no more than the floor.
  func row(_ measure: Measure) -> Diff.Row? {
    let below = baseline.compactMap { $0.value(measure) }
    let above = candidate.compactMap { $0.value(measure) }
    // A phase that a side does not have is told once: `Diff.missingPhases`.
    guard let one = Statistics.median(below), let other = Statistics.median(above) else {
      return nil
    }
    let change = other - one
    let isRate = !(baseline + candidate)
      .contains { $0.phases[measure.phase]?.isOfFixedLength == true }
    let floor = floor(of: measure.signal, isRate: isRate)
    let isWorthAWord = abs(change) >= floor
    if one == 0, other == 0 { return nil }
    if measure.signal == .pathLookups, !isWorthAWord { return nil }

    var row = Diff.Row(
      measure: measure, phase: measure.phase, role: names.shown(measure.role),
      signal: measure.signal,
      subject: names.shown(subject: measure), unit: measure.signal.unit(isRate: isRate),
      baseline: one, candidate: other, verdict: .same,
      weight: floor > 0 ? abs(change) / floor : abs(change), contributors: [])
    if one > 0 { row.ratio = other / one }
    guard isWorthAWord else { return row }
    row.contributors = contributors(to: measure, rising: change > 0)
    if below.count > 1, above.count > 1 {
      row.p = Statistics.permutationP(below, above)
      row.interval = Statistics.ratioInterval(baseline: below, candidate: above)
    }
    judge(&row, measure.phase, runs: (below.count, above.count))
    return row
  }

  // MARK: Verdict

  private func judge(_ row: inout Diff.Row, _ phase: String, runs: (Int, Int)) {
    let (one, other) = (row.baseline, row.candidate)
    let factor = settings.diff.ratio
    guard max(one, other) >= factor * min(one, other) else { return }
    func inconclusive(_ reason: String) {
      row.verdict = .inconclusive
      row.reason = reason
    }
    if (baseline + candidate).contains(where: { $0.phases[phase]?.isLossy == true }) {
      return inconclusive("events were lost in this phase")
    }
    guard let p = row.p, canReachP else { return inconclusive("too few recordings") }
    if Statistics.leastP(runs.0, runs.1) >= settings.diff.p {
      return inconclusive("too few recordings have this phase")
    }
    if p < settings.diff.p { row.verdict = other > one ? .regressed : .improved }
  }

  /// In the figure's unit.
  private func floor(of signal: Signal, isRate: Bool) -> Double {
    let floor = signal.floor(settings.diff)
    if signal.isGauge || signal == .bytesPerFrame { return floor }
    if signal == .cpu, isRate { return floor * 100 }
    return isRate ? floor : floor * settings.phases.startUpSeconds
  }

  // MARK: Contributors

  private func contributors(to measure: Measure, rising: Bool) -> [Diff.Contributor] {
    var changes: [[UInt8]: Double] = [:]
    add(baseline, measure, sign: -1, to: &changes)
    add(candidate, measure, sign: 1, to: &changes)
    return
      changes
      .filter { rising ? $0.value > 0 : $0.value < 0 }
      .map { Diff.Contributor(name: names.shown($0.key), change: $0.value) }
      .sorted { one, other in
        abs(one.change) != abs(other.change)
          ? abs(one.change) > abs(other.change)
          : one.name.lexicographicallyPrecedes(other.name)
      }
      .prefix(Self.contributors).map(\.self)
  }

  /// Adds each contributor's mean over the runs that have the phase.
  private func add(
    _ runs: [RunFigures], _ measure: Measure, sign: Double, to changes: inout [[UInt8]: Double]
  ) {
    let having = runs.filter { $0.value(measure) != nil }
    for run in having {
      guard let figure = run.figures[measure], figure.total > 0, let value = run.value(measure)
      else { continue }
      for (name, part) in figure.contributors {
        changes[name, default: 0] += sign * part / figure.total * value / Double(having.count)
      }
    }
  }
}

extension NameTemplates {
  fileprivate func shown(subject measure: Measure) -> [UInt8] {
    measure.subject.isEmpty ? [] : shown(measure.subject)
  }
}
