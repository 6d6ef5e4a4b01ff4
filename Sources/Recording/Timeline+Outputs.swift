// SPDX-License-Identifier: Apache-2.0

import Attribution
import GRDB

/// What was written to terminals and drawn on them.
extension Timeline {
  private struct Place: Hashable {
    var process: ProcessIndex
    var terminal: TerminalIndex
  }

  private struct Cell: Hashable {
    var interval: Int
    var place: Place
  }

  mutating func readOutputs(from database: Database) throws {
    var cells = try readWrites(from: database)
    for (cell, frames) in try readFrames(from: database) {
      // A frame may be over in the interval after that of its last write.
      cells[cell, default: Self.output(in: cell)].frames = frames
    }
    let row = try RowStatement(
      database,
      "SELECT interval, process, terminal, full_clears FROM inspection WHERE full_clears > 0")
    while try row.next() {
      let cell = try cell(row)
      cells[cell, default: Self.output(in: cell)].clears = row.integer(3)
    }
    outputs = cells.values.sorted {
      ($0.interval, $0.process, $0.terminal) < ($1.interval, $1.process, $1.terminal)
    }
  }

  private func readWrites(from database: Database) throws -> [Cell: Output] {
    var cells: [Cell: Output] = [:]
    let row = try RowStatement(
      database,
      """
      SELECT interval, process, terminal, bytes, writes, failed, raw FROM terminal_write
      WHERE direction = 0
      """)
    while try row.next() {
      let cell = try cell(row)
      var output = Self.output(in: cell)
      output.bytes = row.integer(3)
      output.writes = row.integer(4)
      output.failed = row.integer(5)
      output.isRaw = row.integer(6) != 0
      cells[cell] = output
    }
    return cells
  }

  /// A program's own marks are its frames wherever it has any, as in `TerminalWrites`.
  private func readFrames(from database: Database) throws -> [Cell: UInt64] {
    let marked = try readFrames("marked_frame", from: database)
    let marking = Set(marked.keys.map(\.place))
    return try readFrames("frame", from: database).filter { !marking.contains($0.key.place) }
      .merging(marked) { _, marked in marked }
  }

  private func readFrames(_ table: String, from database: Database) throws -> [Cell: UInt64] {
    var frames: [Cell: UInt64] = [:]
    let row = try RowStatement(
      database,
      """
      SELECT interval, process, terminal, sum(frames) FROM \(table)
      GROUP BY interval, process, terminal
      """)
    while try row.next() { frames[try cell(row)] = row.integer(3) }
    return frames
  }

  private func cell(_ row: RowStatement) throws -> Cell {
    Cell(
      interval: try interval(row, at: 0),
      place: Place(process: try process(row, at: 1), terminal: try terminal(row, at: 2)))
  }

  private static func output(in cell: Cell) -> Output {
    Output(
      interval: cell.interval, process: cell.place.process, terminal: cell.place.terminal,
      bytes: 0, writes: 0, failed: 0)
  }
}
