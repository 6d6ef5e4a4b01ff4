# SPDX-License-Identifier: Apache-2.0
"""The process to be traced, told line by line what to do."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType


@dataclass(frozen=True)
class Size:
    """How many calls one measurement makes."""

    getppids: int
    opens: int

    def scaled(self, divisor: int) -> "Size":
        return Size(max(self.getppids // divisor, 1), max(self.opens // divisor, 1))


def batches(calls: int) -> str:
    """About 100 batches, as the workload reads them: enough for a median, each
    long enough that two clock readings do not count."""
    number = min(100, max(1, calls // 100))
    return f"{number} {max(calls // number, 1)}"


class Workload:
    """Runs workload.c. It ends when its standard input does, so also with us."""

    def __init__(self, program: str, opened: str) -> None:
        self.opened = opened
        self._process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pid = int(self._answer()["pid"])

    def __enter__(self) -> "Workload":
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    @contextmanager
    def on(self, cpu: int) -> Iterator[None]:
        """Its calls on one CPU."""
        before = os.sched_getaffinity(self.pid)
        os.sched_setaffinity(self.pid, {cpu})
        yield
        os.sched_setaffinity(self.pid, before)

    def getppid(self, calls: int) -> dict[str, float]:
        self._say(f"getppid {batches(calls)}")
        return self._answer()

    def open(self, calls: int) -> dict[str, float]:
        self._say(f"open {batches(calls)} {self.opened}")
        return self._answer()

    def write(self, calls: int) -> dict[str, float]:
        """To a terminal of its own."""
        self._say(f"tty {batches(calls)}")
        return self._answer()

    def cycle(self, calls: int) -> dict[str, float]:
        """Children that execute something, end and are reaped."""
        self._say(f"cycle {batches(calls)}")
        return self._answer()

    def open_distinct(self, paths: int) -> dict[str, float]:
        """Names that there are not, each once."""
        self._say(f"distinct {paths} {self.opened}")
        return self._answer()

    def open_steadily(self) -> None:
        """Opens once a millisecond until it is killed."""
        self._say(f"steady {self.opened}")

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _answer(self) -> dict[str, float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the workload ended early, with status {self._process.wait()}")
        answer: dict[str, float] = json.loads(line)
        return answer
