// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings
import Recording

extension ReportDocument {
  /// What is wrong, with its evidence.
  public struct FindingRow: Codable, Hashable, Sendable {
    public var kind: Finding.Kind
    public var severity: Finding.Severity
    /// The culprit.
    public var pid: UInt32
    public var startTimeNs: UInt64
    public var value: Double
    /// Of `value` and `threshold`, such as `/s`.
    public var unit: String
    public var threshold: Double
    /// Empty where the finding is of no one phase.
    public var phase: String
    /// The culprit's name and what it did, encoded for a terminal.
    public var sentence: String
    public var confidence: Finding.Confidence
    public var evidence: [EvidenceRow]
    /// What the other processes did on the same signal; empty where there is none.
    public var control: String
    /// Since the recording's start.
    public var startSeconds: Double
    public var endSeconds: Double
  }

  /// One fact that proves a finding.
  public struct EvidenceRow: Codable, Hashable, Sendable {
    /// What the subject is, such as `path`.
    public var kind: String
    public var subject: String
    public var value: Double
    public var unit: String
  }

  /// A part of the recording.
  public struct Phase: Codable, Hashable, Sendable {
    public var name: String
    /// The user named it by `spoor mark` or a signal.
    public var mark: Bool
    /// Since the recording's start.
    public var startSeconds: Double
    public var endSeconds: Double
    /// Of the intervals that belong to it: a phase may come again.
    public var seconds: Double
    public var lookups: UInt64
    public var failed: UInt64
    /// To the slave's side of terminals.
    public var ttyBytes: UInt64
    public var frames: UInt64
    /// By interval, in its order.
    public var lookupsSeries: [Double]
    public var ttyBytesSeries: [Double]
  }
}

extension ReportDocument.FindingRow {
  /// - Parameter name: the culprit's, encoded.
  init(_ finding: Finding, name: String, in run: RecordedRun) {
    self.init(
      kind: finding.kind, severity: finding.severity,
      pid: finding.process.processID, startTimeNs: finding.process.startTime,
      value: finding.value.finite, unit: finding.unit, threshold: finding.threshold.finite,
      phase: finding.phase, sentence: finding.sentence(name), confidence: finding.confidence,
      evidence: finding.evidence.map {
        ReportDocument.EvidenceRow(
          kind: $0.kind, subject: JSONText.decode($0.subject), value: $0.value.finite,
          unit: $0.unit)
      },
      control: finding.control,
      startSeconds: Double(run.sinceStart(finding.start)) / 1e9,
      endSeconds: Double(run.sinceStart(finding.end)) / 1e9)
  }
}

extension ReportDocument.Phase {
  init(_ row: PhaseRow, in run: RecordedRun) {
    self.init(
      name: row.name, mark: row.isMark,
      startSeconds: Double(run.sinceStart(row.start)) / 1e9,
      endSeconds: Double(run.sinceStart(row.end)) / 1e9,
      seconds: row.seconds.finite, lookups: row.lookups, failed: row.failed,
      ttyBytes: row.outputBytes, frames: row.frames,
      lookupsSeries: row.lookupsSeries.map(\.finite),
      ttyBytesSeries: row.outputSeries.map(\.finite))
  }
}

extension Double {
  /// JSON has no word for what is no number; a damaged recording may hold one.
  fileprivate var finite: Double { isFinite ? self : 0 }
}
