// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings
import Testing

@Suite struct LookupTests {
  private func looking(
    _ count: UInt64, at name: String = "/dev/tty", in seconds: some Sequence<Int> = 0..<30
  ) -> Script {
    var script = Script(seconds: 30)
    script.process(0)
    script.path(0, name)
    script.look(0, at: 0, count, opens: count, in: seconds)
    return script
  }

  @Test func onePathAgainAndAgainIsHot() throws {
    #expect(looking(9).findings(.hotPath).isEmpty)
    let finding = try #require(looking(10).findings(.hotPath).first)
    #expect(finding.value == 10)
    #expect(finding.unit == "/s")
    #expect(finding.predicate == "opened /dev/tty 10 times a second")
    #expect(finding.evidence.map(\.subject) == [Array("/dev/tty".utf8)])
    #expect(finding.start == Script.time(0))
    #expect(finding.end == Script.time(30))
  }

  @Test func ninetyNineInTenSecondsAreNotHot() {
    #expect(looking(10, in: 0..<9).findings(.hotPath).isEmpty)
    #expect(looking(100, in: stride(from: 0, to: 30, by: 10)).findings(.hotPath).isEmpty)
  }

  @Test func aStartIsOverSoonerThanAPathIsHot() {
    for (seconds, count) in [(0..<7, 0), (0..<12, 1)] {
      var script = Script(seconds: 12)
      script.process(0, born: 0)
      script.target(0)
      script.path(0, "/dev/tty")
      script.look(0, at: 0, 12, in: seconds)
      #expect(script.findings(.hotPath).count == count)
    }
  }

  @Test func theRateIsOfTheStrongestWindow() {
    let findings = looking(62, in: 5..<20).findings(.hotPath)
    #expect(findings.map(\.value) == [62])
    #expect(findings.map(\.start) == [Script.time(5)])
    #expect(findings.map(\.end) == [Script.time(20)])
  }

  @Test func theFirstReportsSentenceComesBack() {
    var script = looking(62)
    script.write(0, bytes: 100, frames: 31, in: 0..<30)
    for process in 1..<13 as Range<ProcessIndex> { script.process(process) }
    let finding = script.findings(.hotPath).first
    #expect(finding?.predicate == "opened /dev/tty 62 times a second, 2.0 per frame")
    #expect(finding?.control == "the 12 other processes looked it up 0 times")
  }

  @Test func aLookupForEachFrameIsHotHoweverFewFrames() {
    var script = looking(4)
    script.write(0, bytes: 100, frames: 5, in: 0..<30)
    #expect(
      script.findings(.hotPath).map(\.predicate)
        == ["opened /dev/tty 0.8 per frame, 4.0 times a second"])
    #expect(script.findings(.hotPath).map(\.unit) == ["per frame"])
  }

  @Test func linesAreNoFrames() {
    var script = looking(4)
    script.write(0, bytes: 100, frames: 5, raw: false, in: 0..<30)
    #expect(script.findings(.hotPath).isEmpty)
  }

  @Test func aMonitorAsksTheKernelForEachFrame() {
    var script = looking(5, at: "/proc/meminfo")
    script.write(0, bytes: 100, frames: 5, in: 0..<30)
    #expect(script.findings(.hotPath).isEmpty)
    #expect(looking(10, at: "/proc/meminfo").findings(.hotPath).count == 1)
  }

  @Test func aPathThatChangedItsNumberIsOnePath() {
    var script = looking(5)
    script.path(1, "/dev/tty")
    script.look(0, at: 1, 5, opens: 5, in: 0..<30)
    #expect(script.findings(.hotPath).map(\.value) == [10])
  }

  @Test func aForeignPathIsEncodedInTheSentence() {
    let findings = looking(10, at: "/a\u{1b}[2J").findings(.hotPath)
    #expect(findings.map(\.predicate) == ["opened /a\\e[2J 10 times a second"])
    #expect(findings.first?.evidence.first?.subject == Array("/a\u{1b}[2J".utf8))
  }

  // MARK: Idle

  private func idle(_ count: UInt64, at name: String = "/etc") -> Script {
    var script = Script(seconds: 30)
    script.process(0)
    for path in 0..<20 as Range<PathIndex> {
      script.path(path, "\(name)/\(path)")
    }
    script.look(0, at: 0, count - 19 * 5, in: 0..<30)
    for path in 1..<20 as Range<PathIndex> { script.look(0, at: path, 5, in: 0..<30) }
    script.write(0, bytes: 1, in: 0..<1)
    return script
  }

  @Test func anIdleProgramHardlyLooks() {
    #expect(idle(100).findings(.idleLookups).map(\.severity) == [.notice])
    #expect(idle(101).findings(.idleLookups).map(\.severity) == [.warning])
    #expect(idle(1_000).findings(.idleLookups).map(\.severity) == [.critical])
    #expect(idle(101).findings(.idleLookups).map(\.threshold) == [100])
    #expect(
      idle(101).findings(.idleLookups).map(\.predicate) == [
        "looked up 101 paths a second for 28 s while idle, most often /etc/0 (6.0/s)"
      ])
  }

  @Test func aNoticeComesAboveItsThreshold() {
    for (count, kinds) in [(UInt64(25), 0), (26, 1)] {
      var script = looking(count)
      script.write(0, bytes: 1, in: 0..<1)
      #expect(script.findings(.idleLookups).count == kinds)
    }
  }

  @Test func whatAMonitorReadsDoesNotCount() {
    #expect(idle(200, at: "/proc/1").findings(.idleLookups).isEmpty)
    #expect(idle(200, at: "/sys/block").findings(.idleLookups).isEmpty)
  }

  // MARK: Failures

  private func failing(_ failed: UInt64, of count: UInt64, in seconds: Range<Int>) -> Script {
    var script = Script(seconds: 30)
    script.process(0, born: 0)
    script.target(0)
    for path in 0..<100 as Range<PathIndex> {
      script.path(path, "/lib/\(path)")
      script.look(0, at: path, count / 100, failing: failed / 100, in: seconds)
    }
    return script
  }

  @Test func mostOfManyLookupsFail() {
    #expect(failing(100, of: 200, in: 5..<20).findings(.failingLookups).isEmpty)
    #expect(failing(200, of: 500, in: 5..<20).findings(.failingLookups).isEmpty)
    let findings = failing(200, of: 400, in: 5..<20).findings(.failingLookups)
    #expect(
      findings.map(\.predicate) == [
        "had 200 of 400 lookups a second fail for 15 s, most often of /lib/0 (2.0/s)"
      ])
  }

  @Test func aStartMayFail() {
    #expect(failing(1_000, of: 1_000, in: 0..<5).findings(.failingLookups).isEmpty)
    #expect(failing(1_000, of: 1_000, in: 0..<8).findings(.failingLookups).isEmpty)
    #expect(failing(1_000, of: 1_000, in: 0..<10).findings(.failingLookups).count == 1)
  }

  @Test func onePathThatFailsForTenMinutesIsToldAtAnyRate() {
    for (step, count) in [(3, 0), (2, 1)] {
      var script = Script(seconds: 610)
      script.process(0)
      script.path(0, "/run/lock")
      script.look(0, at: 0, 1, failing: 1, in: stride(from: 0, to: 610, by: step))
      let findings = script.findings(.failingLookups)
      #expect(findings.count == count)
      #expect(findings.allSatisfy { $0.predicate.hasPrefix("looked up /run/lock in vain") })
    }
  }
}
