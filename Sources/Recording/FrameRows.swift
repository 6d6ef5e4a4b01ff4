// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import GRDB

/// The table `frame`.
extension Schema {
  static let frames = [
    """
    CREATE TABLE frame (
      -- Frames drawn on terminals: writes of a process that are less than recording.frame_gap_ns
      -- apart. Counted from the events that arrived, in the interval in which they were over.
      interval INTEGER NOT NULL REFERENCES interval,
      process INTEGER NOT NULL REFERENCES process,
      terminal INTEGER NOT NULL REFERENCES terminal,
      bytes INTEGER NOT NULL,  -- of each of these frames
      frames INTEGER NOT NULL, -- of that size
      PRIMARY KEY (interval, process, terminal, bytes)
    ) WITHOUT ROWID
    """
  ]
}

extension FrameCount {
  func write(interval: Int, to database: Database) throws {
    var row = try RowStatement(
      database,
      """
      INSERT INTO frame VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET frames = frames + excluded.frames
      """)
    row.bind(interval)
    row.bind(process)
    row.bind(terminal)
    row.bind(bytes)
    row.bind(frames)
    try row.run()
  }
}

/// The frames that a process drew on one terminal, over the whole recording.
public struct FrameSizes: Sendable {
  /// Sizes in bytes, the smallest first, and how many frames had each.
  public private(set) var sizes: [(bytes: UInt64, frames: UInt64)] = []
  /// Intervals of the recording in which frames were over.
  public var intervals: UInt64 = 0

  public init() {}

  /// - Parameter bytes: more than any before.
  public mutating func append(bytes: UInt64, frames: UInt64) {
    sizes.append((bytes, frames))
  }

  public var count: UInt64 { sizes.sum(\.frames) }

  /// The largest frame in bytes; nil where there is none.
  public var largest: UInt64? { sizes.last?.bytes }

  /// The size in bytes that this share of the frames does not exceed, by the nearest rank; nil
  /// where there is none.
  public func percentile(_ percent: UInt64) -> UInt64? {
    let count = count
    let rank = count / 100 * percent + (count % 100 * percent + 99) / 100
    var seen: UInt64 = 0
    for size in sizes {
      seen = .saturating(seen, size.frames)
      if seen >= rank { return size.bytes }
    }
    return nil
  }
}

extension FrameSizes {
  /// By process and terminal, in the file's numbers.
  ///
  /// - Parameter table: `frame` or `marked_frame`.
  static func readAll(
    _ table: String, from database: Database
  ) throws -> [RecordedPlace: FrameSizes] {
    var all: [RecordedPlace: FrameSizes] = [:]
    let row = try RowStatement(
      database,
      """
      SELECT process, terminal, bytes, sum(frames) FROM \(table)
      GROUP BY process, terminal, bytes ORDER BY process, terminal, bytes
      """)
    while try row.next() {
      let place = RecordedPlace(process: row.integer(0), terminal: row.integer(1))
      all[place, default: FrameSizes()].append(bytes: row.integer(2), frames: row.integer(3))
    }
    let count = try RowStatement(
      database,
      """
      SELECT process, terminal, count(DISTINCT interval) FROM \(table)
      GROUP BY process, terminal
      """)
    while try count.next() {
      let place = RecordedPlace(process: count.integer(0), terminal: count.integer(1))
      all[place]?.intervals = count.integer(2)
    }
    return all
  }
}

/// A process and a terminal by their numbers in the file.
struct RecordedPlace: Hashable {
  var process: Int64
  var terminal: Int64
}
