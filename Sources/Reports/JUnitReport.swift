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
    guard result.isRemarkable else { return [start + "/>"] }
    let message = Self.escaped(wording.sentence)
    func told(as element: String) -> String {
      "<\(element) type=\"\(result.verdict.rawValue)\" message=\"\(message)\"/>"
    }
    let content =
      switch result.verdict {
      case .passed: "<system-out>\(message)</system-out>"
      case .broken: told(as: "failure")
      case .inconclusive: told(as: "error")
      }
    return [start + ">", "      " + content, "    </testcase>"]
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
