// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// How deep processes stand below the first one that is traced: by who forked whom, for ever.
struct TraceTree {
  private var depths: [ProcessKey: Int] = [:]

  /// Spawners above spawners; who was there before the tracer may be told in a circle.
  private static let deepest = 256

  /// A process was forked: its place is known from now on, also when its spawner is gone.
  ///
  /// - Parameter ledger: has taken the fork in.
  mutating func enter(_ key: ProcessKey, _ ledger: borrowing Ledger) {
    depths[key] = nil
    _ = depth(of: key, ledger)
  }

  mutating func depth(of key: ProcessKey, _ ledger: borrowing Ledger) -> Int {
    if let depth = depths[key] { return depth }
    var path = [key]
    var depth = -1
    while path.count < Self.deepest, let last = path.last,
      let spawner = ledger.process(last)?.spawner
    {
      if let known = depths[spawner] {
        depth = known
        break
      }
      guard ledger.process(spawner) != nil, !path.contains(spawner) else { break }
      path.append(spawner)
    }
    for one in path.reversed() {
      depth += 1
      depths[one] = depth
    }
    return depth
  }

  mutating func forgetEnded(_ ledger: borrowing Ledger) {
    var present = depths
    for key in depths.keys where ledger.process(key) == nil { present[key] = nil }
    depths = present
  }

  /// Two cells a level, and a mark where the column has no room for more.
  static func indent(_ depth: Int, within width: Int) -> String {
    let most = (width - 10) / 2
    return depth <= most
      ? String(repeating: "  ", count: depth) : String(repeating: "  ", count: most - 1) + "… "
  }
}
