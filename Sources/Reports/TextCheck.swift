// SPDX-License-Identifier: Apache-2.0

import Attribution
import Comparison

/// A check for a terminal: a line for each budget that is not kept, or kept for want of its
/// process, and the count of those that are.
public struct TextCheck: Sendable {
  private let check: BudgetCheck
  private let style: TextStyle
  /// Cells.
  private let width = 100

  public init(_ check: BudgetCheck, style: TextStyle) {
    self.check = check
    self.style = style
  }

  /// The whole text, with a newline at its end.
  public var text: String {
    let lines = check.results.sorted { $0.verdict < $1.verdict }
      .filter(\.isRemarkable).flatMap(lines)
    return (lines + [TextLine(check.headline)])
      .map { $0.rendered(style, width: width) + "\n" }.joined()
  }

  private func lines(_ result: BudgetCheck.Result) -> [TextLine] {
    let wording = CheckWording(result: result)
    return TextLine.wrapped(
      wording.sentence + " (\(wording.recording))", width: width,
      first: [(result.verdict.rawValue.uppercased(), result.verdict.role), (" ", .plain)],
      indent: "  ")
  }
}

extension BudgetCheck.Verdict {
  fileprivate var role: TextRole {
    switch self {
    case .broken: .alarm
    case .inconclusive: .warning
    case .passed: .plain
    }
  }
}
