// SPDX-License-Identifier: Apache-2.0

import Comparison

/// A check as workflow commands, which GitHub shows beside the budget's line.
///
/// Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
public struct GitHubAnnotations: Sendable {
  private let check: BudgetCheck
  private let file: String

  /// - Parameter file: the budget's, as the repository has it.
  public init(_ check: BudgetCheck, budget file: String) {
    self.check = check
    self.file = file
  }

  /// Annotations, and a last line for the log.
  public var text: String {
    let annotations = check.results.filter(\.isRemarkable).map { result in
      let wording = CheckWording(result: result)
      let command =
        switch result.verdict {
        case .broken: "error"
        case .inconclusive: "warning"
        case .passed: "notice"
        }
      let title = "spoor: budget \(result.verdict.rawValue)"
      return "::\(command) file=\(property(file)),line=\(result.budget.line),"
        + "title=\(property(title))::\(data("\(wording.sentence) (\(wording.recording))"))\n"
    }
    return annotations.joined() + check.headline + "\n"
  }

  private func data(_ text: String) -> String { escaped(text, ["%", "\r", "\n"]) }

  private func property(_ text: String) -> String { escaped(text, ["%", "\r", "\n", ":", ","]) }

  private func escaped(_ text: String, _ signs: Set<Unicode.Scalar>) -> String {
    text.unicodeScalars.map { scalar in
      guard signs.contains(scalar) else { return String(scalar) }
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "%" + (digits.count < 2 ? "0" : "") + digits
    }.joined()
  }
}
