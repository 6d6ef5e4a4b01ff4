// SPDX-License-Identifier: Apache-2.0

import Events

/// Counts lookups of one interval by process, path, operation and errno.
///
/// Open-addressed, so that counting a row it knows allocates nothing; emptied at each
/// interval with its room kept.
struct LookupTable {
  private var rows: [Row]
  private var mask: Int
  private(set) var count = 0

  private struct Row {
    var subject: UInt64
    var outcome: UInt32
    /// 0 for a free row.
    var count: UInt64
  }

  init(capacity: Int = 1024) {
    let size = max(16, capacity).nextPowerOfTwo
    rows = Array(repeating: Row(subject: 0, outcome: 0, count: 0), count: size)
    mask = size - 1
  }

  mutating func add(
    process: ProcessIndex, path: PathIndex, operation: Operation, errno: UInt16
  ) {
    let subject = UInt64(UInt32(bitPattern: process)) << 32 | UInt64(UInt32(bitPattern: path))
    let outcome = UInt32(operation.rawValue) << 16 | UInt32(errno)
    let place = find(subject, outcome)
    if rows[place].count == 0 {
      rows[place] = Row(subject: subject, outcome: outcome, count: 1)
      count += 1
      if count * 2 > rows.count { grow() }
    } else {
      rows[place].count += 1
    }
  }

  /// Takes all rows out, in no order.
  mutating func drain() -> [LookupCount] {
    var taken: [LookupCount] = []
    taken.reserveCapacity(count)
    for place in rows.indices where rows[place].count > 0 {
      let row = rows[place]
      taken.append(
        LookupCount(
          process: ProcessIndex(bitPattern: UInt32(row.subject >> 32)),
          path: PathIndex(bitPattern: UInt32(truncatingIfNeeded: row.subject)),
          operation: Operation(rawValue: UInt16(row.outcome >> 16)),
          errno: UInt16(truncatingIfNeeded: row.outcome),
          count: row.count))
      rows[place].count = 0
    }
    count = 0
    return taken
  }

  /// Where the row is, or where it belongs.
  private func find(_ subject: UInt64, _ outcome: UInt32) -> Int {
    // Both are small numbers side by side: spread one before they meet.
    let spread = UInt64(outcome) &* 0xd6e8_feb8_6659_fd93
    let mixed = (subject ^ spread).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    var place = Int(truncatingIfNeeded: mixed.high ^ mixed.low) & mask
    while rows[place].count > 0,
      rows[place].subject != subject || rows[place].outcome != outcome
    {
      place = (place + 1) & mask
    }
    return place
  }

  private mutating func grow() {
    let old = rows
    rows = Array(repeating: Row(subject: 0, outcome: 0, count: 0), count: old.count * 2)
    mask = rows.count - 1
    for row in old where row.count > 0 { rows[find(row.subject, row.outcome)] = row }
  }
}
