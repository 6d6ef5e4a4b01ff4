// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Findings

/// Which findings make `record` fail.
struct FailOn {
  let kinds: Set<Finding.Kind>

  /// - Parameter text: kinds with commas between them, or `any`.
  init(_ text: String) throws {
    guard text != "any" else {
      kinds = Set(Finding.Kind.allCases)
      return
    }
    kinds = Set(
      try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
        guard let kind = Finding.Kind(rawValue: String(word)) else {
          let known = Finding.Kind.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError("--fail-on takes any, or some of \(known); not '\(word)'")
        }
        return kind
      })
  }

  /// spoor's exit status, and why: 1 for a finding that is certain, 3 where all of them are
  /// inconclusive.
  func verdict(on findings: [Finding]) -> (status: Int32, sentence: String)? {
    let found = findings.filter { kinds.contains($0.kind) }
    guard !found.isEmpty else { return nil }
    let isCertain = found.contains { $0.confidence == .certain }
    let names = Finding.Kind.allCases.filter { kind in
      found.contains { $0.kind == kind && (!isCertain || $0.confidence == .certain) }
    }
    let list = names.map(\.rawValue).joined(separator: ", ")
    return isCertain
      ? (1, "found \(list), on which --fail-on fails")
      : (3, "\(list) could not be told for certain, on which --fail-on fails with 3")
  }
}
