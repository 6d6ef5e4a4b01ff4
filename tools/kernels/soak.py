# SPDX-License-Identifier: Apache-2.0
"""tools/soak in a guest: one more column of the table, with the way to hook that spoor chooses."""

import pathlib
import re
import shlex

from guest import Late, run, tried
from kernel import Kernel
from signals import Outcome

SOAK = "soak"
SOAK_SECONDS = 300
# Beside its load: the boot, the start, and the report on the recording, all emulated.
MORE_SECONDS = 600
TRIES = 2
TOOL = pathlib.Path(__file__).parent.with_name("soaking")

# What it makes is in memory: a file of the layer has no handle (name_to_handle_at).
SCRIPT = """
exec env TMPDIR=/dev/shm PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 {tool} \
  --spoor {spoor} --ring {ring} {seconds}
"""


def soak(
    kernel: Kernel, spoor: pathlib.Path, ring: pathlib.Path, seconds: float = SOAK_SECONDS
) -> Outcome:
    """Runs it in the kernel, once more where that ended by itself."""
    paths = {"tool": TOOL, "spoor": spoor, "ring": ring}
    words = {name: shlex.quote(str(path)) for name, path in paths.items()}
    script = SCRIPT.format(**words, seconds=seconds)

    def once(folder: pathlib.Path) -> tuple[bool, Outcome]:
        try:
            ended = run(kernel, ["sh", "-c", script], folder, timeout=seconds + MORE_SECONDS)
        except Late as late:
            return True, outcome(None, "", str(late))
        output, errors = (
            (folder / which).read_text(errors="replace") for which in ("output", "errors")
        )
        has_ended = ended.status is not None
        return has_ended, outcome(ended.status, output, errors if has_ended else "")

    return tried(once, TRIES)


def outcome(status: int | None, output: str, errors: str) -> Outcome:
    """By what it printed: a line a check, and below those that failed what was wanted."""
    failed = re.findall(r"^FAIL  (.*)\n +(wanted: .*)$", output, re.MULTILINE)
    issues = [f"{' '.join(found.split())}, {wanted}" for found, wanted in failed]
    if status is None:
        issues = [errors.strip() or "the kernel ended before it did"]
    elif status != 0 and not issues:
        issues = [errors.strip() or f"it ended with status {status}"]
    return Outcome(SOAK, None, tuple(issues))


def soaked(found: list[Outcome]) -> tuple[str, list[str]]:
    """What the table says of it, in the row of the way to hook that it ran with."""
    own = [one for one in found if one.test == SOAK]
    if not own:
        return "not run", []
    issues = [issue for one in own for issue in one.issues]
    return ("fails" if issues else "pass"), issues
