# SPDX-License-Identifier: Apache-2.0
"""One tool, measured once: a timed run, a run that counts, a run to the first event."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from machine import kernel_work_on, workload_cpu
from running import RunningTool, ToolFailed
from tools import Target, Tool
from workload import Size, Workload

SLOW_DIVISOR = 20
DISTINCT_PATHS = 100_000
# Before a sample's keys: the same calls by the same process before the tool started.
BARE = "bare."

Sample = dict[str, float]


class Bench:
    def __init__(self, program: str, scratch: Path, size: Size) -> None:
        self._program = program
        self._scratch = scratch
        self._size = size
        self._cpu = workload_cpu()
        self.opened = str(scratch / "opened")
        Path(self.opened).touch()

    def sample(self, tool: Tool) -> Sample:
        sample = self._timed(tool)
        if tool.mark is not None:
            sample |= self._counted(tool)
        if tool.metrics is None:
            sample["firstEventSeconds"] = self._first_event(tool)
            if not tool.is_slow:
                sample["distinctRssBytes"] = self._distinct(tool)
        return sample

    def size(self, tool: Tool) -> Size:
        return self._size.scaled(SLOW_DIVISOR) if tool.is_slow else self._size

    def _timed(self, tool: Tool) -> Sample:
        """To /dev/null, unless the tool prints only once, at its end."""
        size = self.size(tool)
        output = "/dev/null" if tool.mark else str(self._scratch / "output")
        with self._workload() as traced, self._workload() as bystander:
            self._bare(traced, bystander, size)  # Slower than all that follow: it is not used.
            before = self._bare(traced, bystander, size)
            with self._run(tool, traced, output) as (running, target):
                tool.attach(running, target)
                sample = self._calls(traced, bystander, size)
                running.wait_until_idle()
                started = running.cpu_seconds()
                sample |= self._opens(traced, size)
                running.wait_until_idle()
                sample["cpuSeconds"] = running.cpu_seconds() - started
                # After that: what a recording keeps of children is written a while after they end.
                sample |= self._others(traced, size, running)
                running.wait_until_idle()
                sample["peakRssBytes"] = running.stop()
                if tool.mark is None:
                    sample |= self._loss(tool, target, sample["opens"])
            # A machine that grows slower or faster meanwhile is no tool's doing.
            after = self._bare(traced, bystander, size)
            means = {BARE + key: (before[key] + after[key]) / 2 for key in before}
        return sample | means

    def _counted(self, tool: Tool) -> Sample:
        """To a file in memory, whose lines are counted; its times are not used."""
        size = self.size(tool)
        output = str(self._scratch / "output")
        with self._workload() as traced, self._run(tool, traced, output) as (running, target):
            tool.attach(running, target)
            opens = self._opens(traced, size)["opens"]
            running.wait_until_idle()
            running.stop()
            return self._loss(tool, target, opens)

    def _distinct(self, tool: Tool) -> float:
        """What it has in memory at most, while many paths are opened once each."""
        output = "/dev/null" if tool.mark else str(self._scratch / "output")
        with self._workload() as traced, self._run(tool, traced, output) as (running, target):
            tool.attach(running, target)
            traced.open_distinct(DISTINCT_PATHS)
            running.wait_until_idle()
            return running.stop()

    def _first_event(self, tool: Tool) -> float:
        """To a terminal, where each tool prints a line as soon as it can, while the workload
        opens the file once a millisecond; of what prints only at its end, until it is attached."""
        with self._workload() as traced:
            traced.open_steadily()
            with self._run(tool, traced, "") as (running, target):
                if tool.mark is None:
                    seconds = tool.attach(running, target)
                else:
                    seconds = running.wait_for_output(tool.mark(target).encode())
                running.stop()
                return seconds

    def _bare(self, traced: Workload, bystander: Workload, size: Size) -> Sample:
        return (
            self._calls(traced, bystander, self._size)
            | self._opens(traced, size)
            | self._others(traced, size)
        )

    def _calls(self, traced: Workload, bystander: Workload, size: Size) -> Sample:
        mine = traced.getppid(size.getppids)
        other = bystander.getppid(self._size.getppids)
        return {"getppidNs": mine["median"], "bystanderNs": other["median"]}

    def _others(
        self, traced: Workload, size: Size, tool: RunningTool | None = None
    ) -> Sample:
        with (
            traced.on(self._cpu),
            kernel_work_on(self._cpu),
            tool.off(self._cpu) if tool else nullcontext(),
        ):
            writes = traced.write(max(size.opens // 3, 1))
            # A thousand times as long as an open.
            cycles = traced.cycle(max(size.opens // 300, 1))
        return {"writeNs": writes["median"], "cycleNs": cycles["median"]}

    def _opens(self, traced: Workload, size: Size) -> Sample:
        """The mean: what a tool makes its target wait for counts, however rarely."""
        took = traced.open(size.opens)
        return {"openNs": took["mean"], "opens": took["calls"]}

    def _loss(self, tool: Tool, target: Target, opens: float) -> Sample:
        return {"lost": opens - tool.count(target), "opens": opens}

    def _workload(self) -> Workload:
        return Workload(self._program, self.opened)

    @contextmanager
    def _run(
        self, tool: Tool, traced: Workload, output: str
    ) -> Iterator[tuple[RunningTool, Target]]:
        target = Target(traced.pid, self.opened, self._scratch, output)
        target.ready.unlink(missing_ok=True)
        command = tool.command(target)
        with RunningTool(command, output, str(self._scratch / "errors")) as running:
            try:
                yield running, target
            except (FileNotFoundError, ProcessLookupError) as error:
                # Its entry under /proc is gone, or its output was never made.
                raise ToolFailed(f"ended early: {running.last_words()}") from error
            finally:
                if output.startswith(str(self._scratch)):
                    Path(output).unlink(missing_ok=True)


@contextmanager
def scratch_directory() -> Iterator[Path]:
    """In memory where possible, so that no disk takes part."""
    base = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="spoor-bench-", dir=base) as path:
        yield Path(path)
