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

  /// Two words, so that a row never lies across two lines of the cache: fetching those is what
  /// counting costs.
  private struct Row {
    /// The process above, the path below.
    var subject: UInt64
    /// The outcome above its `countBits`; 0 for a free row.
    var tally: UInt64

    static let free = Row(subject: 0, tally: 0)
    /// Room for a million a second in an interval of nineteen hours.
    static let countBits: UInt64 = 36
    static let countMask: UInt64 = 1 << countBits - 1

    var outcome: UInt64 { tally >> Self.countBits }
    var count: UInt64 { tally & Self.countMask }
  }

  init(capacity: Int = 1024) {
    let size = max(16, capacity).nextPowerOfTwo
    rows = Array(repeating: .free, count: size)
    mask = size - 1
  }

  mutating func add(
    process: ProcessIndex, path: PathIndex, operation: Operation, errno: UInt16
  ) {
    let subject = UInt64(UInt32(bitPattern: process)) << 32 | UInt64(UInt32(bitPattern: path))
    let outcome = UInt64(operation.rawValue) << 12 | UInt64(min(errno, 0xfff))
    let place = find(subject, outcome)
    if rows[place].tally == 0 {
      rows[place] = Row(subject: subject, tally: outcome << Row.countBits | 1)
      count += 1
      if isCrowded(count, of: rows.count) { grow() }
    } else {
      rows[place].tally += 1
    }
  }

  /// Takes all rows out, in no order.
  mutating func drain() -> [LookupCount] {
    var taken: [LookupCount] = []
    taken.reserveCapacity(count)
    for place in rows.indices where rows[place].tally > 0 {
      let row = rows[place]
      taken.append(
        LookupCount(
          process: ProcessIndex(bitPattern: UInt32(row.subject >> 32)),
          path: PathIndex(bitPattern: UInt32(truncatingIfNeeded: row.subject)),
          operation: Operation(rawValue: UInt16(row.outcome >> 12)),
          errno: UInt16(row.outcome & 0xfff),
          count: row.count))
      rows[place] = .free
    }
    count = 0
    return taken
  }

  /// Where the row is, or where it belongs.
  private func find(_ subject: UInt64, _ outcome: UInt64) -> Int {
    // Both are small numbers side by side: spread one before they meet.
    let spread = outcome &* 0xd6e8_feb8_6659_fd93
    let mixed = (subject ^ spread).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    var place = Int(truncatingIfNeeded: mixed.high ^ mixed.low) & mask
    while rows[place].tally > 0,
      rows[place].subject != subject || rows[place].outcome != outcome
    {
      place = (place + 1) & mask
    }
    return place
  }

  private mutating func grow() {
    let old = rows
    rows = Array(repeating: .free, count: old.count * 2)
    mask = rows.count - 1
    for row in old where row.tally > 0 { rows[find(row.subject, row.outcome)] = row }
  }
}
