// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings
import Testing

@Suite struct ExecStormTests {
  /// Starts short-lived children, each with the arguments of its number.
  private func scene(
    perSecond rate: Double, seconds: Int, drawing: Bool, lasting: Double = 0.005,
    command: (Int) -> String
  ) -> (scene: Scene, spawner: ProcessKey) {
    var scene = Scene(seconds: seconds)
    let spawner = scene.add("agent", at: -60)
    if drawing { scene.draw(spawner, in: 0..<seconds) }
    for child in 0..<Int(rate * Double(seconds)) {
      let start = Double(child) / rate
      scene.add(command(child), at: start, by: spawner) { $0.end(at: start + lasting) }
    }
    return (scene, spawner)
  }

  /// anthropics/claude-code#95124.
  @Test func twoASecondOfAnIdleProgramAreAStorm() throws {
    let (scene, spawner) = scene(perSecond: 2.2, seconds: 60, drawing: true) { _ in
      "git ls-files"
    }
    let finding = try #require(scene.findings(.execStorm).first)
    #expect(finding.process == spawner && finding.phase == "idle")
    #expect(finding.threshold == 2 && finding.severity == .warning)
    #expect(finding.evidence.map(\.subject) == [Array("git ls-files".utf8)])
    #expect(finding.predicate.hasPrefix("started 2.2 processes a second for "))
  }

  @Test func keysMakeTheSameRateAnAnswer() {
    var (scene, _) = scene(perSecond: 2.2, seconds: 60, drawing: true) { _ in "git ls-files" }
    for second in 0..<60 {
      scene.timeline.inputs.append(
        Timeline.Input(
          interval: second, terminal: 0, lastTime: scene.timeline.intervals[second].start))
    }
    #expect(scene.findings(.execStorm).isEmpty)
  }

  @Test func twentyASecondOfAProgramThatDrawsAreAStorm() throws {
    var (scene, _) = scene(perSecond: 40, seconds: 20, drawing: true) { "rg word\($0)" }
    for second in 0..<20 {
      scene.timeline.inputs.append(
        Timeline.Input(
          interval: second, terminal: 0, lastTime: scene.timeline.intervals[second].start))
    }
    let finding = try #require(scene.findings(.execStorm).first)
    #expect(finding.value.rounded() == 40 && finding.threshold == 20 && finding.phase == "")
  }

  @Test func aBuildIsNoStorm() {
    let (scene, _) = scene(perSecond: 100, seconds: 60, drawing: false, lasting: 0.5) {
      "cc -c file\($0).c"
    }
    #expect(scene.findings().isEmpty)
  }

  @Test func aShellsLoopInAnIdleTerminalIsNoStorm() {
    var (scene, shell) = scene(perSecond: 5, seconds: 60, drawing: false, lasting: 0.19) { _ in
      "sleep 0.2"
    }
    // The prompt before the loop, and one in it, as after a loop that another follows.
    scene.draw(shell, in: 0..<1)
    scene.draw(shell, in: 40..<41)
    #expect(scene.findings().isEmpty)
  }

  /// openai/codex#29084: of a daemon without a terminal.
  @Test func oneCommandAgainAndAgainIsAStorm() throws {
    let (scene, _) = scene(perSecond: 250, seconds: 40, drawing: false) { _ in "git rev-parse" }
    let finding = try #require(scene.findings(.execStorm).first)
    #expect(finding.severity == .critical && finding.value.rounded() == 250)
  }

  @Test func aBurstIsNoStorm() {
    let (scene, _) = scene(perSecond: 100, seconds: 3, drawing: true) { "tool \($0)" }
    #expect(scene.findings().isEmpty)
  }
}
