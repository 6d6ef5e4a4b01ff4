// SPDX-License-Identifier: Apache-2.0

import Comparison
import Findings
import Foundation
import Hunt
import Recording
import Settings

/// What reads input that somebody else may have made, each as one function of bytes.
///
/// It returns, whatever the bytes are; what it finds wrong beyond a trap is an error.
package final class Targets {
  /// The names, which are also the folders of the corpus.
  package enum Name: String, CaseIterable {
    case ring, recording, budget, settings, scenario
  }

  /// What a target may not do: say in more than a line, or print raw, what is wrong.
  package struct Violation: Error, CustomStringConvertible {
    package let description: String
  }

  private let recording: EditedRecording
  private let good: RunFigures

  /// - Parameter folder: an existing one, for files.
  package init(in folder: String) throws {
    recording = try EditedRecording(in: folder)
    try recording.edit([])
    good = try EveryForm.figures(of: recording.path)
  }

  package func run(_ target: Name, _ bytes: [UInt8]) throws {
    switch target {
    case .ring: RingScript.run(bytes)
    case .recording: try read(bytes)
    case .budget: try parse(bytes) { _ = try Budget.all(yaml: $0, name: $1) }
    case .settings: try parse(bytes) { _ = try FindingSettings(yaml: $0, name: $1) }
    case .scenario: try parse(bytes) { _ = try Scenario(yaml: $0, name: $1) }
    }
  }

  private func read(_ script: [UInt8]) throws {
    try recording.edit(script)
    do {
      let isRedacted = script.count % 8 == 1
      for form in try EveryForm.of(recording.path, against: good, isRedacted: isRedacted) {
        if let scalar = Foreign.firstUnsafe(in: form.text) {
          throw Violation(
            description: "\(form.form): U+\(String(scalar.value, radix: 16)) is printed raw")
        }
      }
    } catch let error as RecordingError {
      try Self.check(error.description)
    }
  }

  private func parse(_ bytes: [UInt8], _ read: (String, String) throws -> Void) throws {
    guard let text = String(bytes: bytes, encoding: .utf8) else { return }
    do {
      try read(text, "file.yaml")
    } catch let error as SettingsError {
      try Self.check(error.description)
    }
  }

  private static func check(_ sentence: String) throws {
    guard Foreign.isSentence(sentence) else {
      throw Violation(description: "no sentence: \(String(reflecting: sentence))")
    }
  }
}
