// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import GRDB

/// The tables `inspection` and `marked_frame`, which only --inspect-tty fills.
extension Schema {
  static let inspections = [
    """
    CREATE TABLE inspection (
      -- What a process's output did to a screen (--inspect-tty): numbers, and never the text.
      interval INTEGER NOT NULL REFERENCES interval,
      process INTEGER NOT NULL REFERENCES process,
      terminal INTEGER NOT NULL REFERENCES terminal,
      bytes INTEGER NOT NULL,             -- that were examined
      full_clears INTEGER NOT NULL,       -- CSI 2 J and CSI 3 J
      cursor_moves INTEGER NOT NULL,      -- CSI A to H, f, a, d, e and `
      grapheme_clusters INTEGER NOT NULL, -- characters of more than one code point
      PRIMARY KEY (interval, process, terminal)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE marked_frame (
      -- Synchronized updates, from CSI ? 2026 h to CSI ? 2026 l, both included, that ended in
      -- the interval. Where a process has some on a terminal, they are its frames there.
      interval INTEGER NOT NULL REFERENCES interval,
      process INTEGER NOT NULL REFERENCES process,
      terminal INTEGER NOT NULL REFERENCES terminal,
      bytes INTEGER NOT NULL,  -- of each of these frames
      frames INTEGER NOT NULL, -- of that size
      PRIMARY KEY (interval, process, terminal, bytes)
    ) WITHOUT ROWID
    """,
  ]
}

extension TerminalInspection {
  func write(interval: Int, to database: Database) throws {
    var row = try RowStatement(
      database,
      """
      INSERT INTO inspection VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes,
        full_clears = full_clears + excluded.full_clears,
        cursor_moves = cursor_moves + excluded.cursor_moves,
        grapheme_clusters = grapheme_clusters + excluded.grapheme_clusters
      """)
    row.bind(interval)
    row.bind(process)
    row.bind(terminal)
    row.bind(figures.bytes)
    row.bind(figures.fullClears)
    row.bind(figures.cursorMoves)
    row.bind(figures.graphemeClusters)
    try row.run()
    var frame = try RowStatement(
      database,
      """
      INSERT INTO marked_frame VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET frames = frames + excluded.frames
      """)
    for (bytes, frames) in markedFrames {
      frame.bind(interval)
      frame.bind(process)
      frame.bind(terminal)
      frame.bind(bytes)
      frame.bind(frames)
      try frame.run()
    }
  }
}

extension InspectedFigures {
  /// By process and terminal, in the file's numbers.
  static func readAll(from database: Database) throws -> [RecordedPlace: InspectedFigures] {
    var all: [RecordedPlace: InspectedFigures] = [:]
    let row = try RowStatement(
      database,
      """
      SELECT process, terminal, sum(bytes), sum(full_clears), sum(cursor_moves),
        sum(grapheme_clusters)
      FROM inspection GROUP BY process, terminal
      """)
    while try row.next() {
      var figures = InspectedFigures()
      figures.bytes = row.integer(2)
      figures.fullClears = row.integer(3)
      figures.cursorMoves = row.integer(4)
      figures.graphemeClusters = row.integer(5)
      all[RecordedPlace(process: row.integer(0), terminal: row.integer(1))] = figures
    }
    return all
  }
}

/// What tells where a frame ends.
public enum FrameSource: String, Codable, Sendable {
  /// A pause between writes.
  case clusters
  /// The program itself, by synchronized updates.
  case markers
}
