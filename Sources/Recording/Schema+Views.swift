// SPDX-License-Identifier: Apache-2.0

extension Schema {
  /// The same for people: names instead of numbers, text instead of bytes.
  static let views = [
    """
    CREATE VIEW lookup_view AS
      -- Lookups over the whole recording.
      SELECT process.pid, process.start_time_ns,
        CAST(process.executable AS TEXT) AS executable,
        CAST(path.path AS TEXT) AS path, CAST(path.absolute AS TEXT) AS absolute,
        CASE path.resolution WHEN 0 THEN 'resolved' WHEN 1 THEN 'unresolved'
          WHEN 2 THEN 'truncated' ELSE 'other' END AS resolution,
        CAST(path.opened AS TEXT) AS opened,
        operation.name AS operation, lookup.errno, sum(lookup.count) AS count
      FROM lookup
        JOIN process ON process.id = lookup.process
        JOIN path ON path.id = lookup.path
        LEFT JOIN operation ON operation.id = lookup.operation
      GROUP BY lookup.process, lookup.path, lookup.operation, lookup.errno
    """,
    """
    CREATE VIEW process_view AS
      -- Processes; arguments are parted by spaces, unquoted.
      SELECT id, pid, start_time_ns, parent_pid, spawner_pid, uid,
        CAST(comm AS TEXT) AS comm, CAST(executable AS TEXT) AS executable,
        (WITH RECURSIVE word(text, rest) AS (
            SELECT NULL, arguments
            UNION ALL
            SELECT substr(rest, 1, coalesce(nullif(instr(rest, x'00'), 0) - 1, length(rest))),
              substr(rest, coalesce(nullif(instr(rest, x'00'), 0), length(rest)) + 1)
            FROM word WHERE length(rest) > 0)
          SELECT group_concat(CAST(text AS TEXT), ' ') FROM word WHERE text IS NOT NULL
        ) AS arguments,
        exit_code, exit_signal, reaped, released,
        children_spawned, children_alive, children_zombies, children_reaped,
        lookups, failed_lookups, output_bytes, input_bytes,
        terminal_writes, failed_terminal_writes, cpu_ns, peak_rss_bytes
      FROM process
    """,
    """
    CREATE VIEW terminal_view AS
      -- Terminal writes over the whole recording.
      SELECT process.pid, process.start_time_ns,
        CAST(process.executable AS TEXT) AS executable,
        terminal.name AS terminal, terminal.instance,
        CASE terminal_write.direction WHEN 0 THEN 'output' ELSE 'input' END AS direction,
        sum(terminal_write.bytes) AS bytes, sum(terminal_write.writes) AS writes,
        sum(terminal_write.failed) AS failed
      FROM terminal_write
        JOIN process ON process.id = terminal_write.process
        JOIN terminal ON terminal.id = terminal_write.terminal
      GROUP BY terminal_write.process, terminal_write.terminal, terminal_write.direction
    """,
    """
    CREATE VIEW event_view AS
      -- Events in the order in which they arrived.
      SELECT event.time_ns, process.pid, event.tid,
        CASE event.kind WHEN 1 THEN 'lookup' WHEN 2 THEN 'terminal write' WHEN 3 THEN 'fork'
          WHEN 4 THEN 'exec' WHEN 5 THEN 'exit' WHEN 6 THEN 'reaped' END AS kind,
        operation.name AS operation, CAST(path.path AS TEXT) AS path,
        CAST(path.absolute AS TEXT) AS absolute, event.path_status,
        event.flags, event.result, terminal.name AS terminal,
        CASE event.direction WHEN 0 THEN 'output' WHEN 1 THEN 'input' END AS direction
      FROM event
        JOIN process ON process.id = event.process
        LEFT JOIN operation ON operation.id = event.operation
        LEFT JOIN path ON path.id = event.path
        LEFT JOIN terminal ON terminal.id = event.terminal
      ORDER BY event.rowid
    """,
  ]
}
