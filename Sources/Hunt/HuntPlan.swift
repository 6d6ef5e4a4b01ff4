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
  ///   - generator: of the order.
  package init(versions: Int, rounds: Int, using generator: inout some RandomNumberGenerator) {
    self.rounds = rounds
    runs = (0...rounds).flatMap { round in
      var block = Array(0..<versions)
      // Fisher and Yates. The standard library's shuffle may change between versions of Swift.
      for last in stride(from: versions - 1, to: 0, by: -1) {
        block.swapAt(last, Int(generator.next() % UInt64(last + 1)))
      }
      return block.map { Run(version: $0, number: round == 0 ? nil : round) }
    }
  }
}
