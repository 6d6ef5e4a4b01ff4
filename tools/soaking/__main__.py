# SPDX-License-Identifier: Apache-2.0
"""Records a mixed load for an hour, and holds spoor to what it promises.

Run by tools/soak, which builds and installs what is needed.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import checks
import kernel
import recording
from checks import Check, Size

# Shorter than that, a third has too few intervals to be measured.
MINIMUM_SECONDS = 10
MAXIMUM_SECONDS = 7 * 86_400
READY_SECONDS = 60


class Failure(Exception):
    """Why there is nothing to check."""


def seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not MINIMUM_SECONDS <= number <= MAXIMUM_SECONDS:
        raise argparse.ArgumentTypeError(f"give {MINIMUM_SECONDS} seconds or more, not {text}")
    return number


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/soak", usage="see tools/soak --help", add_help=False
    )
    parser.add_argument("--spoor", required=True)
    parser.add_argument("--ring", default="")
    parser.add_argument("--duration", type=seconds)
    parser.add_argument("seconds", type=seconds, nargs="?")
    return parser.parse_args()


def say(text: str) -> None:
    print(f"soak: {text}", file=sys.stderr, flush=True)


class Soak:
    def __init__(self, spoor: str, ring: str, length: float, folder: pathlib.Path) -> None:
        self.length = length
        self.spoor = spoor
        self.file = folder / "soak.spoor"
        self.truth_file = folder / "truth.json"
        self.errors = folder / "errors"
        self.ready = folder / "ready"
        self.work = folder / "work"
        self.work.mkdir()
        load = pathlib.Path(__file__).with_name("load.py")
        python = os.path.realpath(sys.executable)
        self.command = [
            *(spoor, "record", "--quiet", "--output", str(self.file)),
            *("--ready-file", str(self.ready), "--", python, str(load)),
            *("--seconds", str(length), "--folder", str(self.work)),
            *("--truth", str(self.truth_file), "--ring", ring),
        ]

    def run(self) -> list[Check]:
        with open(self.errors, "wb") as errors:
            process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors
            )
        try:
            self.await_start(process)
            held = kernel.held(process.pid)
            first = self.measure_at(self.length / 3, process)
            second = self.measure_at(self.length * 2 / 3, process)
            status = process.wait()
        except BaseException:
            process.send_signal(signal.SIGINT)
            process.wait()
            raise
        said = self.errors.read_text(errors="replace")
        if status or said:
            raise Failure(f"spoor ended with status {status}: {said or 'it said nothing'}")
        return self.checks(held, first, second)

    def await_start(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self.ready.exists():
            if process.poll() is not None:
                raise Failure(self.errors.read_text(errors="replace").strip())
            if time.monotonic() > deadline:
                raise Failure(f"spoor was not ready after {READY_SECONDS} s")
            time.sleep(0.01)
        self.started = time.monotonic()

    def measure_at(self, moment: float, process: subprocess.Popen[bytes]) -> Size:
        """The recording, so many seconds after the start."""
        try:
            process.wait(max(0, self.started + moment - time.monotonic()))
        except subprocess.TimeoutExpired:
            return recording.size(self.file)
        raise Failure(f"spoor ended early: {self.errors.read_text(errors='replace').strip()}")

    def checks(self, held: set[str], first: Size, second: Size) -> list[Check]:
        printed = subprocess.run(
            [self.spoor, "report", "--json", str(self.file)], stdout=subprocess.PIPE, check=True
        )
        report = json.loads(printed.stdout)
        truth = json.loads(self.truth_file.read_text(encoding="utf-8"))
        self.describe(report, truth)
        most = recording.most_rows(self.file, truth["pid"], str(self.work / "lookups"))
        loss = report["recording"]["loss"]
        last = recording.size(self.file)
        if not 0 < first.intervals < second.intervals < last.intervals:
            raise Failure("a third of it has no interval; this machine is too busy to soak on")
        return [
            checks.conservation(loss),
            checks.completeness(loss),
            checks.lookups(truth, report),
            *([checks.ring_lookups(truth, report)] if truth["rings"] else []),
            checks.writes(truth, report),
            checks.children(truth, report),
            checks.memory(recording.resident(self.file), first, second, last),
            checks.rows(most, truth),
            checks.size(first, second, last),
            checks.attached(held, kernel.remaining(held)),
        ]

    @staticmethod
    def describe(report: dict, truth: dict) -> None:
        recorded = report["recording"]
        own = recorded["overhead"]
        share = own["cpuSeconds"] / recorded["durationSeconds"] * 100
        print(
            f"{recorded['durationSeconds']:.0f} s, Linux {recorded['kernel']}, "
            f"{truth['rounds']:,} rounds, {len(report['processes']):,} processes, "
            f"{recorded['loss']['observed']:,} events; spoor itself: {share:.1f} % of a core, "
            f"peak RSS {checks.mega(own['peakRssBytes'])}\n"
        )


def print_table(found: list[Check]) -> None:
    width = max(len(check.name) for check in found)
    for check in found:
        verdict = "pass" if check.is_fine else "FAIL"
        print(f"{verdict}  {check.name:{width}}  {check.found}")
        if not check.is_fine:
            print(f"{'':{width + 6}}  wanted: {check.wanted}")


def main() -> int:
    arguments = parse_arguments()
    length = arguments.duration or arguments.seconds or 3600
    if os.geteuid() != 0:
        say("needs root to trace; tools/soak asks sudo for it")
        return 2
    folder = pathlib.Path(tempfile.mkdtemp(prefix="spoor-soak-"))
    say(f"{length:.0f} seconds…")
    is_fine = False
    try:
        found = Soak(arguments.spoor, arguments.ring, length, folder).run()
        print_table(found)
        is_fine = all(check.is_fine for check in found)
    except Failure as failure:
        say(str(failure))
        return 2
    finally:
        if is_fine:
            shutil.rmtree(folder)
        else:
            say(f"the recording is in {folder}")
    return 0 if is_fine else 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # So that spoor ends with us.
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("interrupted; nothing is left running")
        sys.exit(130)
