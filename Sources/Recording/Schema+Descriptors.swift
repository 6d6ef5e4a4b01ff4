// SPDX-License-Identifier: Apache-2.0

extension Schema {
  static let descriptors = [
    """
    CREATE TABLE descriptor_pass (
      -- Passes over every open descriptor of the system, and what each cost.
      id INTEGER PRIMARY KEY, -- from 0
      time_ns INTEGER NOT NULL,     -- when it began
      duration_ns INTEGER NOT NULL,
      cpu_ns INTEGER NOT NULL,      -- of spoor's tracing thread
      descriptors INTEGER NOT NULL, -- walked, of all processes
      tables INTEGER NOT NULL,      -- of descriptors: about one a process
      ptys_used INTEGER,            -- kernel.pty.nr; NULL where /proc does not tell
      ptys_limit INTEGER,           -- kernel.pty.max
      ptys_reserve INTEGER,         -- what of it only the initial devpts mount may use
      masters_explained INTEGER NOT NULL, -- pty masters that a descriptor is open on
      masters_followed INTEGER NOT NULL,  -- those that a process of table process holds
      inotify_instances_limit INTEGER,    -- for each user
      inotify_watches_limit INTEGER
    )
    """,
    """
    CREATE TABLE descriptor (
      -- A process's descriptors by class, where they are other than in the pass before.
      pass INTEGER NOT NULL REFERENCES descriptor_pass,
      process INTEGER NOT NULL REFERENCES process,
      class TEXT NOT NULL, -- regular, directory, socket, pipe, eventfd, epoll, inotify,
                           -- pidfd, ttySlave, ptyMaster, other
      count INTEGER NOT NULL,
      PRIMARY KEY (pass, process, class)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE process_descriptors (
      -- What else the last pass found of a process that was alive then.
      process INTEGER PRIMARY KEY REFERENCES process,
      fd_limit INTEGER NOT NULL,           -- soft RLIMIT_NOFILE
      masters_slave_open INTEGER NOT NULL, -- pty masters as open files, not descriptors
      masters_slave_closed INTEGER NOT NULL,
      masters_slave_never_opened INTEGER NOT NULL,
      inotify_instances INTEGER NOT NULL,
      inotify_watches INTEGER NOT NULL,
      repeated_count INTEGER NOT NULL, -- descriptors on one path, at least; 0 below 8
      repeated_path BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE pty_master (
      -- Pty masters that a followed process held: open files, not descriptors.
      id INTEGER PRIMARY KEY,
      instance INTEGER NOT NULL, -- device number of the devpts mount, 0 for none
      pty INTEGER NOT NULL,      -- the index: 3 for /dev/pts/3
      slave TEXT NOT NULL,       -- open, closed or neverOpened, as last seen
      made_ns INTEGER NOT NULL,  -- when it was made, or a little later
      gone_ns INTEGER,           -- when a pass found no holder; NULL while it is held
      opener_pid INTEGER NOT NULL, -- who opened it, or who held it first
      opener_start_time_ns INTEGER NOT NULL,
      opener_seen INTEGER NOT NULL, -- 1: that process was seen to open it
      other_descriptors INTEGER NOT NULL -- of processes that are not followed
    )
    """,
    """
    CREATE TABLE pty_master_holder (
      -- Who holds a pty master, as last seen; a passed or inherited one has several.
      master INTEGER NOT NULL REFERENCES pty_master,
      pid INTEGER NOT NULL,
      start_time_ns INTEGER NOT NULL,
      descriptors INTEGER NOT NULL,
      PRIMARY KEY (master, pid, start_time_ns)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE inotify_user (
      -- What a user has of inotify in all its processes, as last seen.
      uid INTEGER PRIMARY KEY,
      instances INTEGER NOT NULL,
      watches INTEGER NOT NULL
    )
    """,
    """
    CREATE VIEW descriptor_view AS
      -- Descriptors by process, pass and class, where they changed.
      SELECT descriptor.pass, descriptor_pass.time_ns, process.pid, process.start_time_ns,
        CAST(process.executable AS TEXT) AS executable, descriptor.class, descriptor.count
      FROM descriptor
        JOIN descriptor_pass ON descriptor_pass.id = descriptor.pass
        JOIN process ON process.id = descriptor.process
    """,
  ]
}
