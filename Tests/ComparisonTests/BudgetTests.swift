// SPDX-License-Identifier: Apache-2.0

import Comparison
import Settings
import Testing

struct BudgetTests {
  private func check(
    _ yaml: String, _ runs: [RunFigures], baseline: [RunFigures] = []
  ) throws -> BudgetCheck {
    BudgetCheck(try Budget.all(yaml: yaml, name: "budget.yaml"), on: runs, baseline: baseline)
  }

  /// 20 lookups of /etc/passwd and `rate` of /dev/tty in each of 20 seconds.
  private func run(
    _ rate: UInt64 = 0, lossy interval: Int? = nil, isFinished: Bool = true
  ) -> RunFigures {
    var run = Run("/bin/agent")
    run.look(up: "/etc/passwd", each: 20)
    run.look(up: "/dev/tty", each: rate, failed: rate, byChild: true)
    if let interval { run.lose(in: interval) }
    if !isFinished { run.cutShort() }
    return run.figures()
  }

  @Test func atMostHoldsTheTotalOfTheWholeRun() throws {
    let yaml = "budgets:\n  - signal: lookups\n    path: /dev/*\n    at-most: 40\n"
    #expect(try check(yaml, [run(2)]).verdict == .passed)
    let broken = try check(yaml, [run(3)])
    #expect(broken.verdict == .broken)
    let result = try #require(broken.results.first)
    #expect(result.figure == 60)
    #expect(result.allowed == 40)
    #expect(result.culprits == [.init(name: Array("agent > git: /dev/tty".utf8), change: 60)])
  }

  @Test func rateIsOverThePhase() throws {
    let yaml = "budgets:\n  - signal: lookups\n    phase: active\n    at-most-per-second: 25\n"
    #expect(try check(yaml, [run(5)]).verdict == .passed)
    let result = try #require(try check(yaml, [run(6)]).results.first)
    #expect(result.verdict == .broken)
    #expect(result.figure == 26)
    #expect(result.unit == "/s")
  }

  @Test(arguments: [("git", 140.0), ("agent", 400), ("agent > git", 140), ("*", 540)])
  func processIsAPatternOfTheNameOrTheRole(_ pattern: String, _ figure: Double) throws {
    let yaml = "budgets: [{signal: lookups, process: '\(pattern)', at-most: 0}]"
    #expect(try check(yaml, [run(7)]).results.first?.figure == figure)
  }

  /// Names that a comparison takes for one are two here.
  @Test(arguments: [
    ("path: /dev/pts/0", 40.0), ("path: /dev/pts/1", 140), ("path: /dev/pts/<n>", 180),
    ("process: python3.11", 40), ("process: python3.12", 140),
    ("process: 'agent > python3.12'", 140), ("process: python<n>.<n>", 180),
  ])
  func aNameIsItselfAndNotItsTemplate(_ filter: String, _ figure: Double) throws {
    var run = Run("/bin/agent")
    run.addChild("/usr/bin/python3.11", lookingUp: "/dev/pts/0", each: 2)
    run.addChild("/usr/bin/python3.12", lookingUp: "/dev/pts/1", each: 7)
    let yaml = "budgets: [{signal: lookups, \(filter), at-most: 1}]"
    let result = try #require(try check(yaml, [run.figures()]).results.first)
    #expect(result.verdict == .broken)
    #expect(result.figure == figure)
  }

  /// What a process used since the last census that saw it is its own, if none did as well.
  @Test(arguments: [[], [400], [400, 900], [900]] as [[UInt64]])
  func cpuIsAllThatAProcessUsedUntilItsEnd(_ seen: [UInt64]) throws {
    var run = Run("/bin/agent")
    for (place, milliseconds) in seen.enumerated() {
      run.use(milliseconds, after: 11 + place)
    }
    run.end(using: 900, after: 13)
    let yaml = "budgets: [{signal: cpu, process: git, phase: active, at-most: 0}]"
    let result = try #require(try check(yaml, [run.figures()]).results.first)
    #expect(abs((result.figure ?? 0) - 0.9) < 1e-9)
  }

  @Test func failedLookupsAreASignalOfTheirOwn() throws {
    let yaml = "budgets: [{signal: failed-lookups, at-most: 39}]"
    #expect(try check(yaml, [run(2)]).results.first?.figure == 40)
  }

  @Test func ratioIsToTheMedianOfTheBaseline() throws {
    let yaml = "budgets: [{signal: lookups, phase: active, at-most-ratio: 1.25}]"
    let baseline = [run(0), run(0), run(40)]
    #expect(try check(yaml, [run(5)], baseline: baseline).verdict == .passed)
    #expect(try check(yaml, [run(6)], baseline: baseline).verdict == .broken)
    let alone = try check(yaml, [run(5)])
    #expect(alone.verdict == .inconclusive)
    #expect(alone.results.first?.reason?.contains("--baseline") == true)
  }

  /// Of a start-up that was cut short there is less, not more by the second.
  @Test func ratioIsOfTotalsInThePhaseThatIsAlwaysAsLong() throws {
    let yaml = "budgets: [{signal: lookups, phase: start-up, at-most-ratio: 1.25}]"
    var short = Run("/bin/agent", seconds: 2)
    short.look(up: "/etc/passwd", each: 40)
    let result = try #require(
      try check(yaml, [short.figures()], baseline: [run()]).results.first)
    #expect(result.verdict == .passed)
    #expect(result.figure == 80)
    #expect(result.allowed == 125)
    #expect(result.unit.isEmpty)
  }

  @Test func lossMakesAnAverageInconclusive() throws {
    var run = Run("/bin/agent")
    run.draw(100)
    let (whole, yaml) = (run.figures(), "budgets: [{signal: bytes-per-frame, at-most: ")
    run.lose(in: 7)
    for (most, verdict) in [("90", BudgetCheck.Verdict.broken), ("110", .passed)] {
      #expect(try check("\(yaml)\(most)}]", [whole]).verdict == verdict)
      #expect(try check("\(yaml)\(most)}]", [run.figures()]).verdict == .inconclusive)
    }
  }

  /// Lost events can only have been more: what is too much already is broken all the same.
  @Test func lossMakesAKeptBudgetInconclusiveAndNoBrokenOne() throws {
    let yaml = "budgets: [{signal: lookups, at-most: 450}]"
    #expect(try check(yaml, [run(2, lossy: 7)]).verdict == .inconclusive)
    #expect(try check(yaml, [run(3, lossy: 7)]).verdict == .broken)
    let startUp = "budgets: [{signal: lookups, phase: start-up, at-most: 450}]"
    #expect(try check(startUp, [run(2, lossy: 7)]).verdict == .passed)
  }

  /// As what a killed recorder leaves: what came before is as it was, and too much is too much.
  @Test func whatIsNotFinishedMakesAKeptBudgetInconclusiveAndNoBrokenOne() throws {
    let yaml = "budgets: [{signal: lookups, at-most: 450}]"
    let result = try #require(try check(yaml, [run(2, isFinished: false)]).results.first)
    #expect(result.verdict == .inconclusive)
    #expect(result.reason?.contains("not finished") == true)
    #expect(try check(yaml, [run(3, isFinished: false)]).verdict == .broken)
    let startUp = "budgets: [{signal: lookups, phase: start-up, at-most: 450}]"
    #expect(try check(startUp, [run(2, isFinished: false)]).verdict == .passed)
  }

  @Test func aPhaseThatWasNotThereIsInconclusive() throws {
    let yaml = "budgets: [{signal: lookups, phase: typing, at-most: 450}]"
    let result = try #require(try check(yaml, [run()]).results.first)
    #expect(result.verdict == .inconclusive)
    #expect(result.figure == nil)
  }

  @Test func eachLimitIsHeldForEachRecording() throws {
    let yaml = """
      budgets:
        - name: lookups
          signal: lookups
          at-most: 500
          at-most-per-second: 21
      """
    let check = try check(yaml, [run(0), run(6)])
    #expect(check.results.map(\.verdict) == [.passed, .broken, .passed, .broken])
  }

  @Test(arguments: [
    ("", "budget.yaml: is empty"),
    ("budgets: []", "budget.yaml: has no budgets"),
    ("budget: []", "budget.yaml:1: a budget file has no `budget`"),
    ("budgets:\n  - at-most: 3", "budget.yaml:2: a budget needs a signal"),
    ("budgets:\n  - signal: opens\n    at-most: 3", "budget.yaml:2: signal must be one of"),
    ("budgets:\n  - signal: lookups", "budget.yaml:2: a budget needs at-most"),
    ("budgets:\n  - signal: lookups\n    at-most: many", "budget.yaml:3: at-most takes a number"),
    ("budgets:\n  - signal: lookups\n    most: 3", "budget.yaml:3: a budget has no `most`"),
    (
      "budgets:\n  - signal: zombies\n    at-most-per-second: 3",
      "budget.yaml:2: zombies is no rate"
    ),
    ("budgets:\n  - signal: frames\n    path: /x\n    at-most: 3", "budget.yaml:2: path is for"),
    (
      "budgets:\n  - signal: descriptors\n    class: sockets\n    at-most: 3",
      "budget.yaml:2: class must be one of regular, directory, socket"
    ),
    ("budgets: [", "budget.yaml:"),
  ])
  func errorsNameTheLine(_ yaml: String, _ beginning: String) {
    let error = #expect(throws: SettingsError.self) {
      try Budget.all(yaml: yaml, name: "budget.yaml")
    }
    #expect(error?.description.hasPrefix(beginning) == true, "\(error?.description ?? "none")")
  }

  @Test func whatIsSuggestedIsKeptAndAQuarterMoreIsNot() throws {
    var left = Run("/bin/agent")
    left.look(up: "/etc/passwd", each: 20)
    left.mark("it's \"typing\"\n", after: 8)
    left.end(leaving: 1)
    let runs = [left.figures(), left.figures()]
    let yaml = BudgetSuggestion(runs, margin: 0.2).yaml
    #expect(try check(yaml, runs).verdict == .passed)
    #expect(yaml.contains("signal: survivors\n    phase: after-exit\n    at-most: 2\n"))
    #expect(yaml.contains("signal: lookups\n    phase: start-up\n    at-most: 120\n"))

    var more = Run("/bin/agent")
    more.look(up: "/etc/passwd", each: 25)
    more.mark("it's \"typing\"\n", after: 8)
    more.end(leaving: 1)
    #expect(try check(yaml, [more.figures()]).verdict == .broken)
  }
}
