// SPDX-License-Identifier: Apache-2.0

extension TopScreen {
  /// The keys and the columns.
  var helpLines: [ScreenLine] {
    var lines = [ScreenLine("Keys", .heading)]
    for (keys, meaning) in Self.keys { lines.append(entry(keys, meaning)) }
    lines.append(ScreenLine())
    lines.append(ScreenLine("Columns, each of the last interval", .heading))
    for (title, meaning) in Self.titles { lines.append(entry(title, meaning)) }
    return lines
  }

  private func entry(_ name: String, _ meaning: String) -> ScreenLine {
    var line = ScreenLine("  ")
    line.field(name, 20, .bold)
    line.append(meaning)
    return line
  }

  private static let keys = [
    ("↑ ↓ PgUp PgDn", "select a process; the selection follows it"),
    ("Home End", "the first and the last process"),
    ("Enter, click", "details: paths, terminals, children, descriptors, timeline, evidence"),
    ("Tab, 1-6", "another tab of the details"),
    ("/ (F4)", "only processes with this in name or user, or of this PID; Esc clears"),
    ("F6, < >", "sort by a column; a click on a title, too, and again to turn it round"),
    ("t (F5)", "the tree of who started whom"),
    ("Space", "pause and go on; paused, ← and → go back and forth in time"),
    ("← →", "in a recording: back and forth in time"),
    ("r", "start a recording of what is shown, and stop it"),
    ("w", "write a report of the last minutes"),
    ("q, Ctrl-C, F10", "quit"),
  ]

  private static let titles = [
    ("!", "a finding; its sentence is below for the selected process; ? inconclusive"),
    ("LOOKUPS/S, FAILED", "paths looked up, and how many of them failed"),
    ("OPENS/S", "open, openat, openat2 and creat"),
    ("/S, HOTTEST PATH", "the path that it looked up most often"),
    ("TTY B/S, FRAMES/S", "written to terminals; a frame ends where nothing is written"),
    ("A/Z/LEFT", "children alive; zombies; descendants left by whoever started them"),
    ("MASTERS, FDS", "pty masters, and all open descriptors"),
    ("CPU %", "of one core"),
    ("LOOKUPS", "lookups by interval until now; the highest block is its own most"),
  ]
}
