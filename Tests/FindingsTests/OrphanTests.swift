// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings
import Testing

@Suite struct OrphanTests {
  /// A parent that ends, and a child that does not.
  private func scene(
    seconds: Int, parentEnd: Double, code: Int32, child: String, childStart: Double = 1
  ) -> (scene: Scene, child: ProcessKey) {
    var scene = Scene(seconds: seconds)
    let parent = scene.add("cli", at: 0) { $0.end(at: parentEnd, code: code) }
    let key = scene.add(child, at: childStart, by: parent) {
      $0.presentParent = ProcessKey(processID: 1, startTime: 0)
    }
    return (scene, key)
  }

  @Test func whoOutlivesItsParentIsAnOrphan() throws {
    let (scene, child) = scene(seconds: 60, parentEnd: 10, code: 0, child: "server")
    let finding = try #require(scene.findings().first)
    #expect(finding.kind == .orphan && finding.process == child)
    #expect(finding.severity == .warning && finding.value == 50)
    #expect(finding.predicate == "is alive 50.0 s after its parent cli (1000) ended")
  }

  @Test func anOrphanThatBurnsCPUTimeIsCritical() throws {
    var (scene, child) = scene(seconds: 60, parentEnd: 10, code: 1, child: "server")
    scene.change(child) { $0.cpuTime = 30_000_000_000 }
    let finding = try #require(scene.findings(.orphan).first)
    #expect(finding.severity == .critical)
    #expect(finding.predicate.hasSuffix(", at 60 % of a core"))
  }

  @Test func aDaemonRaisesNothing() {
    let (scene, _) = scene(seconds: 90, parentEnd: 1.2, code: 0, child: "cli")
    #expect(scene.findings().isEmpty)
  }

  @Test func whatWasPutInTheBackgroundIsANotice() throws {
    let (scene, _) = scene(seconds: 90, parentEnd: 1.2, code: 0, child: "server")
    #expect(scene.findings().map(\.severity) == [.notice])
  }

  @Test func anOrphanOfAFewSecondsRaisesNothingWhileTheCommandRuns() {
    let (scene, _) = scene(seconds: 30, parentEnd: 10, code: 1, child: "server")
    #expect(scene.findings().isEmpty)
  }

  @Test func whatOutlivesTheCommandIsANotice() throws {
    var (scene, _) = scene(seconds: 12, parentEnd: 10, code: 0, child: "server")
    scene.timeline.target = 0
    scene.timeline.targetEnd = Scene.time(Scene.start + 10)
    let finding = try #require(scene.findings().first)
    #expect(finding.severity == .notice && finding.phase == "after-exit")
    #expect(finding.predicate == "outlived the command, and is alive 2.00 s after it was left")
  }

  @Test func manyOfOneCommandAreOneFinding() throws {
    var scene = Scene(seconds: 60)
    for _ in 0..<5 {
      let shell = scene.add("sh", at: 1) { $0.end(at: 5) }
      scene.add("server", at: 1, by: shell)
    }
    let finding = try #require(scene.findings().first)
    #expect(scene.findings().count == 1)
    #expect(finding.predicate.hasSuffix("; so are 4 more of the same command"))
  }
}
