// SPDX-License-Identifier: Apache-2.0

import Comparison
import FoundationEssentials

/// A comparison as JSON of the schema `spoor.diff/1`.
///
/// Text of other processes is as `JSONText.decode` makes it.
public struct DiffDocument: Codable, Hashable, Sendable {
  public var schema = "spoor.diff/1"
  /// The recordings' names.
  public var baseline: [String]
  public var candidate: [String]
  /// The worst of the rows', or inconclusive where a phase is missing and nothing regressed.
  public var verdict: String
  /// What to know before the figures, one sentence each.
  public var caveats: [String]
  /// What has nothing to be compared with.
  public var missingPhases: [MissingPhase]
  /// Regressions first.
  public var rows: [Row]

  /// A phase or a mark that only one side has.
  public struct MissingPhase: Codable, Hashable, Sendable {
    public var phase: String
    /// The side that has it: baseline or candidate.
    public var presentIn: String
  }

  /// One figure of both sides.
  public struct Row: Codable, Hashable, Sendable {
    /// A phase or a mark.
    public var phase: String
    /// The executables from the root of the tree down.
    public var role: String
    /// As `Signal` names it.
    public var signal: String
    /// Of what: a path or a class of descriptors; null for the other signals.
    @ExplicitNull public var subject: String?
    /// Of `baseline`, `candidate` and the contributors' `change`.
    public var unit: String
    /// Medians.
    public var baseline: Double
    public var candidate: Double
    /// Null where the baseline is zero.
    @ExplicitNull public var ratio: Double?
    /// The lower and the upper end of 95 %; null where there is none.
    @ExplicitNull public var interval: [Double]?
    /// Null where the change is too small to be judged.
    @ExplicitNull public var p: Double?
    /// regressed, inconclusive, improved or same.
    public var verdict: String
    /// Why it is inconclusive; else null.
    @ExplicitNull public var reason: String?
    /// The most first.
    public var contributors: [Contributor]
  }

  /// A path, a command or a terminal, and its part of the change.
  public struct Contributor: Codable, Hashable, Sendable {
    public var name: String
    public var change: Double
  }

  public init(_ diff: Diff) {
    baseline = diff.baseline.map { JSONText.decode($0.name.utf8) }
    candidate = diff.candidate.map { JSONText.decode($0.name.utf8) }
    verdict = diff.verdict.rawValue
    caveats = diff.caveats
    missingPhases = diff.missingPhases.map {
      MissingPhase(
        phase: JSONText.decode($0.phase.utf8), presentIn: $0.isInBaseline ? "baseline" : "candidate"
      )
    }
    rows = diff.rows.map(Row.init)
  }

  /// The document as JSON: keys sorted, indented, safe on a terminal, with a newline at its end.
  public func encoded() throws -> String {
    try JSONText.document(self)
  }
}

extension DiffDocument.Row {
  init(_ row: Diff.Row) {
    self.init(
      phase: JSONText.decode(row.phase.utf8), role: JSONText.decode(row.role),
      signal: row.signal.rawValue,
      subject: row.subject.isEmpty ? nil : JSONText.decode(row.subject), unit: row.unit,
      baseline: row.baseline, candidate: row.candidate, ratio: row.ratio,
      interval: row.interval.map { [$0.lowerBound, $0.upperBound] }, p: row.p,
      verdict: row.verdict.rawValue, reason: row.reason,
      contributors: row.contributors.map {
        DiffDocument.Contributor(name: JSONText.decode($0.name), change: $0.change)
      })
  }
}
