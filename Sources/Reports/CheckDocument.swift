// SPDX-License-Identifier: Apache-2.0

import Comparison

/// A check as JSON of the schema `spoor.check/1`.
///
/// Text of other processes is as `JSONText.decode` makes it.
public struct CheckDocument: Codable, Hashable, Sendable {
  public var schema = "spoor.check/1"
  /// The worst of the results'.
  public var verdict: String
  /// In the order of the file, and of the recordings.
  public var results: [Result]

  /// One limit of a budget, and what one recording has of it.
  public struct Result: Codable, Hashable, Sendable {
    /// The budget's.
    public var name: String
    /// Of the budget file.
    public var line: Int
    public var recording: String
    /// As `Signal` names it.
    public var signal: String
    /// Null for the whole run, all processes, all paths.
    @ExplicitNull public var phase: String?
    @ExplicitNull public var process: String?
    @ExplicitNull public var path: String?
    /// Null where the recording does not have the phase.
    @ExplicitNull public var figure: Double?
    /// Null where there is no baseline for it.
    @ExplicitNull public var allowed: Double?
    /// Of `figure` and `allowed`.
    public var unit: String
    /// broken, inconclusive or passed.
    public var verdict: String
    /// Why it is inconclusive, or that it passed for want of such a process; else null.
    @ExplicitNull public var reason: String?
    /// The most first; empty unless broken.
    public var culprits: [Culprit]
  }

  /// Who did it, or what it was.
  public struct Culprit: Codable, Hashable, Sendable {
    public var name: String
    /// In the phase.
    public var total: Double
  }

  public init(_ check: BudgetCheck) {
    verdict = check.verdict.rawValue
    results = check.results.map(Result.init)
  }

  /// The document as JSON: keys sorted, indented, safe on a terminal, with a newline at its end.
  public func encoded() throws -> String {
    try JSONText.document(self)
  }
}

extension CheckDocument.Result {
  init(_ result: BudgetCheck.Result) {
    let budget = result.budget
    self.init(
      name: JSONText.decode(budget.name.utf8), line: budget.line,
      recording: JSONText.decode(result.recording.utf8), signal: budget.signal.rawValue,
      phase: budget.phase, process: budget.process, path: budget.path, figure: result.figure,
      allowed: result.allowed, unit: result.unit, verdict: result.verdict.rawValue,
      reason: result.reason,
      culprits: result.culprits.map {
        CheckDocument.Culprit(name: JSONText.decode($0.name), total: $0.change)
      })
  }
}
