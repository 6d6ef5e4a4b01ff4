// SPDX-License-Identifier: Apache-2.0

import Events

/// Waits that did not tell whom they reaped, by waiter: the release of whom is still to come.
struct AnonymousReaps {
  private var pending: [ProcessKey: Int] = [:]
  /// Those of `pending` that were so at the last census.
  private var overdue: [ProcessKey: Int] = [:]

  func has(_ waiter: ProcessKey) -> Bool { pending[waiter] != nil }

  mutating func add(_ waiter: ProcessKey) { pending[waiter, default: 0] += 1 }

  /// The oldest of the waiter's has its release; false if there is none.
  mutating func take(_ waiter: ProcessKey) -> Bool {
    guard Self.take(1, of: waiter, from: &pending) else { return false }
    _ = Self.take(1, of: waiter, from: &overdue)
    return true
  }

  /// Ends those whose release has not come from one census to the next: they reaped nobody, and
  /// told a tracer of the end of whom it traced.
  mutating func endOverdue() -> [ProcessKey: Int] {
    let ended = overdue
    for (waiter, count) in ended { _ = Self.take(count, of: waiter, from: &pending) }
    overdue = pending
    return ended
  }

  mutating func forget(_ waiter: ProcessKey) {
    pending[waiter] = nil
    overdue[waiter] = nil
  }

  private static func take(
    _ count: Int, of waiter: ProcessKey, from waits: inout [ProcessKey: Int]
  ) -> Bool {
    guard let before = waits[waiter] else { return false }
    waits[waiter] = before > count ? before - count : nil
    return true
  }
}
