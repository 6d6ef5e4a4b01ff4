// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings
import Testing

@Suite struct HotPathTests {
  /// At a raw terminal, where it is idle after two seconds.
  private func looking(
    _ count: UInt64, at name: String = "/dev/tty", resolved: Bool = true,
    in seconds: some Sequence<Int> = 0..<30
  ) -> Script {
    var script = Script(seconds: 30)
    script.process(0)
    script.path(0, name, resolved: resolved)
    script.write(0, bytes: 1, in: 0..<1)
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
    #expect(finding.phase == "idle")
    #expect(finding.start == Script.time(2))
    #expect(finding.end == Script.time(30))
  }

  @Test func ninetyNineInTenSecondsAreNotHot() {
    #expect(looking(10, in: 5..<14).findings(.hotPath).isEmpty)
    #expect(looking(100, in: stride(from: 0, to: 30, by: 10)).findings(.hotPath).isEmpty)
  }

  @Test func aBurstIsNoRate() {
    var script = looking(1)
    script.look(0, at: 0, 1_000, in: 12..<13)
    #expect(script.findings(.hotPath).isEmpty)
  }

  @Test func aPathThatIsNotResolvedMayBeMany() {
    #expect(looking(20, at: "..", resolved: false).findings(.hotPath).isEmpty)
    #expect(looking(20, at: "/a/..").findings(.hotPath).count == 1)
  }

  @Test func aStartIsNotIdle() {
    for (seconds, count) in [(14, 0), (15, 1)] {
      var script = Script(seconds: seconds)
      script.process(0, born: 0)
      script.target(0)
      script.path(0, "/dev/tty")
      script.path(1, "/lib/x.so")
      script.path(2, "/lib/y.so")
      script.write(0, bytes: 1, in: 0..<1)
      script.look(0, at: 0, 12, in: 0..<seconds)
      for other in 1...2 as ClosedRange<PathIndex> {
        script.look(0, at: other, 9, in: 0..<seconds)
      }
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

  @Test func whoDoesAboutAsMuchIsNoControl() {
    var script = looking(62)
    script.process(1)
    script.look(1, at: 0, 40, in: 0..<30)
    // The greatest comes first.
    #expect(
      script.findings(.hotPath).first?.control == "the other process looked it up 1,120 times, too")
    script.process(2)
    #expect(
      script.findings(.hotPath).first?.control
        == "one of the 2 other processes looked it up 1,120 times, too")
    script.look(2, at: 0, 50, in: 0..<30)
    #expect(
      script.findings(.hotPath).first?.control
        == "2 of the 2 other processes did about as much, and one of them looked it up 1,400 times")
  }

  @Test func aLookupForEachFrameIsHotHoweverFewFrames() {
    var script = looking(4)
    script.write(0, bytes: 100, frames: 5, in: 0..<30)
    #expect(
      script.findings(.hotPath).map(\.predicate)
        == ["opened /dev/tty 0.8 per frame, 4.0 times a second"])
    #expect(script.findings(.hotPath).map(\.unit) == ["per frame"])
  }

  @Test func aClockMayLookUpTheTimeZoneForEachFrame() {
    for (rate, count) in [(UInt64(1), 0), (2, 1)] {
      var script = Script(seconds: 200)
      script.process(0)
      script.path(0, "/etc/localtime")
      script.look(0, at: 0, rate, in: 0..<200)
      script.write(0, bytes: 100, frames: rate, in: 0..<200)
      #expect(
        script.findings(.hotPath).map(\.predicate)
          == Array(
            repeating: "looked up /etc/localtime 1.0 per frame, 2.0 times a second", count: count))
    }
  }

  @Test func whatIsDrawnForAKeyIsWorkAndASpinnerIsNot() {
    var script = looking(62)
    script.write(0, bytes: 100, frames: 31, in: 0..<30)
    script.type(in: 0..<30)
    #expect(script.findings(.hotPath).isEmpty)
    script = looking(62)
    script.write(0, bytes: 100, frames: 31, in: 0..<30)
    script.type(in: stride(from: 0, to: 30, by: 2))
    #expect(
      script.findings(.hotPath).map(\.predicate)
        == ["opened /dev/tty 62 times a second, 2.0 per frame"])
    #expect(script.findings(.hotPath).map(\.unit) == ["per frame"])
    #expect(script.findings(.hotPath).map(\.phase) == ["active"])
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
    for name in ["/proc", "/proc/1/fd", "/sys", "/sys/block"] {
      #expect(looking(999, at: name).findings(.hotPath).isEmpty)
      #expect(looking(1_000, at: name).findings(.hotPath).map(\.threshold) == [1_000])
    }
    #expect(looking(10, at: "/process").findings(.hotPath).count == 1)
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

  // MARK: At work

  /// Without a terminal.
  private func working(_ count: UInt64, others: UInt64 = 0, seconds: Int) -> Script {
    var script = Script(seconds: 100)
    script.process(0)
    script.path(0, "/usr/bin/cc")
    script.path(1, "/usr/bin/ld")
    script.look(0, at: 0, count, in: 10..<10 + seconds)
    script.path(2, "/usr/bin/as")
    for path in 1...2 as ClosedRange<PathIndex> {
      script.look(0, at: path, others / 2, in: 10..<10 + seconds)
    }
    return script
  }

  @Test func onePathAloneIsNoWork() {
    #expect(working(9, seconds: 80).findings(.hotPath).isEmpty)
    #expect(working(11, seconds: 9).findings(.hotPath).isEmpty)
    #expect(working(10, seconds: 10).findings(.hotPath).map(\.threshold) == [10])
    #expect(working(6_500, seconds: 60).findings(.hotPath).map(\.severity) == [.critical])
  }

  /// A file manager asks for the time zone for each file that it lists.
  @Test func aKeyMayTakeManyLookupsOfOnePath() {
    for (rate, count) in [(UInt64(99), 0), (100, 1)] {
      var script = looking(rate, at: "/etc/localtime")
      script.type(in: 0..<30)
      #expect(script.findings(.hotPath).count == count)
    }
  }

  @Test func workLooksUpOtherPathsAsWell() {
    #expect(working(300, others: 302, seconds: 60).findings(.hotPath).isEmpty)
    #expect(
      working(300, others: 100, seconds: 60).findings(.hotPath).map(\.predicate)
        == ["looked up /usr/bin/cc 300 times a second, 75 % of its lookups"])
  }
}
