// SPDX-License-Identifier: Apache-2.0

import Comparison
import Foundation
import Recording
import Robustness
import Testing

/// A recording that was cut short or changed, at any byte: it is read, or refused in a sentence.
@Suite struct DamageTests {
  private let scratch: Scratch
  private let whole: [UInt8]
  private let good: RunFigures
  private let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.file("a.spoor")
    try ExampleRecording.write(to: path)
    whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    good = try EveryForm.figures(of: path)
  }

  /// Every verb that reads it, in every layout.
  private func read(_ bytes: [UInt8]) throws -> String? {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    do {
      // What is redacted takes the time of all else.
      for form in try EveryForm.of(path, against: good, isRedacted: false) {
        #expect(Foreign.firstUnsafe(in: form.text) == nil, "\(form.form)")
      }
      return nil
    } catch let error as RecordingError {
      #expect(Foreign.isSentence(error.description), "\(error)")
      return error.description
    }
  }

  @Test func theExampleHasRowsInEveryTable() throws {
    #expect(try refusal(of: path) == nil)
    for table in try RecordingTable.all(of: path) {
      #expect(table.rows > 0, "\(table.name): add some to the example")
    }
  }

  @Test func aFileCutShortAtAnyPageIsRefused() throws {
    for length in stride(from: 0, to: whole.count, by: 4_096) {
      let sentence = try #require(try read(Array(whole[..<length])), "\(length) bytes")
      #expect(
        sentence.contains("cut short") || sentence.contains("is empty"),
        "\(length) bytes: \(sentence)")
      // SQLite takes zeros for what is missing of a page.
      _ = try read(Array(whole[..<min(length + 100, whole.count)]))
    }
  }

  @Test func noByteOfTheHeaderIsTrusted() throws {
    for place in 0..<100 {
      var bytes = whole
      bytes[place] ^= 0xff
      _ = try read(bytes)
    }
  }

  @Test func noOtherByteIsTrusted() throws {
    var generator = SplitMix64(seed: 1)
    for _ in 0..<200 {
      var bytes = whole
      let place = Int.random(in: 100..<whole.count, using: &generator)
      bytes[place] = UInt8.random(in: 0...255, using: &generator)
      _ = try read(bytes)
    }
  }
}
