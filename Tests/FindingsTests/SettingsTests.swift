// SPDX-License-Identifier: Apache-2.0

import Findings
import Foundation
import Settings
import Testing

@Suite struct SettingsTests {
  private func error(_ yaml: String) -> String? {
    do {
      _ = try FindingSettings(yaml: yaml, name: "settings.yaml")
      return nil
    } catch { return error.description }
  }

  @Test(arguments: ["", "# nothing\n", "---\n", "hot-path:\n", "{}"])
  func anEmptyFileMeansTheDefaults(_ yaml: String) throws {
    #expect(try FindingSettings(yaml: yaml, name: "") == FindingSettings())
  }

  @Test func aliasesOfAliasesAreRefusedAndNotFollowed() {
    let levels = (1...40).map { "a\($0): &a\($0) {? *a\($0 - 1) : *a\($0 - 1)}\n" }.joined()
    #expect(
      error("a0: &a0 [x]\n" + levels)
        == "settings.yaml: has more than 24 aliases; write out what they stand for")
  }

  @Test func whatIsSaidIsSetAndTheRestStays() throws {
    let yaml = """
      hot-path:
        lookups-per-second: 2.5
        frames: 7
      phases: {idle-after-seconds: 1e1}
      """
    var expected = FindingSettings()
    expected.hotPath.lookupsPerSecond = 2.5
    expected.hotPath.frames = 7
    expected.phases.idleAfterSeconds = 10
    #expect(try FindingSettings(yaml: yaml, name: "") == expected)
  }

  @Test func theDocumentedSettingsAreTheDefaultsAndAllOfThem() throws {
    #expect(
      try FindingSettings(yaml: FindingSettings.documented, name: "") == FindingSettings())
    for kind in Finding.Kind.allCases {
      #expect(FindingSettings.documented.contains("\n\(kind.rawValue):\n"))
    }
    #expect(FindingSettings.documented.hasPrefix("phases:\n  start-up-seconds: 5 "))
    #expect(FindingSettings.documented.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test func everyFieldCanBeSet() throws {
    var count = 0
    var section = ""
    for line in FindingSettings.documented.split(separator: "\n") {
      guard line.hasPrefix("  ") else {
        section = String(line)
        continue
      }
      let key = line.prefix { $0 != ":" }
      let settings = try FindingSettings(yaml: "\(section)\n\(key): 77", name: "")
      #expect(settings != FindingSettings(), "\(section)\(key)")
      count += 1
    }
    // As many as the structure has.
    let mirror = Mirror(reflecting: FindingSettings())
    #expect(count == mirror.children.reduce(0) { $0 + Mirror(reflecting: $1.value).children.count })
  }

  @Test func anUnknownKeyIsAnErrorWithItsLine() {
    #expect(
      error("\nhot-path:\n  lookups-per-minute: 3\n")
        == "settings.yaml:3: hot-path has no `lookups-per-minute`; it knows lookups-per-second, "
        + "seconds, percent, typed-lookups-per-second, lookups-per-frame, "
        + "frames, frame-lookups-per-second, pseudo-lookups-per-second")
    #expect(
      error("hot-path: {}\nhot-paths: {}")?
        .hasPrefix("settings.yaml:2: there is no section `hot-paths`; there are phases,") == true)
  }

  @Test(arguments: [
    ("many", "a number, not `many`"), ("'3'", "a number, not `3`"),
    ("[1]", "a number, not a list"), ("{a: 1}", "a number, not a section"),
    ("", "a number, not ``"), ("true", "a number, not `true`"), (".inf", "a number, not `.inf`"),
    ("nan", "a number, not `nan`"), ("0x10", "a number, not `0x10`"),
    ("1:30", "a number, not `1:30`"), ("2.5", "a whole number, not `2.5`"),
  ])
  func aWrongTypeIsAnErrorWithItsLine(_ value: String, _ problem: String) {
    #expect(
      error("repaint:\n  frames: \(value)\n")
        == "settings.yaml:2: repaint: frames must be \(problem)")
  }

  @Test func aNegativeOrHugeNumberIsAnError() {
    #expect(
      error("spin:\n  seconds: 3\n  cpu-percent: -1")
        == "settings.yaml:3: spin: cpu-percent must not be negative")
    #expect(
      error("spin:\n  seconds: 1e300")
        == "settings.yaml:2: spin: seconds must be at most 1000000000")
  }

  @Test func whatIsNoMappingIsAnError() {
    #expect(
      error("- a") == "settings.yaml:1: the file must hold `key: value` lines, not a list")
    #expect(
      error("\nspin: 3")
        == "settings.yaml:2: spin must hold `key: value` lines, not `3`")
  }

  @Test func brokenYAMLHasItsLine() {
    #expect(error("spin:\n  a: [1\n")?.hasPrefix("settings.yaml:3: this is no YAML: ") == true)
    #expect(
      error("spin:\n  seconds: 1\n  seconds: 2")?
        .hasSuffix("has `seconds` more than once; keep one") == true)
    #expect(error("spin: {}\n---\nspin: {}")?.hasPrefix("settings.yaml:2: ") == true)
  }

  @Test func aFilesTextNeverReachesTheTerminalRaw() {
    #expect(error("\"a\\e[2J\": 1")?.contains("`a\\e[2J`") == true)
  }

  @Test func aFileIsReadAndNamedWhereItCannotBe() throws {
    let path = NSTemporaryDirectory() + "spoor-settings-\(UUID().uuidString).yaml"
    let failure = #expect(throws: SettingsError.self) { try FindingSettings(file: path) }
    #expect(
      failure?.description == "\(path): cannot be read: there is no such file; check its name")
    let folder = #expect(throws: SettingsError.self) { try FindingSettings(file: "/") }
    #expect(folder?.description == "/: cannot be read: it is a directory; name a file in it")
    try "spin:\n  seconds: 9\n".write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try FindingSettings(file: path).spin.seconds == 9)
  }
}
