// SPDX-License-Identifier: Apache-2.0

import Comparison
import Hunt
import Testing

@Suite struct PlanTests {
  private func plan(_ versions: Int, _ rounds: Int, seed: UInt64) -> HuntPlan {
    var generator = SplitMix64(seed: seed)
    return HuntPlan(versions: versions, rounds: rounds, using: &generator)
  }

  @Test func eachBlockHasEachVersionOnce() {
    let plan = self.plan(3, 10, seed: 1)
    #expect(plan.runs.count == 33)
    for round in 0...10 {
      let block = plan.runs[round * 3..<round * 3 + 3]
      #expect(Set(block.map(\.version)) == [0, 1, 2])
      #expect(block.allSatisfy { $0.number == (round == 0 ? nil : round) })
    }
  }

  @Test func theSeedMakesTheOrder() {
    let orders = (0..<20).map { plan(4, 20, seed: $0).runs }
    #expect(Set(orders).count == 20)
    #expect(orders[7] == plan(4, 20, seed: 7).runs)
  }

  @Test func noVersionIsAlwaysFirst() {
    let runs = plan(2, 1000, seed: 3).runs
    let first = stride(from: 0, to: runs.count, by: 2).count { runs[$0].version == 0 }
    #expect((400...600).contains(first))
  }
}
