// SPDX-License-Identifier: Apache-2.0

import Hunt
import Testing

@Suite struct BisectionTests {
  /// Searches a list whose first bad one is `first`, and says how many it looked at.
  private func search(
    _ count: Int, first: Int, skipping skipped: Set<Int> = []
  ) -> (bisection: Bisection, looks: Int) {
    var bisection = Bisection(count: count)
    var looks = 0
    while let next = bisection.next {
      #expect(bisection.marks[next] == nil)
      looks += 1
      bisection.note(next, skipped.contains(next) ? .skipped : next < first ? .good : .bad)
    }
    return (bisection, looks)
  }

  @Test func theFirstBadOneIsFoundWhereverItIs() {
    for count in 2...40 {
      for first in 1..<count {
        let (bisection, looks) = search(count, first: first)
        #expect(bisection.suspects == first...first)
        #expect(bisection.lastGood == first - 1)
        // Of n between the ends, log2(n + 1) looks, rounded up.
        #expect(1 << looks < 2 * count)
      }
    }
  }

  @Test func whatIsSkippedIsLookedAroundOnce() {
    for first in 1..<12 {
      for skipped in 1..<11 {
        let (bisection, _) = search(12, first: first, skipping: [skipped])
        // The skipped one may itself be the first bad one, or the last good one.
        let isOpen = skipped == first || skipped == first - 1
        #expect(bisection.suspects == (isOpen ? skipped...skipped + 1 : first...first))
        #expect(bisection.suspects.contains(first))
      }
    }
  }

  @Test func withAllSkippedAllAreSuspects() {
    let (bisection, looks) = search(6, first: 3, skipping: [1, 2, 3, 4])
    #expect(bisection.suspects == 1...5)
    #expect(looks == 4)
  }
}
