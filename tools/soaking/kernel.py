# SPDX-License-Identifier: Apache-2.0
"""eBPF programs, maps and links, by ids that the kernel gives out once."""

import json
import pathlib
import subprocess
import time

KINDS = ("prog", "map", "link")
# The kernel frees them after some grace periods, which a busy machine puts off.
FREE_SECONDS = 60


def held(process: int) -> set[str]:
    """Those that a process has descriptors of, as `prog 12`."""
    found = set()
    for file in pathlib.Path(f"/proc/{process}/fdinfo").iterdir():
        try:
            text = file.read_text(errors="replace")
        except OSError:  # closed meanwhile
            continue
        for line in text.splitlines():
            name, _, number = line.partition(":")
            kind = name.removesuffix("_id")
            if kind in KINDS and name != kind:
                found.add(f"{kind} {number.strip()}")
    return found


def present() -> set[str]:
    """All of this machine."""
    found = set()
    for kind in KINDS:
        shown = subprocess.run(
            ["bpftool", "-j", kind, "show"], stdout=subprocess.PIPE, check=True, text=True
        )
        found.update(f"{kind} {row['id']}" for row in json.loads(shown.stdout or "[]"))
    return found


def remaining(objects: set[str]) -> set[str]:
    """Those of them that stay."""
    deadline = time.monotonic() + FREE_SECONDS
    left = objects & present()
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left &= present()
    return left
