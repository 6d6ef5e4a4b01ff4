// SPDX-License-Identifier: Apache-2.0

import Foundation
import Recording
import Robustness
import Testing

/// A directory of a test's own, gone with its last reference.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "spoor-robustness-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// The sentence that refuses a recording; nil where it can be read.
func refusal(of path: String) throws -> String? {
  do {
    _ = try WholeRecording(reading: path)
    return nil
  } catch {
    let sentence = (error as RecordingError).description
    #expect(Foreign.isSentence(sentence), "\(sentence)")
    return sentence
  }
}
