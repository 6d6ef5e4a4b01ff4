# SPDX-License-Identifier: Apache-2.0
"""What a soak asks a recording, also while it is written."""

import contextlib
import pathlib
import sqlite3

from checks import Size


def connect(path: pathlib.Path) -> contextlib.closing[sqlite3.Connection]:
    return contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30))


def size(path: pathlib.Path) -> Size:
    """Its intervals, bytes and rows of one moment."""
    with connect(path) as database:
        database.execute("BEGIN")

        def number(query: str) -> int:
            return database.execute(query).fetchone()[0]

        tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return Size(
            intervals=number("SELECT count(*) FROM interval"),
            size=number("PRAGMA page_count") * number("PRAGMA page_size"),
            rows=sum(number(f"SELECT count(*) FROM {name}") for (name,) in tables),
        )


def resident(path: pathlib.Path) -> list[int]:
    """What spoor had in memory, in bytes, by interval."""
    with connect(path) as database:
        rows = database.execute("SELECT rss_bytes FROM overhead ORDER BY interval")
        return [row[0] for row in rows]


def most_rows(path: pathlib.Path, process: int, folder: str) -> int:
    """Of lookups by a process below a folder, in one interval."""
    with connect(path) as database:
        return database.execute(
            """
            SELECT coalesce(max(rows), 0) FROM (
              SELECT count(*) AS rows FROM lookup
                JOIN process ON process.id = lookup.process JOIN path ON path.id = lookup.path
              WHERE process.pid = ? AND CAST(path.path AS TEXT) LIKE ? || '/%'
              GROUP BY interval)
            """,
            (process, folder),
        ).fetchone()[0]
