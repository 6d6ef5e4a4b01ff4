// SPDX-License-Identifier: Apache-2.0

/// The search for the first bad one in a list that goes from good to bad.
package struct Bisection: Sendable {
  package enum Mark: String, Sendable {
    case good, bad
    /// Neither can be told.
    case skipped
  }

  /// What each one turned out to be; nil for what was not looked at.
  package private(set) var marks: [Mark?]
  /// The last good one, and the first bad one.
  private var good: Int
  private var bad: Int

  /// - Parameter count: of the list, whose first is good and whose last is bad: two at least.
  package init(count: Int) {
    precondition(count >= 2)
    marks = Array(repeating: nil, count: count)
    (good, bad) = (0, count - 1)
    (marks[good], marks[bad]) = (.good, .bad)
  }

  /// Which one to look at: the one nearest to the middle that is not skipped. Nil at the end.
  package var next: Int? {
    let middle = (good + bad) / 2
    return (good + 1..<bad).filter { marks[$0] == nil }
      .min { abs($0 - middle) < abs($1 - middle) }
  }

  /// Says what `next` turned out to be.
  package mutating func note(_ index: Int, _ mark: Mark) {
    precondition(good < index && index < bad)
    marks[index] = mark
    switch mark {
    case .good: good = index
    case .bad: bad = index
    case .skipped: break
    }
  }

  package var lastGood: Int { good }

  /// One of them is the first bad one: when nothing is next, all but the last were skipped.
  package var suspects: ClosedRange<Int> { good + 1...bad }
}
