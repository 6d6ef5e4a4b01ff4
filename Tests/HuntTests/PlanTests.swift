// SPDX-License-Identifier: Apache-2.0

import Hunt
import Testing

@Suite struct PlanTests {
  @Test func eachBlockHasEachVersionOnce() {
    let plan = HuntPlan(versions: 3, rounds: 10, seed: 1)
    #expect(plan.runs.count == 33)
    for round in 0...10 {
      let block = plan.runs[round * 3..<round * 3 + 3]
      #expect(Set(block.map(\.version)) == [0, 1, 2])
      #expect(block.allSatisfy { $0.number == (round == 0 ? nil : round) })
    }
  }

  @Test func theSeedMakesTheOrder() {
    let orders = (0..<20).map { HuntPlan(versions: 4, rounds: 20, seed: $0).runs }
    #expect(Set(orders).count == 20)
    #expect(orders[7] == HuntPlan(versions: 4, rounds: 20, seed: 7).runs)
  }

  @Test func noVersionIsAlwaysFirst() {
    let runs = HuntPlan(versions: 2, rounds: 1000, seed: 3).runs
    let first = stride(from: 0, to: runs.count, by: 2).count { runs[$0].version == 0 }
    #expect((400...600).contains(first))
  }
}
