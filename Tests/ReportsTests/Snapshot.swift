// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Compares a text with its baseline beside the tests; records a missing one, and fails once.
///
/// To accept a change: delete the file in Snapshots/, test twice, and read the diff.
func expectSnapshot(
  _ text: String, named name: String, file: String = #filePath,
  location: SourceLocation = #_sourceLocation
) throws {
  let folder = URL(filePath: file).deletingLastPathComponent().appending(path: "Snapshots")
  let baseline = folder.appending(path: name)
  guard let expected = try? String(contentsOf: baseline, encoding: .utf8) else {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: baseline)
    Issue.record("recorded \(baseline.path); read it, and test again", sourceLocation: location)
    return
  }
  if Array(text.utf8) == Array(expected.utf8) { return }
  let lines = zip(
    text.split(separator: "\n", omittingEmptySubsequences: false),
    expected.split(separator: "\n", omittingEmptySubsequences: false))
  let first = lines.enumerated().first { $0.element.0 != $0.element.1 }
  let difference =
    first.map { "line \($0.offset + 1):\n  is  \($0.element.0)\n  was \($0.element.1)" }
    ?? "one ends before the other"
  Issue.record("\(name) differs at \(difference)\n\nall of it:\n\(text)", sourceLocation: location)
}
