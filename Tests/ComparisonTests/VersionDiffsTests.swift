// SPDX-License-Identifier: Apache-2.0

import Comparison
import Testing

struct VersionDiffsTests {
  private func runs(_ rates: [UInt64]) -> [RunFigures] {
    rates.map { rate in
      var run = Run("/bin/agent")
      run.look(up: "/dev/tty", each: rate)
      return run.figures()
    }
  }

  private func compared(_ baseline: [UInt64], _ others: [[UInt64]]) -> VersionDiffs {
    VersionDiffs(
      baseline: ("old", runs(baseline)),
      others: others.enumerated().map { ("new \($0.offset)", runs($0.element)) })
  }

  @Test func theWorstOfAllVersionsCounts() {
    let quiet: [UInt64] = [20, 21, 20, 21, 20, 21, 20, 21, 20, 21]
    let versions = compared(quiet, [quiet, quiet.map { $0 * 3 }])
    #expect(versions.noiseRows.isEmpty)
    #expect(versions.diffs.map { versions.verdict(on: $0.diff) } == [.same, .regressed])
    #expect(versions.verdict == .regressed)
    #expect(compared(quiet, [quiet]).verdict == .same)
  }

  /// Every other run of the baseline does three times as much as the one before.
  @Test func aFigureThatDiffersFromItselfMakesNoRegression() {
    let versions = compared(
      [20, 60, 20, 60, 20, 60, 20, 60, 20, 60], [Array(repeating: 200, count: 10)])
    #expect(!versions.noiseRows.isEmpty)
    #expect(versions.diffs[0].diff.verdict == .regressed)
    #expect(versions.verdict == .inconclusive)
  }

  /// Each version has its own name for the file, which a comparison of both cannot show.
  @Test func aFigureDiffersFromItselfUnderAnyName() {
    func runs(_ version: String, _ rates: [UInt64]) -> [RunFigures] {
      rates.map { rate in
        var run = Run("/opt/agent-\(version)")
        run.nameChild("/opt/helper-\(version)")
        run.look(up: "/opt/agent-\(version)/cache", each: rate, byChild: true)
        return run.figures()
      }
    }
    let versions = VersionDiffs(
      baseline: ("1.2", runs("1.2", [20, 60, 20, 60, 20, 60, 20, 60, 20, 60])),
      others: [("1.3", runs("1.3", Array(repeating: 200, count: 10)))])
    #expect(!versions.noiseRows.isEmpty)
    #expect(versions.diffs[0].diff.verdict == .regressed)
    #expect(versions.verdict == .inconclusive)
  }

  /// What a search for the first bad version asks of each one between the ends.
  @Test func aVersionIsJudgedInWhatTheBadEndIsWorseIn() throws {
    let quiet: [UInt64] = [20, 21, 20, 21, 20, 21, 20, 21, 20, 21]
    let busy = quiet.map { $0 * 3 }
    let versions = compared(quiet, [busy, quiet])
    let culprits = Set(versions.regressions(in: versions.diffs[0].diff).map(\.measure))
    #expect(!culprits.isEmpty)
    let judged = versions.diffs.map { versions.verdict(on: $0.diff, of: culprits) }
    #expect(judged == [.regressed, .same])
    // Worse, but in another thing than the bad end.
    #expect(versions.verdict(on: versions.diffs[0].diff, of: []) == .same)
    // A regression of a figure that differs from itself, which decides nothing.
    let noisy = compared([20, 60, 20, 60, 20, 60, 20, 60, 20, 60], [busy.map { $0 * 4 }])
    let worse = Set(
      noisy.diffs[0].diff.rows.filter { $0.verdict == .regressed }.map(\.measure))
    #expect(!worse.isEmpty)
    #expect(noisy.verdict(on: noisy.diffs[0].diff, of: worse) == .inconclusive)
  }

  @Test func aSingleRunHasNoNoiseToTell() {
    #expect(compared([20], [[20]]).noise == nil)
  }
}
