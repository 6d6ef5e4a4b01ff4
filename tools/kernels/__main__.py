# SPDX-License-Identifier: Apache-2.0
"""Boots Debian's kernels and runs a command, or spoor's own tests, in them.

Run by tools/kernel-matrix, which installs and builds what is needed.
"""

import argparse
import pathlib
import signal
import sys
import tempfile
import time

from archive import Archive, Release, choose
from failure import Failure, say
from guest import run
from kernel import Kernel, fetch
from matrix import Row, Tools, markdown, measure
from owner import given_back
from signals import SIGNALS

# How old package lists may be: kernels of backports vanish within weeks.
LIST_SECONDS = 24 * 3600
# The oldest, those of Debian's releases, and each later one that changed what spoor reads.
ALL = ("5.10", "6.1", "6.12", "6.16", "6.18", "newest")


def signal_names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in SIGNALS]:
        raise argparse.ArgumentTypeError(f"there is no '{unknown[0]}'; known: {', '.join(SIGNALS)}")
    return names


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/kernel-matrix", usage="see tools/kernel-matrix --help", add_help=False
    )
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--append", default="")
    parser.add_argument("--timeout", type=float, default=900)
    parser.add_argument("--signals", type=signal_names, default=list(SIGNALS))
    parser.add_argument("--check", action="store_true", help="say what is wrong, and do nothing")
    parser.add_argument("words", nargs="+")
    words = sys.argv[1:]
    # What comes after -- is the command, with all its options.
    end = words.index("--") if "--" in words else len(words)
    arguments = parser.parse_args(words[:end])
    arguments.command = words[end + 1 :]
    if arguments.words[0] == "run":
        if len(arguments.words) != 2 or not arguments.command:
            raise Failure("run takes one series and a command: run 6.1 -- uname -a")
    elif arguments.command:
        raise Failure("a command goes with run: tools/kernel-matrix run 6.1 -- uname -a")
    return arguments


def available(archive: Archive, cache: pathlib.Path) -> list[list[Release]]:
    """What Debian has; asked once a day."""
    stamp = cache / "lists.stamp"
    if not stamp.exists() or time.time() - stamp.stat().st_mtime > LIST_SECONDS:
        say("fetching Debian's package lists (40 MB)…")
        archive.update()
        stamp.touch()
    return archive.releases()


def get(archive: Archive, release: Release, cache: pathlib.Path) -> Kernel:
    if not (cache / release.name).exists():
        say(f"fetching Linux {release.name} of Debian's {release.suite} (20 to 50 MB)…")
    return fetch(archive, release, cache)


def run_one(kernel: Kernel, arguments: argparse.Namespace) -> int:
    """Runs the command; its status."""
    with tempfile.TemporaryDirectory(prefix="spoor-kernel-") as folder:
        outcome = run(
            kernel,
            arguments.command,
            pathlib.Path(folder),
            parameters=arguments.append,
            timeout=arguments.timeout,
            output=sys.stdout.buffer,
            errors=sys.stderr.buffer,
        )
    if outcome.status is None:
        sys.stderr.write(outcome.console)
        raise Failure(f"{kernel.release} ended before the command did; its console is above")
    return outcome.status


def make_matrix(kernels: list[Kernel], arguments: argparse.Namespace) -> int:
    """Prints the table; 1 if a kernel showed other numbers than the programs' own."""
    tools = Tools(
        arguments.build / "release/spoor",
        arguments.build / "release/spoorPackageTests.xctest",
        arguments.build / "conformance",
    )
    rows: list[Row] = []
    for kernel in kernels:
        say(f"Linux {kernel.release}…")
        rows.append(measure(kernel, tools, arguments.signals, arguments.timeout))
        say(f"Linux {kernel.release}: {rows[-1].summary(arguments.signals)}")
    print(markdown(rows, arguments.signals), end="")
    return 0 if all(row.is_fine(arguments.signals) for row in rows) else 1


def main() -> int:
    arguments = parse_arguments()
    if arguments.check:
        return 0
    with given_back(arguments.cache):
        return act(arguments)


def act(arguments: argparse.Namespace) -> int:
    verb, *series = arguments.words
    arguments.cache.mkdir(parents=True, exist_ok=True)
    archive = Archive(arguments.cache / "lists")
    known = available(archive, arguments.cache)
    if verb == "list":
        for release in (release for suite in known for release in suite):
            print(f"{release.series:6}  {release.name}  {release.suite}")
        return 0
    if verb == "run":
        return run_one(get(archive, choose(series[0], known), arguments.cache), arguments)
    wanted = ALL if verb == "all" else arguments.words
    kernels = [get(archive, choose(one, known), arguments.cache) for one in wanted]
    return make_matrix(kernels, arguments)


if __name__ == "__main__":
    # `list | head` ends it as it ends others.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    # The guest ends with this, and its folder goes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        sys.exit(main())
    except Failure as failure:
        say(f"{failure}.")
        sys.exit(2)
