// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings
import Testing

@Suite struct JudgementTests {
  @Test func nothingRaisesNothing() {
    let judgement = Judgement(of: Timeline())
    #expect(judgement.findings.isEmpty)
    #expect(judgement.phases.isEmpty)
  }

  @Test func theMostSevereComesFirstThenAsTheKindsAreListed() {
    var script = Script(seconds: 30)
    script.process(0)
    script.process(1)
    script.path(0, "/a")
    script.look(0, at: 0, 30, in: 0..<30)
    script.look(1, at: 0, 40, in: 0..<30)
    script.write(0, bytes: 600, in: 0..<30)
    script.write(1, to: 1, bytes: 6_000, in: 0..<30)
    let findings = script.judged().findings
    #expect(
      findings.map(\.kind) == [
        .ttyOutput, .hotPath, .hotPath, .ttyOutput, .idleLookups, .idleLookups,
      ])
    #expect(
      findings.map(\.severity) == [.critical, .warning, .warning, .warning, .notice, .notice])
    #expect(findings.map(\.value) == [6_000, 40, 30, 600, 40, 30])
  }

  // MARK: Loss

  private func looking(_ count: UInt64, losing second: Int?) -> Script {
    var script = Script(seconds: 30)
    script.process(0)
    script.path(0, "/a")
    script.write(0, to: 9, bytes: 1, in: 0..<1)
    script.look(0, at: 0, count, in: 5..<15)
    if let second { script.lose(in: second) }
    return script
  }

  @Test func lossOnlyMakesCountsSmaller() {
    var script = Script(seconds: 30)
    script.process(0)
    script.write(0, bytes: 70_000, raw: false, in: 0..<30)
    script.lose(in: 7)
    #expect(script.findings(.ttyOutput).map(\.confidence) == [.certain])
  }

  @Test func lossMayHideWhatIsHalfThere() {
    #expect(looking(5, losing: nil).findings(.hotPath).isEmpty)
    #expect(looking(5, losing: 7).findings(.hotPath).map(\.confidence) == [.inconclusive])
    #expect(looking(5, losing: 7).findings(.hotPath).map(\.value) == [5])
    #expect(looking(4, losing: 7).findings(.hotPath).isEmpty)
    #expect(looking(5, losing: 28).findings(.hotPath).isEmpty)
  }

  @Test func aLostKeyMayHaveEndedAnIdleTime() {
    var script = Script(seconds: 30)
    script.process(0)
    script.write(0, bytes: 600, in: 0..<30)
    #expect(script.findings(.ttyOutput).map(\.confidence) == [.certain])
    script.lose(in: 1)
    #expect(script.findings(.ttyOutput).map(\.confidence) == [.inconclusive])
  }

  @Test func whatIsInconclusiveComesAfterWhatIsCertain() {
    var script = looking(10, losing: nil)
    script.process(1)
    script.write(1, bytes: 40_000, raw: false, in: 0..<30)
    script.lose(in: 20)
    #expect(script.judged().findings.map(\.confidence) == [.certain, .inconclusive])
    #expect(script.judged().findings.map(\.kind) == [.hotPath, .ttyOutput])
  }

  // MARK: Phases

  @Test func aRunHasItsPhases() {
    var script = Script(seconds: 30)
    script.process(0, born: 0, exits: 20)
    script.process(1)
    script.target(0, ends: 20)
    script.path(0, "/a")
    script.write(0, bytes: 100, frames: 2, in: 0..<20)
    script.look(1, at: 0, 6, failing: 3, in: 0..<30)
    script.type(in: 7..<10)
    let phases = script.judged().phases
    // The last key came in the middle of the tenth second, and two seconds on is the thirteenth.
    #expect(phases.map(\.name) == ["start-up", "active", "idle", "after-exit"])
    #expect(phases.map(\.seconds) == [5, 5, 10, 10])
    #expect(phases.map(\.lookups) == [30, 30, 60, 60])
    #expect(phases.map(\.failed) == [15, 15, 30, 30])
    #expect(phases.map(\.outputBytes) == [500, 500, 1_000, 0])
    #expect(phases.map(\.frames) == [10, 10, 20, 0])
    #expect(phases[2].start == Script.time(5))
    #expect(phases[2].end == Script.time(20))
    #expect(phases[0].outputSeries == [100, 100, 100, 100, 100])
    #expect(phases.allSatisfy { !$0.isMark })
  }

  @Test func whatWasThereBeforeHasNoStartUp() {
    var script = Script(seconds: 10)
    script.process(0)
    script.write(0, bytes: 1, raw: false, in: 0..<10)
    #expect(script.judged().phases.map(\.name) == ["active"])
  }

  @Test func aSecondThatIsInPartIdleIsActive() {
    var script = Script(seconds: 10)
    script.process(0)
    script.write(0, bytes: 1, in: 0..<10)
    script.type(in: 4..<5)
    // Idle: 2 and 3, and again from 6.5 s on.
    #expect(script.judged().phases.map(\.seconds) == [5, 5])
    #expect(script.judged().phases.map(\.name) == ["active", "idle"])
  }

  @Test func aMarkLastsUntilTheNext() {
    var script = Script(seconds: 10)
    script.process(0)
    script.write(0, bytes: 100, raw: false, in: 0..<10)
    script.mark("one", at: 2)
    script.mark("two", at: 5)
    let marks = script.judged().phases.filter(\.isMark)
    #expect(marks.map(\.name) == ["one", "two"])
    #expect(marks.map(\.seconds) == [3, 5])
    #expect(marks.map(\.start) == [Script.time(2), Script.time(5)])
    #expect(marks.map(\.end) == [Script.time(5), Script.time(10)])
    #expect(marks.map(\.outputBytes) == [300, 500])
  }

  @Test func aLongSeriesIsSixtyValuesOfTheSameMean() {
    var script = Script(seconds: 1_000)
    script.process(0)
    script.write(0, bytes: 7, raw: false, in: 0..<1_000)
    let row = script.judged().phases.first
    #expect(row?.outputSeries == Array(repeating: 7, count: 60))
  }
}
