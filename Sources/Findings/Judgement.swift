// SPDX-License-Identifier: Apache-2.0

import Attribution

/// What a run's findings and phases are.
public struct Judgement: Sendable {
  /// The most severe first; of these the certain ones, and then as `Finding.Kind` lists them.
  public var findings: [Finding]
  /// Start-up, active, idle and after exit, where there was any, and then the marks.
  public var phases: [PhaseRow]

  public init(of timeline: Timeline, settings: FindingSettings = FindingSettings()) {
    let history = History(of: timeline, settings: settings)
    findings = Self.detectors.flatMap { $0.findings(in: history) }
      .map { (place: Place(of: $0), finding: $0) }
      .sorted { $0.place < $1.place }
      .map(\.finding)
    phases = PhaseRow.rows(of: history)
  }

  static let detectors: [any Detector.Type] = [
    PTYLeak.self,
    LeakedChildren.self,
    Unreaped.self,
    HotPath.self,
    TTYOutput.self,
    Repaint.self,
    FrameRate.self,
    IdleLookups.self,
    FailingLookups.self,
    ExecStorm.self,
    Orphan.self,
    DescriptorGrowth.self,
    Spin.self,
  ]

  /// Where a finding comes in the order, the lowest first.
  private struct Place: Comparable {
    let finding: Finding
    let kind: Int
    /// The figure by its threshold.
    let excess: Double

    init(of finding: Finding) {
      self.finding = finding
      kind = Finding.Kind.allCases.firstIndex(of: finding.kind) ?? Finding.Kind.allCases.count
      excess = finding.threshold > 0 ? finding.value / finding.threshold : finding.value
    }

    static func < (one: Self, other: Self) -> Bool {
      if one.finding.severity != other.finding.severity {
        return one.finding.severity > other.finding.severity
      }
      if one.finding.confidence != other.finding.confidence {
        return one.finding.confidence == .certain
      }
      if one.kind != other.kind { return one.kind < other.kind }
      if one.excess != other.excess { return one.excess > other.excess }
      // Equal runs are told alike.
      if one.finding.start != other.finding.start { return one.finding.start < other.finding.start }
      if one.finding.process.startTime != other.finding.process.startTime {
        return one.finding.process.startTime < other.finding.process.startTime
      }
      return one.finding.process.processID < other.finding.process.processID
    }

    static func == (one: Self, other: Self) -> Bool { !(one < other) && !(other < one) }
  }
}
