# SPDX-License-Identifier: Apache-2.0
"""The tools under test: how each is started, seen to be attached, and counted."""

import json
import math
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import attached
from running import RunningTool, ToolFailed

# After the last sign of attaching: opensnoop opens its buffers after its programs,
# perf enables its events after it opened them.
SETTLE_SECONDS = 0.3


EMPTY_HOOK = "empty_hook.py"
# Where tools/bench compiles least.c and least.bpf.c to.
LEAST = Path(__file__).resolve().parents[2] / ".build/bench/least"
# What a yardstick of ours is measured by, which tells nobody anything.
YARDSTICKS = ("getppid", "bystander", "open", "write", "cycle")


@dataclass(frozen=True)
class Target:
    """What one run of a tool is about: whom to trace, and its files."""

    pid: int
    opened: str
    scratch: Path
    output: str  # Empty: a terminal.

    @property
    def ready(self) -> Path:
        return self.scratch / "ready"

    @property
    def recording(self) -> Path:
        return self.scratch / "bench.spoor"


@dataclass(frozen=True)
class Tool:
    name: str
    program: str
    arguments: Callable[[Target], list[str]]
    attach: Callable[[RunningTool, Target], float]
    # The opens it reported, out of its output; NaN where it is not made to.
    count: Callable[[Target], float]
    # What a line about an open contains; None: it prints nothing until its end.
    mark: Callable[[Target], str] | None
    # It costs so much per call that a twentieth of the calls is enough.
    is_slow: bool = False
    # The columns that mean something for it; None: all.
    metrics: tuple[str, ...] | None = None

    def command(self, target: Target) -> list[str]:
        return [self.path(), *self.arguments(target)]

    def path(self) -> str:
        spoor = os.environ.get("SPOOR_BINARY", "")
        if self.program == "spoor" and spoor:
            return spoor
        if self.program == EMPTY_HOOK:
            return str(Path(__file__).with_name(EMPTY_HOOK))
        search = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
        if self.program == LEAST.name:
            search = str(LEAST.parent)
        found = shutil.which(self.program, path=search)
        if found is None:
            raise ToolFailed(f"{self.program} is not installed")
        return found

    def shown(self) -> str:
        """The command as a person would type it, on one line."""
        target = Target(0, "FILE", Path("/dev/shm"), "/dev/null")
        words = " ".join([self.program, *self.arguments(target)])
        words = re.sub(r" --ready-file \S+", "", words).replace("/dev/shm/", "")
        words = words.replace(f"{LEAST.parent}/", "")
        return re.sub(r"-p 0\b", "-p PID", words).replace("pid == 0", "pid == PID")


# MARK: Attaching


def _ready_file(tool: RunningTool, target: Target) -> float:
    return tool.wait_until(lambda: int(target.ready.exists()), 1, settle=0)


def _programs(least: int) -> Callable[[RunningTool, Target], float]:
    return lambda tool, _: tool.wait_until(
        lambda: attached.tracepoint_programs(tool.pid), least, SETTLE_SECONDS
    )


def _perf_events(tool: RunningTool, _: Target) -> float:
    return tool.wait_until(lambda: attached.perf_events(tool.pid), 1, SETTLE_SECONDS)


def _ptrace(tool: RunningTool, target: Target) -> float:
    return tool.wait_until(
        lambda: int(attached.is_ptraced(target.pid, by=tool.pid)), 1, SETTLE_SECONDS
    )


# MARK: Counting


def _lines(has: Callable[[bytes, bytes], bool]) -> Callable[[Target], int]:
    def count(target: Target) -> int:
        with open(target.output, "rb") as lines:
            return sum(has(line, target.opened.encode()) for line in lines)

    return count


def _map_value(target: Target) -> int:
    found = re.search(r"@opens: (\d+)", Path(target.output).read_text())
    return int(found[1]) if found else 0


def _recorded(target: Target) -> int:
    """What the recording delivered; its exact totals count dropped events too."""
    spoor = BY_NAME["spoor-record"].path()
    report = subprocess.run(
        [spoor, "report", str(target.recording), "--json"], capture_output=True, check=False
    )
    if report.returncode not in (0, 1, 3):
        raise ToolFailed(f"spoor report: {report.stderr.decode(errors='replace').strip()[:200]}")
    contents = json.loads(report.stdout)
    totals = [p["lookups"]["total"] for p in contents["processes"] if p["pid"] == target.pid]
    dropped = contents["recording"]["loss"]["dropped"]
    return int(sum(totals) - sum(dropped.values()))


# MARK: The list

_ENTER = "tracepoint:syscalls:sys_enter_openat /pid == {pid}/ {{ @name[tid] = args->filename; }}"
_EXIT = (
    "tracepoint:syscalls:sys_exit_openat /@name[tid]/ {{"
    ' printf("%d %s %d %s\\n", pid, comm, args->ret, str(@name[tid])); delete(@name[tid]); }}'
)
_COUNT = "tracepoint:syscalls:sys_exit_openat /pid == {pid}/ {{ @opens = count(); }}"


def _to_file(target: Target) -> list[str]:
    return ["-o", target.output] if target.output else []


def _path(target: Target) -> str:
    return target.opened


_has_path = _lines(lambda line, opened: opened in line)
# perf prints the path's address, and repeats a line that another one interrupted.
_is_call = _lines(lambda line, _: b"openat(" in line and b"[continued]" not in line)

TOOLS = [
    Tool(
        "spoor-trace",
        "spoor",
        lambda t: ["trace", "-p", f"{t.pid}", "--ready-file", f"{t.ready}"],
        _ready_file,
        _has_path,
        _path,
    ),
    Tool(
        "spoor-record",
        "spoor",
        lambda t: (
            ["record", "-p", f"{t.pid}", "--force", "--quiet"]
            + ["-o", f"{t.recording}", "--ready-file", f"{t.ready}"]
        ),
        _ready_file,
        _recorded,
        None,
    ),
    Tool(
        "empty-hook",
        EMPTY_HOOK,
        lambda t: [f"{t.ready}"],
        _ready_file,
        lambda _: math.nan,
        None,
        metrics=YARDSTICKS,
    ),
    Tool(
        "least",
        LEAST.name,
        lambda t: [f"{LEAST}.o", f"{t.pid}", f"{t.ready}", t.opened],
        _ready_file,
        lambda t: int(Path(t.output).read_text()),
        None,
        metrics=(*YARDSTICKS, "lost"),
    ),
    Tool("opensnoop", "opensnoop", lambda t: ["-p", f"{t.pid}"], _programs(2), _has_path, _path),
    Tool(
        "bpftrace-print",
        "bpftrace",
        lambda t: ["-e", f"{_ENTER} {_EXIT}".format(pid=t.pid)],
        _programs(2),
        _has_path,
        _path,
    ),
    Tool(
        "bpftrace-count",
        "bpftrace",
        lambda t: ["-e", _COUNT.format(pid=t.pid)],
        _programs(1),
        _map_value,
        None,
    ),
    Tool(
        "strace",
        "strace",
        lambda t: ["-f", "-e", "trace=openat", *_to_file(t), "-p", f"{t.pid}"],
        _ptrace,
        _has_path,
        _path,
        is_slow=True,
    ),
    Tool(
        "perf-trace",
        "perf",
        lambda t: ["trace", "-e", "openat", *_to_file(t), "-p", f"{t.pid}"],
        _perf_events,
        _is_call,
        lambda _: "openat(",
        is_slow=True,
    ),
]

BY_NAME = {tool.name: tool for tool in TOOLS}
