// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings
import Testing

@Suite struct OutputTests {
  private func writing(
    _ bytes: UInt64, raw: Bool = true, seconds: Range<Int> = 0..<30
  ) -> Script {
    var script = Script(seconds: 30)
    script.process(0)
    script.write(0, bytes: bytes, raw: raw, in: seconds)
    return script
  }

  @Test func whatAnIdleProgramWritesIsToldAboveTheThreshold() throws {
    #expect(writing(512).findings(.ttyOutput).isEmpty)
    let finding = try #require(writing(513).findings(.ttyOutput).first)
    #expect(finding.severity == .warning)
    #expect(finding.value == 513)
    #expect(finding.threshold == 512)
    #expect(finding.phase == "idle")
    #expect(finding.confidence == .certain)
    // Nobody knows what was typed before: idle from the third second on.
    #expect(finding.start == Script.time(2))
    #expect(finding.end == Script.time(30))
    #expect(finding.predicate == "wrote 513 B/s to pts/0 for 28 s while idle")
    #expect(finding.control == "")
    #expect(finding.evidence.map(\.kind) == ["tty"])
  }

  @Test func tenTimesTheThresholdIsCritical() {
    #expect(writing(5_119).findings(.ttyOutput).map(\.severity) == [.warning])
    #expect(writing(5_120).findings(.ttyOutput).map(\.severity) == [.critical])
  }

  @Test func aBatchJobIsNotIdle() {
    #expect(writing(60_000, raw: false).findings(.ttyOutput).isEmpty)
  }

  @Test func tooMuchIsTooMuchInAnyPhase() {
    #expect(writing(65_536, raw: false).findings(.ttyOutput).isEmpty)
    let findings = writing(65_537, raw: false).findings(.ttyOutput)
    #expect(findings.map(\.phase) == ["active"])
    #expect(findings.map(\.threshold) == [65_536])
    #expect(writing(70_000, raw: false, seconds: 0..<4).findings(.ttyOutput).isEmpty)
  }

  @Test func whoTypesMakesItActive() {
    var script = writing(4_000)
    script.type(in: stride(from: 0, to: 30, by: 2))
    #expect(script.findings(.ttyOutput).isEmpty)
  }

  @Test func aBurstIsNoRate() {
    var script = Script(seconds: 30)
    script.process(0)
    script.write(0, bytes: 1, in: 0..<1)
    script.write(0, bytes: 60_000, in: 15..<16)
    #expect(script.findings(.ttyOutput).isEmpty)
  }

  @Test func theOthersAreTheControl() {
    var script = writing(8_200)
    for process in 1..<8 as Range<ProcessIndex> {
      script.process(process)
      script.write(process, to: TerminalIndex(process), bytes: 10, in: 0..<1)
    }
    script.process(8)
    #expect(
      script.findings(.ttyOutput).map(\.control)
        == ["the 7 other processes that wrote to a terminal wrote 0 B/s"])
  }

  @Test func aMultiplexerIsNotIdleWhileItsPanesPrint() {
    var script = writing(4_000)
    script.process(1, spawner: Script.key(0))
    #expect(script.findings(.ttyOutput).count == 1)
    script.write(1, to: 1, bytes: 4_000, raw: false, in: 0..<30)
    #expect(script.findings(.ttyOutput).isEmpty)
  }

  // MARK: Frames

  @Test func anIdleProgramHardlyDraws() {
    for (frames, count) in [(UInt64(1), 0), (2, 1)] {
      var script = Script(seconds: 30)
      script.process(0)
      script.write(0, bytes: 10, frames: frames, in: 0..<30)
      #expect(script.findings(.frameRate).count == count)
    }
  }

  @Test func aClocksFrameMayBeTornInTwo() {
    for (torn, predicates) in [
      (10..<15, []), (10..<16, ["drew 1.6 frames a second for 10 s while idle"]),
    ] {
      var script = Script(seconds: 30)
      script.process(0)
      script.write(0, bytes: 10, frames: 1, in: 0..<30)
      script.write(0, to: 1, bytes: 10, frames: 1, in: torn)
      #expect(script.findings(.frameRate).map(\.predicate) == predicates)
    }
  }

  @Test func aSpinnerIsNoDisaster() {
    var script = Script(seconds: 30)
    script.process(0)
    script.write(0, bytes: 10, frames: 31, in: 0..<30)
    #expect(script.findings(.frameRate).map(\.severity) == [.warning])
    #expect(
      script.findings(.frameRate).map(\.predicate)
        == ["drew 31 frames a second for 28 s while idle"])
  }

  @Test func aMonitorDrawsWhatTheKernelSays() {
    for (asked, count) in [(UInt64(19), 2), (20, 0)] {
      var script = Script(seconds: 30)
      script.process(0)
      script.path(0, "/proc/stat")
      script.look(0, at: 0, asked, in: 0..<30)
      script.write(0, bytes: 1_400, frames: 2, in: 0..<30)
      let kinds: [Finding.Kind] = [.ttyOutput, .frameRate]
      #expect(script.judged().findings.count { kinds.contains($0.kind) } == count)
    }
  }

  @Test func noScreenShowsMoreThanSixtyFiveFrames() {
    for (frames, count) in [(UInt64(65), 0), (66, 1)] {
      var script = Script(seconds: 30)
      script.process(0)
      script.write(0, bytes: 10, frames: frames, raw: false, in: 0..<30)
      #expect(script.findings(.frameRate).count == count)
    }
  }

  @Test func fullClearsAreAShareOfTheFrames() {
    for (clears, count) in [(UInt64(1), 0), (2, 1)] {
      var script = Script(seconds: 30)
      script.process(0)
      script.write(0, bytes: 10, frames: 20, clears: clears, raw: false, in: 0..<30)
      let findings = script.findings(.repaint)
      #expect(findings.count == count)
      #expect(findings.allSatisfy { $0.value == 10 && $0.unit == "%" })
    }
  }

  @Test func aFewFramesAreNoShare() {
    var script = Script(seconds: 30)
    script.process(0)
    script.write(0, bytes: 10, frames: 3, clears: 3, raw: false, in: 0..<30)
    #expect(script.findings(.repaint).isEmpty)
  }

  /// Clears with each frame in 10 of 30 seconds.
  private func clearing() -> Script {
    var script = Script(seconds: 30)
    script.process(0)
    script.process(1)
    script.write(0, bytes: 10, frames: 20, raw: false, in: 0..<10)
    script.write(0, bytes: 10, frames: 20, clears: 20, raw: false, in: 10..<20)
    script.write(0, bytes: 10, frames: 20, raw: false, in: 20..<30)
    return script
  }

  @Test func whatIsClearedAsTheTerminalChangesItsSizeIsHealthy() {
    var script = clearing()
    #expect(script.findings(.repaint).count == 1)
    // The redraw of the last change may show a second later.
    script.resize(0, in: 10..<18)
    #expect(script.findings(.repaint).count == 1)
    script.resize(0, in: 18..<19)
    #expect(script.findings(.repaint).isEmpty)
  }

  @Test func whatIsClearedBesideAResizeIsNot() throws {
    var script = clearing()
    script.resize(0, in: [0, 13])
    // Another process was told, and this one was not.
    script.resize(1, in: 10..<20)
    let finding = try #require(script.findings(.repaint).first)
    #expect(finding.predicate.hasSuffix("100 % of its frames, 160 of 160"))
  }

  // MARK: Spin

  @Test func anIdleProgramNeedsNoCore() {
    for (percent, count) in [(UInt64(24), 0), (25, 1)] {
      var script = Script(seconds: 40)
      script.process(0)
      script.write(0, bytes: 1, in: 0..<1)
      script.compute(0, percent: percent, in: 0..<40)
      #expect(script.findings(.spin).count == count)
    }
  }

  @Test func whoIsNotIdleMayCompute() {
    var script = Script(seconds: 40)
    script.process(0)
    script.compute(0, percent: 100, in: 0..<40)
    #expect(script.findings(.spin).isEmpty)
  }

  @Test func writesThatFailAreASpin() {
    for (failing, count) in [(UInt64(999), 0), (1_000, 1)] {
      var script = Script(seconds: 10)
      script.process(0)
      script.write(0, bytes: 0, failing: failing, raw: false, in: 2..<8)
      #expect(script.findings(.spin).count == count)
    }
  }
}
