// SPDX-License-Identifier: Apache-2.0

import Attribution
import GRDB

/// The tables `terminal_input`, `resize` and `mark`.
extension Schema {
  static let inputs = [
    """
    CREATE TABLE terminal_input (
      -- What anybody wrote to a pty's master, whether followed or not: a terminal emulator, sshd,
      -- tmux. Only of terminals that followed processes wrote to, and never the text.
      interval INTEGER NOT NULL REFERENCES interval,
      terminal INTEGER NOT NULL REFERENCES terminal,
      last_ns INTEGER NOT NULL, -- of the last write
      writes INTEGER NOT NULL,  -- calls that took something
      bytes INTEGER NOT NULL,
      PRIMARY KEY (interval, terminal)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE resize (
      -- When a process was sent SIGWINCH: its terminal has another size. What it clears and draws
      -- then has a reason.
      interval INTEGER NOT NULL REFERENCES interval,
      process INTEGER NOT NULL REFERENCES process,
      last_ns INTEGER NOT NULL, -- of the last one
      count INTEGER NOT NULL,   -- also those that it ignored, or had not taken in yet
      PRIMARY KEY (interval, process)
    ) WITHOUT ROWID
    """,
  ]

  static let marks = [
    """
    CREATE TABLE mark (
      -- Names that the user gave to moments (spoor mark NAME, SIGUSR1).
      time_ns INTEGER NOT NULL,
      name TEXT NOT NULL
    )
    """
  ]
}

extension TerminalInputCount {
  func write(interval: Int, to database: Database) throws {
    var row = try RowStatement(
      database,
      """
      INSERT INTO terminal_input VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET last_ns = excluded.last_ns, writes = writes + excluded.writes,
        bytes = bytes + excluded.bytes
      """)
    row.bind(interval)
    row.bind(terminal)
    row.bind(lastTime)
    row.bind(writes)
    row.bind(bytes)
    try row.run()
  }
}

extension ResizeCount {
  func write(interval: Int, to database: Database) throws {
    var row = try RowStatement(
      database,
      """
      INSERT INTO resize VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET last_ns = excluded.last_ns, count = count + excluded.count
      """)
    row.bind(interval)
    row.bind(process)
    row.bind(lastTime)
    row.bind(count)
    try row.run()
  }
}

extension Timeline.Mark {
  func write(to database: Database) throws {
    var row = try RowStatement(database, "INSERT INTO mark VALUES (?, ?)")
    row.bind(time)
    row.bind(name)
    try row.run()
  }

  static func readAll(from database: Database) throws -> [Timeline.Mark] {
    var marks: [Timeline.Mark] = []
    let row = try RowStatement(database, "SELECT time_ns, name FROM mark ORDER BY time_ns, rowid")
    while try row.next() {
      marks.append(Timeline.Mark(time: row.integer(0), name: row.text(1)))
    }
    return marks
  }
}
