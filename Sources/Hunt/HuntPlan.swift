// SPDX-License-Identifier: Apache-2.0

/// Which version runs when.
package struct HuntPlan: Hashable, Sendable {
  package struct Run: Hashable, Sendable {
    /// Among the versions.
    package var version: Int
    /// Of this version, from 1; nil for its warm-up, which is not kept.
    package var number: Int?
  }

  package let runs: [Run]
  /// Runs of each version, without the warm-up.
  package let rounds: Int

  /// A warm-up of each version, in a random order, and then blocks that have each version once,
  /// each in a random order: what changes on the machine while the hunt goes on meets all versions
  /// alike, and none is always the first of a block.
  ///
  /// - Parameters:
  ///   - rounds: runs of each version, without the warm-up.
  ///   - seed: the same one gives the same order.
  package init(versions: Int, rounds: Int, seed: UInt64) {
    self.rounds = rounds
    var generator = Generator(state: seed)
    runs = (0...rounds).flatMap { round in
      var block = Array(0..<versions)
      // Fisher and Yates. The standard library's shuffle may change between versions of Swift.
      for last in stride(from: versions - 1, to: 0, by: -1) {
        block.swapAt(last, Int(generator.next() % UInt64(last + 1)))
      }
      return block.map { Run(version: $0, number: round == 0 ? nil : round) }
    }
  }

  /// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
  private struct Generator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var word = state
      word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
      word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
      return word ^ (word >> 31)
    }
  }
}
