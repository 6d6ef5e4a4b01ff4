// SPDX-License-Identifier: Apache-2.0

import Attribution
import GRDB

/// The table `kernel_memory`.
extension Schema {
  static let kernelMemory = [
    """
    CREATE TABLE kernel_memory (
      -- Slab caches that path walking and terminals use, of the whole machine.
      time_ns INTEGER NOT NULL,
      cache TEXT NOT NULL,      -- as in /proc/slabinfo
      objects INTEGER NOT NULL, -- in use
      bytes INTEGER NOT NULL,   -- held by the cache, used or not
      PRIMARY KEY (cache, time_ns)
    ) WITHOUT ROWID
    """
  ]
}

/// How a slab cache grew or shrank over a recording.
public struct KernelMemoryTrend: Hashable, Sendable {
  public var cache: String
  public var start: SlabCache
  public var end: SlabCache
  /// The slope of the straight line through all samples (least squares), in bytes by the second;
  /// nil where there is only one time.
  public var bytesPerSecond: Double?

  public init(cache: String, start: SlabCache, end: SlabCache, bytesPerSecond: Double?) {
    self.cache = cache
    self.start = start
    self.end = end
    self.bytesPerSecond = bytesPerSecond
  }
}

extension KernelMemorySample {
  func write(to database: Database) throws {
    var row = try RowStatement(database, "INSERT OR REPLACE INTO kernel_memory VALUES (?, ?, ?, ?)")
    for cache in caches {
      row.bind(time)
      row.bind(cache.name)
      row.bind(cache.objects)
      row.bind(cache.bytes)
      try row.run()
    }
  }
}

extension KernelMemoryTrend {
  static func readAll(from database: Database) throws -> [KernelMemoryTrend] {
    var series: [(name: String, points: [(time: UInt64, cache: SlabCache)])] = []
    let row = try RowStatement(
      database, "SELECT time_ns, cache, objects, bytes FROM kernel_memory ORDER BY cache, time_ns")
    while try row.next() {
      let cache = SlabCache(name: row.text(1), objects: row.integer(2), bytes: row.integer(3))
      if series.last?.name != cache.name { series.append((cache.name, [])) }
      series[series.count - 1].points.append((row.integer(0), cache))
    }
    return series.compactMap { name, points in
      guard let first = points.first, let last = points.last else { return nil }
      return KernelMemoryTrend(
        cache: name, start: first.cache, end: last.cache,
        bytesPerSecond: slope(
          points.map {
            (Double($0.time) / 1e9 - Double(first.time) / 1e9, Double($0.cache.bytes))
          }))
    }
  }

  /// Of the line through the points for which the squares of the vertical distances are least.
  static func slope(_ points: [(x: Double, y: Double)]) -> Double? {
    let count = Double(points.count)
    let meanX = points.reduce(0) { $0 + $1.x } / count
    let meanY = points.reduce(0) { $0 + $1.y } / count
    let spread = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
    guard spread > 0 else { return nil }
    return points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) } / spread
  }
}
