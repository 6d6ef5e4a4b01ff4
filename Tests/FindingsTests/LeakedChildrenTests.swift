// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings
import Testing

@Suite struct LeakedChildrenTests {
  private static let servers = ["a", "b", "c", "d"].map { "python3 mcp-\($0).py" }

  /// A daemon that starts four servers per refresh.
  private func refreshing(
    every period: Double, rounds: Int, seconds: Int, _ change: (inout TracedProcess) -> Void
  ) -> (scene: Scene, daemon: ProcessKey) {
    var scene = Scene(seconds: seconds)
    let daemon = scene.add("daemon", at: 0)
    for round in 0..<rounds {
      for (place, server) in Self.servers.enumerated() {
        scene.add(
          server, at: 0.1 + Double(round) * period + Double(place) / 50, by: daemon, change)
      }
    }
    return (scene, daemon)
  }

  /// openai/codex#18881, in short.
  @Test func setsInLockstepAreOneFindingWhateverTheirAge() throws {
    let (scene, daemon) = refreshing(every: 1, rounds: 12, seconds: 12) { _ in }
    let finding = try #require(scene.findings().first)
    #expect(scene.findings().count == 1)
    #expect(finding.kind == .leakedChildren && finding.process == daemon)
    #expect(finding.severity == .warning)
    #expect(finding.value == 48 && finding.threshold == 12)
    #expect(
      finding.predicate
        == "left 4 commands x 12 alive, in lockstep, one set per refresh, about every 1.00 s")
    #expect(finding.evidence.prefix(4).map(\.value) == [12, 12, 12, 12])
  }

  @Test func tenTimesTheThresholdIsCritical() throws {
    let (scene, _) = refreshing(every: 420, rounds: 30, seconds: 13_000) { _ in }
    let finding = try #require(scene.findings(.leakedChildren).first)
    #expect(finding.severity == .critical)
    #expect(finding.predicate.hasSuffix("about every 7 min 0 s"))
  }

  @Test func whatEndsWithItsSpawnerWasLeftUntilThen() throws {
    var (scene, daemon) = refreshing(every: 1, rounds: 12, seconds: 15) {
      $0.end(at: 12.1)
    }
    scene.change(daemon) { $0.end(at: 12.3) }
    let finding = try #require(scene.findings(.leakedChildren).first)
    #expect(finding.process == daemon && finding.value == 48)
  }

  @Test func theKernelsOwnThreadsAreNoLeak() {
    for (memory, count) in [(UInt64(0), 0), (4_096, 1)] {
      var scene = Scene(seconds: 1_000)
      let spawner = scene.add("kthreadd", at: 0)
      for place in 0..<9 {
        scene.add("kworker", at: Double(place) * 100, by: spawner) {
          $0.executable = []
          $0.arguments = []
          $0.comm = Array("kworker/\(place):1".utf8)
          $0.residentBytes = memory
        }
      }
      #expect(scene.findings(.leakedChildren).count == count)
    }
  }

  @Test func setsThatAreEndedAreNoLeak() {
    var scene = Scene(seconds: 400)
    let daemon = scene.add("daemon", at: 0)
    for round in 0..<40 {
      for server in Self.servers {
        scene.add(server, at: Double(round) * 10, by: daemon) {
          if round < 39 { $0.end(at: Double(round) * 10 + 11) }
        }
      }
    }
    #expect(scene.findings().isEmpty)
  }

  /// Three at a time, each followed by another as it ends: the number last rose before the oldest
  /// that lives was started.
  @Test func aPoolWhoseWorkersAreReplacedIsNoLeak() {
    var scene = Scene(seconds: 1_000)
    let server = scene.add("server", at: 0)
    for place in 0..<100 {
      scene.add("worker", at: Double(place), by: server) {
        if place < 97 { $0.end(at: Double(place) + 2.9) }
      }
    }
    #expect(scene.findings().isEmpty)
  }

  @Test func poolsThatAreStartedAtOnceAreNoLeak() {
    var scene = Scene(seconds: 1_000)
    let server = scene.add("server", at: 0)
    for worker in 0..<8 {
      scene.add("reader", at: 1 + Double(worker) / 20, by: server)
      scene.add("writer", at: 1.01 + Double(worker) / 20, by: server)
      // One after the other, as a program starts.
      scene.add("helper", at: 1 + Double(worker), by: server)
    }
    #expect(scene.findings().isEmpty)
  }

  @Test func oneCommandThatGrowsIsALeakOnceItIsOld() throws {
    func scene(seconds: Int) -> Scene {
      var scene = Scene(seconds: seconds)
      let app = scene.add("app", at: 0)
      for child in 0..<5 {
        scene.add("node watch.js --port=\(child)", at: 1 + Double(child) * 60, by: app)
      }
      return scene
    }
    #expect(scene(seconds: 250).findings().isEmpty)
    let finding = try #require(scene(seconds: 310).findings().first)
    #expect(finding.value == 5 && finding.severity == .warning)
    #expect(
      finding.predicate == "left 5 children alive that run node watch.js, the oldest for "
        + "5 min 9 s, one more about every 1 min 0 s")
  }

  @Test func panesOfAMultiplexerAreInUse() {
    var scene = Scene(seconds: 1_000)
    let tmux = scene.add("tmux", at: 0) {
      var use = DescriptorUse()
      use.masters.slaveOpen = 6
      $0.descriptors = use
    }
    for pane in 0..<6 {
      scene.add("bash", at: 1 + Double(pane) * 100, by: tmux) {
        var use = DescriptorUse()
        use.last[.ttySlave] = 3
        $0.descriptors = use
      }
    }
    #expect(scene.findings().isEmpty)
  }
}
