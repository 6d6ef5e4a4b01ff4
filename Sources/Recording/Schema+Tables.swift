// SPDX-License-Identifier: Apache-2.0

extension Schema {
  static let processes = [
    """
    CREATE TABLE process (
      -- Each process as it was when last heard of; its totals are exact, also where loss
      -- left less in the tables by interval. A pid alone is no name: pids are used again.
      id INTEGER PRIMARY KEY,
      pid INTEGER NOT NULL,
      start_time_ns INTEGER NOT NULL,
      namespace_pid INTEGER NOT NULL, -- its pid in its own namespace
      parent_pid INTEGER NOT NULL,    -- its parent as last seen
      first_parent_pid INTEGER,       -- who would wait for it, when it was forked
      first_parent_start_time_ns INTEGER,
      spawner_pid INTEGER,            -- who forked it; never changes
      spawner_start_time_ns INTEGER,
      uid INTEGER,
      comm BLOB NOT NULL,       -- the name of its first thread
      executable BLOB NOT NULL, -- the file that runs, as /proc/PID/exe tells it
      arguments BLOB NOT NULL,  -- each ends with a NUL
      arguments_truncated INTEGER NOT NULL,
      fork_time_ns INTEGER,
      exit_time_ns INTEGER,
      exit_code INTEGER,   -- NULL while it lives, or where a signal ended it
      exit_signal INTEGER,
      dumped_core INTEGER,
      reap_time_ns INTEGER,
      reaped INTEGER NOT NULL,   -- waited for, or its parent ignores SIGCHLD
      released INTEGER NOT NULL, -- its process table entry is gone
      children_spawned INTEGER NOT NULL,
      children_alive INTEGER NOT NULL,
      children_zombies INTEGER NOT NULL, -- ended, and not waited for
      children_reaped INTEGER NOT NULL,
      lookups INTEGER NOT NULL,
      failed_lookups INTEGER NOT NULL,
      output_bytes INTEGER NOT NULL, -- written to terminals, as the calls returned them
      input_bytes INTEGER NOT NULL,  -- written to pty masters
      terminal_writes INTEGER NOT NULL, -- calls, the failed ones included
      failed_terminal_writes INTEGER NOT NULL,
      cpu_ns INTEGER NOT NULL,
      peak_rss_bytes INTEGER NOT NULL,
      rss_bytes INTEGER,            -- NULL when it has ended
      parent_start_time_ns INTEGER, -- of parent_pid
      spawner_assumed INTEGER NOT NULL, -- 1: it was there before the tracer, its spawner is
                                        -- the parent that it had then
      exit_estimated INTEGER NOT NULL,  -- 1: a zombie before the tracer came; exit_time_ns is
                                        -- when the scheduler last ran it
      tracer_pid INTEGER,           -- who heard of its end before its parent, by ptrace
      tracer_start_time_ns INTEGER,
      reaped_by TEXT,               -- parent, sibling (another thread of the parent), subreaper,
                                    -- init, kernel (the parent ignores SIGCHLD); also of one
                                    -- that its parent left behind
      reaper_pid INTEGER,           -- NULL for the kernel
      reaper_start_time_ns INTEGER,
      zombies_peak INTEGER NOT NULL, -- the most of its children that were zombies at one time
      has_waited INTEGER NOT NULL   -- 1: it has called wait, with whatever result
    )
    """,
    """
    CREATE TABLE process_operation (
      -- A process's exact lookups by system call.
      process INTEGER NOT NULL REFERENCES process,
      operation INTEGER NOT NULL REFERENCES operation,
      lookups INTEGER NOT NULL,
      PRIMARY KEY (process, operation)
    ) WITHOUT ROWID
    """,
    usage, threadCensus,
    """
    CREATE TABLE process_event (
      -- Turns in the lives of processes: kind is fork, exec, exit or reaped.
      time_ns INTEGER NOT NULL,
      process INTEGER NOT NULL REFERENCES process,
      kind TEXT NOT NULL
    )
    """,
  ]

  static let counts = [
    """
    CREATE TABLE operation (
      -- System calls that walk a path.
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE
    )
    """,
    """
    CREATE TABLE lookup (
      -- How often a process looked up a path, one way, with one outcome.
      interval INTEGER NOT NULL REFERENCES interval,
      process INTEGER NOT NULL REFERENCES process,
      path INTEGER NOT NULL REFERENCES path,
      operation INTEGER NOT NULL REFERENCES operation,
      errno INTEGER NOT NULL, -- 0 for success
      count INTEGER NOT NULL,
      PRIMARY KEY (interval, process, path, operation, errno)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE terminal (
      -- Terminals, whatever name they were opened by.
      id INTEGER PRIMARY KEY,
      instance INTEGER NOT NULL, -- device number of the devpts mount, 0 for none
      major INTEGER NOT NULL,
      minor INTEGER NOT NULL,
      name TEXT NOT NULL -- below /dev
    )
    """,
    """
    CREATE TABLE terminal_write (
      -- What a process wrote to one side of a terminal.
      interval INTEGER NOT NULL REFERENCES interval,
      process INTEGER NOT NULL REFERENCES process,
      terminal INTEGER NOT NULL REFERENCES terminal,
      direction INTEGER NOT NULL, -- 0: output, to the slave; 1: input, to the master
      bytes INTEGER NOT NULL,     -- as the calls returned them
      writes INTEGER NOT NULL,    -- calls, the failed ones included
      failed INTEGER NOT NULL,
      raw INTEGER NOT NULL, -- 1: at the last of them the terminal handed over key by key, and
                            -- not by the line (no ICANON)
      PRIMARY KEY (interval, process, terminal, direction)
    ) WITHOUT ROWID
    """,
  ]

  static let happenings = [
    """
    CREATE TABLE event (
      -- Each event as it came; empty without --events.
      time_ns INTEGER NOT NULL,
      process INTEGER NOT NULL REFERENCES process,
      tid INTEGER NOT NULL,
      kind INTEGER NOT NULL, -- 1 lookup, 2 terminal write, 3 fork, 4 exec, 5 exit, 6 reaped
      operation INTEGER REFERENCES operation,
      path INTEGER REFERENCES path,
      path_status INTEGER, -- 0 whole, 1 truncated, 2 unreadable
      flags INTEGER NOT NULL,
      result INTEGER NOT NULL, -- as returned: an error is negative; an exit's wait status
      terminal INTEGER REFERENCES terminal,
      direction INTEGER -- 0 output, 1 input
    )
    """
  ]
}
