// SPDX-License-Identifier: Apache-2.0

import Attribution
import Comparison

/// A result as a person reads it.
struct CheckWording {
  let result: BudgetCheck.Result

  /// `lookups of /dev/tty in idle: 310, at most 5, by codex: /dev/tty (310)`.
  var sentence: String {
    var sentence = "\(name): \(figure), at most \(result.allowed.map(value) ?? "?")"
    if !culprits.isEmpty { sentence += ", by " + culprits }
    return sentence + (result.reason.map { "; \(ForeignText.encode(Array($0.utf8)))" } ?? "")
  }

  var name: String { ForeignText.encode(Array(result.budget.name.utf8)) }

  var recording: String { ForeignText.encode(Array(result.recording.utf8)) }

  private var culprits: String {
    result.culprits.map {
      "\(ForeignText.fit(ForeignText.encode($0.name), 80)) (\(Figures.number($0.change)))"
    }.joined(separator: ", ")
  }

  /// With what rounding hides.
  private var figure: String {
    guard let figure = result.figure else { return "?" }
    guard let allowed = result.allowed, figure != allowed, value(figure) == value(allowed) else {
      return value(figure)
    }
    return (figure > allowed ? "just over " : "just under ") + value(figure)
  }

  private func value(_ value: Double) -> String { Figures.value(value, unit: result.unit) }
}

extension BudgetCheck.Result {
  /// `lookups of /dev/tty in idle: 310, at most 5, by codex: /dev/tty (310)`; safe on a terminal.
  public var sentence: String { CheckWording(result: self).sentence }

  /// It is no plain success.
  var isRemarkable: Bool { verdict != .passed || reason != nil }
}

extension BudgetCheck {
  /// `2 broken, 1 inconclusive, 7 passed`.
  var headline: String {
    Verdict.allCases.compactMap { verdict in
      let count = results.count { $0.verdict == verdict }
      return count > 0 ? "\(Figures.grouped(UInt64(count))) \(verdict.rawValue)" : nil
    }.joined(separator: ", ")
  }
}
