# SPDX-License-Identifier: Apache-2.0
"""The machine and what the peers need of it."""

import os
import platform
import subprocess
import sys
from pathlib import Path

TRACEFS = Path("/sys/kernel/tracing")
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


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return f"unnamed {platform.machine()} processor"
