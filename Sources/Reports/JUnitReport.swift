// SPDX-License-Identifier: Apache-2.0

import Comparison

/// A check as JUnit XML, which CI systems show as tests: a case for each budget and recording.
///
/// Source: https://github.com/testmoapp/junitxml, which documents what the readers agree on.
public struct JUnitReport: Sendable {
  private let check: BudgetCheck

  public init(_ check: BudgetCheck) {
    self.check = check
  }

  /// The document, with a newline at its end.
  public var xml: String {
    let counts =
      "tests=\"\(check.results.count)\" failures=\"\(count(.broken))\" "
      + "errors=\"\(count(.inconclusive))\""
    let lines =
      [
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites \(counts)>",
        "  <testsuite name=\"spoor check\" \(counts)>",
      ] + check.results.flatMap(testCase) + ["  </testsuite>", "</testsuites>"]
    return lines.map { $0 + "\n" }.joined()
  }

  private func testCase(_ result: BudgetCheck.Result) -> [String] {
    let wording = CheckWording(result: result)
    let start =
      "    <testcase classname=\"\(Self.escaped(wording.recording))\" "
      + "name=\"\(Self.escaped(wording.name))\""
    let element: String
    switch result.verdict {
    case .passed: return [start + "/>"]
    case .broken: element = "failure"
    case .inconclusive: element = "error"
    }
    let message = Self.escaped(wording.sentence)
    return [
      start + ">",
      "      <\(element) type=\"\(result.verdict.rawValue)\" message=\"\(message)\"/>",
      "    </testcase>",
    ]
  }

  private func count(_ verdict: BudgetCheck.Verdict) -> Int {
    check.results.count { $0.verdict == verdict }
  }

  /// For an attribute; what is no character of XML cannot be in it, as the texts are encoded.
  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      default: String(scalar)
      }
    }.joined()
  }
}
