// SPDX-License-Identifier: Apache-2.0

import Comparison
import Foundation
import Recording
import Robustness
import Testing

/// Values that no recorder writes, in every column of a recording: it is read, or refused in a
/// sentence.
@Suite struct RowTests {
  private let scratch: Scratch
  private let recording: EditedRecording
  private let good: RunFigures

  init() throws {
    scratch = try Scratch()
    recording = try EditedRecording(in: scratch.path)
    try recording.edit([])
    good = try EveryForm.figures(of: recording.path)
  }

  private func read(_ script: [UInt8], _ what: String) throws -> String? {
    try recording.edit(script)
    do {
      // What is redacted takes the time of all else.
      for form in try EveryForm.of(recording.path, against: good, isRedacted: false) {
        #expect(Foreign.firstUnsafe(in: form.text) == nil, "\(what), \(form.form)")
      }
      return nil
    } catch let error as RecordingError {
      #expect(Foreign.isSentence(error.description), "\(what): \(error)")
      return error.description
    }
  }

  /// NULL, the largest, the least, and a text.
  @Test(arguments: [[0], [1], [2], [8, 3, 0x1b, 0x5b, 0x41]] as [[UInt8]])
  func noColumnIsTrusted(_ value: [UInt8]) throws {
    for (place, table) in recording.tables.enumerated() {
      for (column, name) in table.columns.map(\.name).enumerated() {
        let script = EditedRecording.script(table: place, column: column, value: value)
        _ = try read(script, "\(table.name).\(name)")
      }
    }
  }

  @Test func rowsOfNothingAreRefused() throws {
    let path = try #require(recording.tables.firstIndex { $0.name == "path" })
    let sentence = try read([7, UInt8(path), 0, 0, 0], "no path")
    #expect(sentence?.contains("is damaged or cut short") == true)
  }

  /// Longer than any that a recorder keeps.
  @Test func longTextIsRead() throws {
    let path = scratch.file("long.spoor")
    _ = try HostileRecording(Array(repeating: 0x1b, count: 1 << 15), at: path)
    let forms = try EveryForm.of(path, against: good, isRedacted: false)
    #expect(forms.allSatisfy { Foreign.firstUnsafe(in: $0.text) == nil })
  }
}
