# SPDX-License-Identifier: Apache-2.0
"""What tools/test asks of other kernels: whether spoor loads, attaches and counts there, in a few
minutes. What only this machine lacks (a mirror, an emulator that keeps going) is skipped."""

import subprocess
from collections.abc import Callable

from failure import Failure
from matrix import Row, markdown

# Each case takes 5 to 10 s under emulation, and most have one by way to hook.
TESTS = {
    "lookups": ("ConformanceTests/everyLookupIsCountedByPathOperationAndErrno",),
    "terminals": ("ConformanceTests/terminalBytesEqualWhatTheCallsReturned",),
    "children": (
        "ProcessTests/everyWayToBeReapedIsToldWithWhoDidIt",
        "ConformanceTests/childrenAreReapedZombiesOrAliveAsTheirParentLeftThem",
    ),
    "descriptors": (
        "DescriptorTests/ptyMastersAreCountedByOpenFileAndBySlave",
        "DescriptorTests/mastersAreToldAtOnceWhereTheirFunctionsAreHooked",
    ),
}
# Those with 6.1 and 6.12: the lists of all would take half a minute more.
SUITES = ("bookworm", "trixie")
# For a guest that is done in less than a quarter of that where nothing else runs.
SECONDS = 300
TRIES = 2


def compare(series: list[str], signals: list[str], measured: Callable[[str], Row]) -> int:
    """Prints a line a kernel, and the table where one differs; 1 then."""
    wrong = []
    for one in series:
        try:
            row = measured(one)
        except (Failure, OSError, subprocess.SubprocessError) as reason:
            print(f"skipped: Linux {one}: {reason}", flush=True)
            continue
        if reason := obstacle(row):
            print(f"skipped: Linux {one}: {reason}", flush=True)
            continue
        print(f"Linux {row.kernel}: {row.summary(signals)}", flush=True)
        if not row.is_fine(signals):
            wrong.append(row)
    if wrong:
        print(markdown(wrong, signals), end="")
    return 1 if wrong else 0


def obstacle(row: Row) -> str:
    """Why nothing can be said of the kernel; what a test found before it ended counts all the same."""
    return "" if any(outcome.issues for outcome in row.outcomes) else row.broke
