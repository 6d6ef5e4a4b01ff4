// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings
import Testing

@Suite struct UnreapedTests {
  @Test func zombiesThatAreLeftAreToldWithTheOldest() throws {
    var scene = Scene(seconds: 80)
    let app = scene.add("app", at: 1)
    scene.add("make", at: 1)
    for child in 0..<12 {
      scene.add("sh -c true", at: 2 + Double(child), by: app) {
        $0.end(at: 7 + Double(child), reapedAfter: nil)
      }
    }
    let finding = try #require(scene.findings(.unreaped).first)
    #expect(scene.findings(.unreaped).count == 1)
    #expect(finding.process == app)
    #expect(finding.severity == .warning)
    #expect(finding.value == 12 && finding.unit == "zombies")
    #expect(
      finding.predicate == "has 12 children that ended and were not waited for, the oldest for "
        + "1 min 13 s; it never called wait")
    #expect(finding.evidence.map(\.subject) == [Array("sh -c true".utf8)])
    #expect(finding.control == "the other process has no zombies")
    #expect(finding.confidence == .certain)
  }

  @Test func childrenThatAreReapedWithinSecondsRaiseNothing() {
    var scene = Scene(seconds: 100)
    let make = scene.add("make -j64", at: 0)
    for child in 0..<2_000 {
      scene.add("cc -c", at: Double(child) / 40, by: make) {
        $0.end(at: 1 + Double(child) / 40, reapedAfter: 1.5)
      }
    }
    #expect(scene.findings(.unreaped).isEmpty)
  }

  /// openai/codex#43256: bursts of 3,100 to 3,300.
  @Test func aBurstThatWasReapedLaterCountsByItsPeak() throws {
    var scene = Scene(seconds: 100)
    let codex = scene.add("codex", at: 0)
    for child in 0..<3_100 {
      scene.add("git status", at: 10, by: codex) {
        $0.end(at: 11 + Double(child) / 10_000, reapedAfter: 8)
      }
    }
    let finding = try #require(scene.findings(.unreaped).first)
    #expect(finding.value == 3_100 && finding.severity == .critical)
    #expect(finding.predicate.hasPrefix("had 3,100 children at once that ended"))
  }

  @Test func threeOlderThanFiveSecondsAreANotice() throws {
    var scene = Scene(seconds: 20)
    let app = scene.add("app", at: 0)
    for _ in 0..<3 { scene.add("sh", at: 1, by: app) { $0.end(at: 2, reapedAfter: 6) } }
    let finding = try #require(scene.findings(.unreaped).first)
    #expect(finding.severity == .notice && finding.threshold == 3)
    scene = Scene(seconds: 20)
    let shell = scene.add("app", at: 0)
    for _ in 0..<2 { scene.add("sh", at: 1, by: shell) { $0.end(at: 2, reapedAfter: 6) } }
    #expect(scene.findings(.unreaped).isEmpty)
  }

  /// anthropics/claude-code#21396.
  @Test func oneThatIsOlderThanAMinuteIsAWarning() throws {
    var scene = Scene(seconds: 80)
    let claude = scene.add("claude", at: 0) { $0.children.reaped = 40 }
    scene.add("bash", at: 1, by: claude) { $0.end(at: 3, reapedAfter: nil) }
    let finding = try #require(scene.findings(.unreaped).first)
    #expect(finding.severity == .warning && finding.value == 1 && finding.threshold == 1)
    #expect(finding.predicate.hasSuffix("for 1 min 17 s; it waited for 40 others"))
  }
}
