# SPDX-License-Identifier: Apache-2.0
"""What tools/soak has traced: a bit of everything, again and again, with its own true counts.

Run by tools/soak below `spoor record`. Whatever it does is bounded by round: a slow machine has
fewer rounds, not more work. It ends by itself, has reaped all that it started by then, and writes
what it did to a file.
"""

import argparse
import collections
import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import subprocess
import time
import tty

ROUND_SECONDS = 0.25
PRESENT, ABSENT = 40, 20
# Rounds between two of these.
CHILD_EVERY, PTY_EVERY, RING_EVERY = 2, 4, 40
# Rounds until a child is waited for, and until a master is closed.
ZOMBIE_ROUNDS, MASTER_ROUNDS = 8, 12
# Of asm-generic/ioctls.h, as x86-64 and arm64 have them.
TIOCSPTLCK, TIOCGPTPEER = 0x40045431, 0x5441


class Lookups:
    """Paths below a folder of its own, each looked up in the same ways in each round."""

    def __init__(self, folder: pathlib.Path) -> None:
        folder.mkdir()
        self.present = [str(folder / f"present-{number}") for number in range(PRESENT)]
        self.absent = [str(folder / f"absent-{number}") for number in range(ABSENT)]
        self.made = str(folder / "made")
        self.counts: collections.Counter[tuple[str, bool]] = collections.Counter()
        for path in self.present:
            self.open(path, os.O_CREAT)

    def open(self, path: str, flags: int = 0) -> None:
        os.close(os.open(path, os.O_RDONLY | os.O_CLOEXEC | flags, 0o600))
        self.counts[path, True] += 1

    def round(self) -> None:
        for path in self.present:
            for _ in range(4):
                self.open(path)
            os.stat(path)
            self.counts[path, True] += 1
        for path in self.absent:
            for call in (os.stat, os.readlink):
                with contextlib.suppress(FileNotFoundError):
                    call(path)
                self.counts[path, False] += 1
        os.mkdir(self.made)
        os.rmdir(self.made)
        self.counts[self.made, True] += 2

    def rows(self) -> int:
        """Of a recording, at most, in an interval: paths by operation and outcome."""
        return 2 * (len(self.present) + len(self.absent) + 1)


class Pair:
    """A pseudoterminal in raw mode."""

    def __init__(self, written: collections.Counter[str]) -> None:
        self.written = written
        self.master = os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        fcntl.ioctl(self.master, TIOCSPTLCK, b"\0\0\0\0")
        # Other than by its name: that would be a lookup.
        flags = os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC
        self.slave = fcntl.ioctl(self.master, TIOCGPTPEER, flags)
        tty.setraw(self.slave)

    def exchange(self, size: int) -> None:
        """Writes to both sides, and reads it there."""
        for to, at, side in (
            (self.slave, self.master, "output"),
            (self.master, self.slave, "input"),
        ):
            count = os.write(to, b"x" * size)
            self.written[side] += count
            self.written[side + "Writes"] += 1
            while count > 0:
                count -= len(os.read(at, count))

    def close_slave(self) -> None:
        os.close(self.slave)


class Load:
    def __init__(self, folder: pathlib.Path, ring: str) -> None:
        self.lookups = Lookups(folder / "lookups")
        self.written: collections.Counter[str] = collections.Counter()
        self.pair = Pair(self.written)
        self.masters: collections.deque[tuple[int, int]] = collections.deque()
        self.masters_opened = 1
        self.children: collections.deque[tuple[int, int]] = collections.deque()
        self.spawned = 0
        self.ring = ring
        self.ring_folder = folder / "ring"
        self.rings: list[dict] = []

    def round(self, number: int) -> None:
        self.lookups.round()
        for size in (1, 80, 400):
            self.pair.exchange(size)
        if number % CHILD_EVERY == 0:
            self.children.append((number, os.posix_spawn("/bin/true", ["true"], {})))
            self.spawned += 1
        if number % PTY_EVERY == 0:
            pair = Pair(self.written)
            pair.exchange(10)
            pair.close_slave()
            self.masters.append((number, pair.master))
            self.masters_opened += 1
        if self.ring and number % RING_EVERY == 0:
            self.run_ring()
        self.tidy(number)

    def run_ring(self) -> None:
        self.ring_folder.mkdir()
        done = subprocess.run(
            [self.ring, str(self.ring_folder), "2"], stdout=subprocess.PIPE, check=True
        )
        self.spawned += 1
        self.rings.append(json.loads(done.stdout))
        shutil.rmtree(self.ring_folder)

    def tidy(self, number: int | None = None) -> None:
        """Gives up what has been kept for long enough, or all."""
        while self.children and (number is None or number >= self.children[0][0] + ZOMBIE_ROUNDS):
            os.waitpid(self.children.popleft()[1], 0)
        while self.masters and (number is None or number >= self.masters[0][0] + MASTER_ROUNDS):
            os.close(self.masters.popleft()[1])

    def truth(self, rounds: int) -> dict:
        return {
            "pid": os.getpid(),
            "rounds": rounds,
            "lookups": [
                {"path": path, "isFound": is_found, "count": count}
                for (path, is_found), count in self.lookups.counts.items()
            ]
            + [{"path": "/dev/ptmx", "isFound": True, "count": self.masters_opened}],
            "lookupRows": self.lookups.rows(),
            "written": self.written,
            "spawned": self.spawned,
            "rings": self.rings,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--truth", type=pathlib.Path, required=True)
    parser.add_argument("--ring", default="", help="the conformance program uring")
    arguments = parser.parse_args()
    load = Load(arguments.folder, arguments.ring)
    start = next_round = time.monotonic()
    rounds = 0
    while time.monotonic() < start + arguments.seconds:
        load.round(rounds)
        rounds += 1
        # A round that came late is none more.
        next_round = max(next_round + ROUND_SECONDS, time.monotonic())
        time.sleep(max(0, next_round - time.monotonic()))
    load.tidy()
    arguments.truth.write_text(json.dumps(load.truth(rounds)), encoding="utf-8")


main()
