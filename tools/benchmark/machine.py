# SPDX-License-Identifier: Apache-2.0
"""The machine and what the peers need of it."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

TRACEFS = Path("/sys/kernel/tracing")
UNBOUND_WORK = Path("/sys/devices/virtual/workqueue/cpumask")
VERSION_ARGUMENT = {"strace": "-V"}


def description() -> str:
    """CPU, cores, memory and kernel on one line; no host name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{_processor()}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB,"
        f" Linux {platform.release()} {platform.machine()}"
    )


def mount_tracefs() -> None:
    """The peers find their tracepoints there; spoor needs no such file."""
    if (TRACEFS / "events").is_dir():
        return
    print(f"bench: mounting tracefs on {TRACEFS}, which the peers need", file=sys.stderr)
    mount = ["mount", "-t", "tracefs", "tracefs", str(TRACEFS)]
    subprocess.run(mount, check=False)  # Without it the peers say so themselves.


def workload_cpu() -> int:
    """Where the workload writes to its terminal and has its children."""
    return max(os.sched_getaffinity(0))


@contextmanager
def kernel_work_on(cpu: int) -> Iterator[None]:
    """Has the kernel's work that may run anywhere done on one CPU. What is written to a terminal
    is passed on by such work, and a write takes half as long again while that runs on another
    CPU than at other times."""
    try:
        before = UNBOUND_WORK.read_text()
        UNBOUND_WORK.write_text(_mask(cpu))
    except OSError as error:
        _warn(f"terminal writes will vary: {error}")
        yield
        return
    try:
        yield
    finally:
        UNBOUND_WORK.write_text(before)


def version(program: str, path: str) -> str:
    """The first line a tool says about its version."""
    argument = VERSION_ARGUMENT.get(program, "--version")
    try:
        said = subprocess.run([path, argument], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{program}: {error}"
    lines = (said.stdout + said.stderr).strip().splitlines()
    line = lines[0].strip() if lines else "of unknown version"
    return line if program in line else f"{program} {line}"


@cache
def _warn(text: str) -> None:
    """Once."""
    print(f"bench: {text}", file=sys.stderr)


def _mask(cpu: int) -> str:
    """As the kernel writes sets of CPUs: eight hexadecimal digits between commas."""
    digits = f"{1 << cpu:x}"
    digits = digits.zfill(-(-len(digits) // 8) * 8)
    return ",".join(digits[start : start + 8] for start in range(0, len(digits), 8))


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return f"unnamed {platform.machine()} processor"
