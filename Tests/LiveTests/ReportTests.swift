// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `spoor report` of good recordings and of what is none.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct ReportTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func report(_ arguments: String...) throws -> Spoor.Result {
    try Spoor.run(["report"] + arguments, in: scratch.folder)
  }

  private func expectRefusal(_ file: String, _ words: String) throws {
    for options in [[], ["--json"]] {
      let result = try Spoor.run(["report", file] + options, in: scratch.folder)
      #expect(result.status == 2)
      #expect(result.text == "")
      #expect(result.errors.hasPrefix("spoor: cannot read \(file): "))
      #expect(result.errors.contains(words), "\(result.errors)")
      #expect(result.errors.count { $0 == "\n" } == 1)
    }
  }

  private func record() throws {
    let script = "cat /etc/passwd /nonesuch 2>/dev/null >/dev/null"
    let result = try Spoor.run(
      ["record", "-q", "-o", "run.spoor", "--", "sh", "-c", script], in: scratch.folder)
    #expect(result.status == 1)
  }

  @Test func whatIsNoRecordingIsRefusedInASentence() throws {
    try Data(repeating: 0x5a, count: 9000).write(to: scratch.file("garbage"))
    try Data().write(to: scratch.file("empty"))
    try #require(mkfifo(scratch.file("pipe").path, 0o600) == 0)
    try expectRefusal("garbage", "not a spoor recording")
    try expectRefusal("empty", "empty")
    try expectRefusal("pipe", "a named pipe")
    try expectRefusal("missing", "no such file")
    try expectRefusal("/", "a directory")
    try expectRefusal("/dev/null", "a device")
  }

  @Test(arguments: [["report"], ["check", "--suggest"]])
  func aFilesNameIsFitForATerminal(verb: [String]) throws {
    let name = "\u{1b}]52;c;aGk=\u{7}\u{9b}2J\u{202e}\n.spoor"
    let result = try Spoor.run(verb + [name], in: scratch.folder)
    #expect(result.status == 2)
    #expect(result.errors.hasPrefix("spoor: cannot read "))
    #expect(result.errors.hasSuffix("\n"))
    #expect(result.errors.dropLast().unicodeScalars.allSatisfy { $0.value >= 0x20 })
    #expect(!result.errors.contains("\u{9b}") && !result.errors.contains("\u{202e}"))
  }

  @Test func aRecordingCutShortIsRefusedAtAnyLength() throws {
    try record()
    let whole = try Data(contentsOf: scratch.file("run.spoor"))
    for length in [50, 512, 4096, 5000, whole.count / 2] {
      try whole.prefix(length).write(to: scratch.file("cut"))
      let result = try report("cut")
      #expect(result.status == 2, "\(length) bytes")
      #expect(result.errors.count { $0 == "\n" } == 1)
    }
  }

  @Test func aRecordingOfANewerSpoorAsksForAnUpgrade() throws {
    try record()
    let result = try Spoor.run(
      URL(filePath: "/usr/bin/sqlite3"),
      [scratch.file("run.spoor").path, "PRAGMA user_version = 99"])
    #expect(result.status == 0)
    try expectRefusal("run.spoor", "newer spoor")
  }

  @Test func jsonHasTheKeysOfTheSchema() throws {
    try record()
    let schema = try JSONSerialization.jsonObject(with: try report("--schema").output)
    let document = try JSONSerialization.jsonObject(
      with: try report("--json", "run.spoor").output)
    let keys = try #require(document as? [String: Any]).keys
    let definition = try #require(schema as? [String: Any])
    let properties = try #require(definition["properties"] as? [String: Any]).keys
    let required = try #require(definition["required"] as? [String])
    #expect(Set(keys).isSubset(of: properties))
    #expect(Set(required).isSubset(of: keys))
  }

  @Test func theDefaultsAsASettingsFileChangeNothing() throws {
    try record()
    try report("--default-settings").output.write(to: scratch.file("settings.yaml"))
    let given = try report("--settings", "settings.yaml", "run.spoor")
    #expect(given.status == 0, "\(given.errors)")
    #expect(given.text == (try report("run.spoor").text))
  }

  @Test func theTextHasNoColourInAPipeAndFits() throws {
    try record()
    let text = try report("--top", "1000", "--paths", "1000", "run.spoor").text
    #expect(!text.contains("\u{1b}"))
    #expect(text.contains("/nonesuch"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }
}
