// SPDX-License-Identifier: Apache-2.0

import Comparison
import Testing

struct DiffTests {
  /// Runs that look a path up so often, give or take.
  private func runs(_ path: String, _ rates: [UInt64], name: String = "/bin/agent") -> [RunFigures]
  {
    rates.map { rate in
      var run = Run(name)
      run.look(up: "/etc/passwd", each: 20)
      run.look(up: path, each: rate)
      return run.figures()
    }
  }

  private func row(
    _ diff: Diff, _ signal: Signal, _ phase: String = "active", role: String? = nil
  ) throws -> Diff.Row {
    try #require(
      diff.rows.first {
        $0.signal == signal && $0.phase == phase
          && (role.map { Array($0.utf8) } ?? $0.role) == $0.role
      })
  }

  @Test func aPlantedRegressionIsFoundAndExplained() throws {
    let diff = Diff(
      baseline: runs("/dev/tty", [0, 0, 0, 0, 0]),
      candidate: runs("/dev/tty", [61, 62, 62, 62, 63]))
    #expect(diff.verdict == .regressed)
    let lookups = try row(diff, .lookups)
    #expect(lookups.baseline == 20)
    #expect(lookups.candidate == 82)
    #expect(lookups.ratio == 4.1)
    #expect(lookups.p == 2.0 / 252)
    #expect(lookups.unit == "/s")
    #expect(lookups.contributors == [.init(name: Array("/dev/tty".utf8), change: 62)])
    let path = try row(diff, .pathLookups)
    #expect(path.subject == Array("/dev/tty".utf8))
    #expect(path.ratio == nil)
  }

  /// The first seconds are as long in every run: what is done in them compares as a total.
  @Test func startUpComparesByItsTotal() throws {
    let diff = Diff(
      baseline: runs("/lib/x.so", [1, 1, 1, 1, 1]), candidate: runs("/lib/x.so", [9, 9, 9, 9, 9]))
    let lookups = try row(diff, .lookups, "start-up")
    #expect(lookups.baseline == 105)
    #expect(lookups.candidate == 145)
    #expect(lookups.unit.isEmpty)
  }

  @Test func theOtherWayRoundItIsAnImprovement() throws {
    let diff = Diff(
      baseline: runs("/dev/tty", [61, 62, 62, 62, 63]),
      candidate: runs("/dev/tty", [0, 0, 0, 0, 0]))
    #expect(diff.verdict == .improved)
    #expect(try row(diff, .lookups).contributors.first?.change == -62)
  }

  /// 100 to 110: sure, but no factor of 1.25.
  @Test func aSmallChangeIsTheSameHoweverSure() throws {
    let diff = Diff(
      baseline: runs("/a", [80, 80, 80, 80, 80]), candidate: runs("/a", [90, 90, 90, 90, 90]))
    #expect(diff.verdict == .same)
    #expect(try row(diff, .lookups).p == 2.0 / 252)
  }

  @Test func noiseIsTheSameHoweverLarge() {
    let diff = Diff(
      baseline: runs("/a", [10, 400, 30, 90, 20]), candidate: runs("/a", [300, 15, 80, 25, 500]))
    #expect(diff.verdict == .same)
  }

  @Test(arguments: [1, 2, 4])
  func tooFewRunsJudgeNothingAndSaySo(_ count: Int) {
    let diff = Diff(
      baseline: runs("/a", Array(repeating: 0, count: count)),
      candidate: runs("/a", Array(repeating: 50, count: count)))
    #expect(diff.verdict == .inconclusive)
    #expect(diff.caveats.count == 1)
    #expect(diff.rows.contains { $0.reason == "too few recordings" })
  }

  @Test func equalRunsAreTheSameHoweverFew() {
    let diff = Diff(baseline: runs("/a", [50]), candidate: runs("/a", [50]))
    #expect(diff.verdict == .same)
  }

  @Test func lossInAPhaseMakesThatPhaseInconclusive() throws {
    let candidates = (0..<5).map { number in
      var run = Run("/bin/agent")
      run.look(up: "/a", each: 90)
      if number == 2 { run.lose(in: 8) }
      return run.figures("lossy.spoor")
    }
    let diff = Diff(baseline: runs("/a", [0, 0, 0, 0, 0]), candidate: candidates)
    #expect(try row(diff, .lookups, "active").verdict == .inconclusive)
    #expect(try row(diff, .lookups, "start-up").verdict == .regressed)
    #expect(diff.caveats.contains { $0.contains("lossy.spoor") })
  }

  /// Homes, temporary directories, versions and process ids are no change.
  @Test func pathsOfDifferentMachinesAndVersionsCompare() throws {
    let diff = Diff(
      baseline: runs("/home/ann/.agent/agent-1.2.3/tmp/x.json", [50, 50, 50, 50, 50]),
      candidate: runs("/home/bob/.agent/agent-1.10.0/tmp/x.json", [50, 50, 50, 50, 50]))
    #expect(diff.verdict == .same)
    #expect(!diff.rows.contains { $0.signal == .pathLookups })
  }

  /// Two versions of a program are the same role, whatever their executables are called; a name
  /// that all have is told.
  @Test func theTargetIsOneRoleWhateverItsName() throws {
    let one = runs("/a", [0, 0, 0, 0, 0], name: "/opt/agent-1.2")
    let other = runs("/a", [90, 90, 90, 90, 90], name: "/opt/agent-next")
    #expect(try row(Diff(baseline: one, candidate: other), .lookups).role == Array("target".utf8))
    #expect(try row(Diff(baseline: one, candidate: one), .lookups).role == Array("agent-1.2".utf8))
  }

  @Test func childrenAreRolesByTheirPlaceInTheTree() throws {
    let runs = [UInt64(0), 40].map { rate in
      (0..<5).map { _ in
        var run = Run("/bin/agent")
        run.look(up: "/a", each: 30)
        run.look(up: ".git/HEAD", each: rate, failed: rate, byChild: true)
        return run.figures()
      }
    }
    let diff = Diff(baseline: runs[0], candidate: runs[1])
    let failed = try row(diff, .failedLookups, role: "agent > git")
    #expect(failed.verdict == .regressed)
    #expect(failed.candidate == 40)
    #expect(try row(diff, .lookups, role: "agent").verdict == .same)
  }

  /// What moves from a program to its child is no change of all.
  @Test func workThatMovesIsTheSameForAllProcesses() throws {
    let sides = [false, true].map { byChild in
      (0..<5).map { _ in
        var run = Run("/bin/agent")
        run.look(up: "/a", each: 30, byChild: byChild)
        return run.figures()
      }
    }
    let diff = Diff(baseline: sides[0], candidate: sides[1])
    #expect(try row(diff, .lookups, role: "all processes").verdict == .same)
    #expect(try row(diff, .lookups, role: "agent").verdict == .improved)
    #expect(try row(diff, .lookups, role: "agent > git").verdict == .regressed)
  }

  /// A factor of much on little is less than a factor of little on much.
  @Test func theGreatestChangesComeFirst() {
    let sides = [UInt64(0), 1].map { sign in
      (0..<5).map { _ in
        var run = Run("/bin/agent")
        run.look(up: "/few", each: 2 * sign)
        run.look(up: "/many", each: 100 + 100 * sign)
        return run.figures()
      }
    }
    let rows = Diff(baseline: sides[0], candidate: sides[1]).rows
      .filter { $0.signal == .pathLookups && $0.phase == "active" }
    #expect(rows.map(\.subject) == [Array("/many".utf8), Array("/few".utf8)])
  }

  @Test func survivorsCompareAlsoWhereTheBaselineLeftNone() throws {
    let sides = [0, 2].map { survivors in
      (0..<5).map { _ in
        var run = Run("/bin/agent")
        run.look(up: "/a", each: 30)
        run.end(leaving: survivors)
        return run.figures()
      }
    }
    let row = try row(
      Diff(baseline: sides[0], candidate: sides[1]), .survivors, "after-exit")
    #expect(row.verdict == .regressed)
    #expect(row.candidate == 2)
    #expect(row.contributors == [.init(name: Array("daemon".utf8), change: 2)])
  }

  @Test func marksArePhases() throws {
    let sides = [10, 30].map { rate in
      (0..<5).map { _ in
        var run = Run("/bin/agent")
        run.look(up: "/a", each: UInt64(rate))
        run.mark("typing", after: 6)
        return run.figures()
      }
    }
    let diff = Diff(baseline: sides[0], candidate: sides[1])
    #expect(try row(diff, .lookups, "typing").ratio == 3)
  }

  /// Neither counts for the other: the run is in its phases once.
  @Test func aMarkThatIsNamedLikeAPhaseIsAnother() {
    var run = Run("/bin/agent")
    run.look(up: "/a", each: 10)
    run.mark("active", after: 15)
    let figures = run.figures()
    #expect(figures.phaseNames == ["start-up", "active", "active (mark)"])
    #expect(figures.phases["active"]?.seconds == 15)
    #expect(figures.phases["active (mark)"]?.seconds == 5)
  }

  @Test func twoMarksOfOneNameAreOnePhaseThatEndsOnce() throws {
    var run = Run("/bin/agent")
    run.mark("busy", after: 6)
    run.mark("pause", after: 8)
    run.mark("busy", after: 10)
    run.leaveZombie(after: 3)
    let figures = run.figures()
    #expect(figures.phases["busy"]?.seconds == 12)
    let yaml = "budgets: [{signal: zombies, phase: busy, at-most: 0}]"
    let check = BudgetCheck(try Budget.all(yaml: yaml, name: "b.yaml"), on: [figures])
    #expect(check.results.first?.figure == 1)
  }

  @Test(arguments: [true, false])
  func aZombieLiesUntilItsParentEnds(isRemoved: Bool) throws {
    var run = Run("/bin/agent")
    run.look(up: "/a", each: 10)
    run.leaveZombieToInit(after: 3, isRemoved: isRemoved)
    #expect(try run.gauge("zombies") == [1, 1, 0])
  }

  @Test(arguments: ["descriptors", "masters"])
  func whatACommandHeldUntilItsEndIsHeldAtItsLastPhasesEnd(_ signal: String) throws {
    var run = Run("/bin/agent")
    run.look(up: "/a", each: 10)
    run.end(leaving: 0)
    run.hold(1, from: 7)
    #expect(try run.gauge(signal) == [0, 1, 0])
    run.followByID()
    #expect(try run.gauge(signal) == [0, 1, nil])
  }

  @Test func aPhaseThatOneSideLacksIsToldAndInconclusive() {
    var marked = Run("/bin/agent")
    marked.mark("typing", after: 6)
    let diff = Diff(baseline: [Run("/bin/agent").figures()], candidate: [marked.figures()])
    #expect(diff.verdict == .inconclusive)
    #expect(diff.caveats.contains { $0.contains("typing") })
  }

  @Test func whatIsNotFinishedIsTold() {
    var short = Run("/bin/agent")
    short.cutShort()
    let diff = Diff(
      baseline: [Run("/bin/agent").figures()], candidate: [short.figures("short.spoor")])
    #expect(diff.caveats.contains { $0.hasPrefix("short.spoor was not finished") })
  }

  /// 200 pairs of ten runs, whose rates have a deviation of a tenth: nothing may be told of more
  /// than one in a hundred, and 1.5 times as much is told of nearly all.
  @Test func twoHundredPairsThatAreAlikeRaiseNothingAndPlantedOnesAreFound() {
    var generator = SplitMix64(seed: 7)
    func side(_ scale: Double) -> [RunFigures] {
      Distribution.steady.sample(10, scale: scale, &generator).map { value in
        var run = Run("/bin/agent", seconds: 8)
        run.look(up: "/a", each: UInt64(max(0, value * 2 - 100 * scale)))
        return run.figures()
      }
    }
    var alarms = 0
    var found = 0
    for _ in 0..<200 {
      if Diff(baseline: side(1), candidate: side(1)).verdict != .same { alarms += 1 }
      if Diff(baseline: side(1), candidate: side(1.5)).verdict == .regressed { found += 1 }
    }
    #expect(alarms <= 2)
    #expect(found >= 198)
  }
}
