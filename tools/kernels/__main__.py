# SPDX-License-Identifier: Apache-2.0
"""Boots Debian's kernels and runs a command, or spoor's own tests, in them.

Run by tools/kernel-matrix, which installs and builds what is needed.
"""

import argparse
import contextlib
import pathlib
import signal
import sys
import tempfile
import time
from collections.abc import Callable

import bare
from architecture import AMD64, ARCHITECTURES, Architecture
from archive import Archive, Release, choose
from failure import Failure, say
from guest import run
from kernel import Kernel, fetch
from matrix import Row, Tools, markdown, measure
from owner import given_back
from signals import SIGNALS
from tree import Compiler, fetch_root

# How old package lists may be: kernels of backports vanish within weeks.
LIST_SECONDS = 24 * 3600
# The oldest, those of Debian's releases, and each later one that changed what spoor reads.
ALL = ("5.10", "6.1", "6.12", "6.16", "6.18", "newest")


def signal_names(text: str, architecture: Architecture) -> list[str]:
    known = known_signals(architecture)
    names = text.split(",") if text else known
    if unknown := [name for name in names if name not in known]:
        raise Failure(f"there is no signal '{unknown[0]}' to measure; known: {', '.join(known)}")
    return names


def known_signals(architecture: Architecture) -> list[str]:
    return list(SIGNALS if architecture is AMD64 else bare.PROGRAMS)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/kernel-matrix", usage="see tools/kernel-matrix --help", add_help=False
    )
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--clang", type=pathlib.Path)
    parser.add_argument("--arch", choices=list(ARCHITECTURES), default="x86-64")
    parser.add_argument("--append", default="")
    parser.add_argument("--timeout", type=float, default=900)
    parser.add_argument("--signals", default="")
    parser.add_argument("--check", action="store_true", help="say what is wrong, and do nothing")
    parser.add_argument("words", nargs="+")
    words = sys.argv[1:]
    # What comes after -- is the command, with all its options.
    end = words.index("--") if "--" in words else len(words)
    arguments = parser.parse_args(words[:end])
    arguments.command = words[end + 1 :]
    arguments.architecture = ARCHITECTURES[arguments.arch]
    arguments.signals = signal_names(arguments.signals, arguments.architecture)
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


def run_one(kernel: Kernel, root: pathlib.Path, arguments: argparse.Namespace) -> int:
    """Runs the command; its status."""
    with tempfile.TemporaryDirectory(prefix="spoor-kernel-") as folder:
        outcome = run(
            kernel,
            arguments.command,
            pathlib.Path(folder),
            root=root,
            parameters=arguments.append,
            timeout=arguments.timeout,
            output=sys.stdout.buffer,
            errors=sys.stderr.buffer,
        )
    if outcome.status is None:
        sys.stderr.write(outcome.console)
        raise Failure(f"{kernel.release} ended before the command did; its console is above")
    return outcome.status


def make_matrix(kernels: list[Kernel], root: pathlib.Path, arguments: argparse.Namespace) -> int:
    """Prints the table; 1 if a kernel showed other numbers than the programs' own."""
    with contextlib.ExitStack() as ending:
        measured = measuring(root, arguments, ending)
        rows: list[Row] = []
        for kernel in kernels:
            say(f"Linux {kernel.release}…")
            rows.append(measured(kernel))
            say(f"Linux {kernel.release}: {rows[-1].summary(arguments.signals)}")
    print(markdown(rows, arguments.signals, arguments.architecture.title), end="")
    return 0 if all(row.is_fine(arguments.signals) for row in rows) else 1


def measuring(
    root: pathlib.Path, arguments: argparse.Namespace, ending: contextlib.ExitStack
) -> Callable[[Kernel], Row]:
    """By spoor's own tests, or where spoor cannot be built, by what of it can."""
    if arguments.architecture is not AMD64:
        programs = pathlib.Path(ending.enter_context(tempfile.TemporaryDirectory()))
        compiler = Compiler(arguments.clang, root, arguments.build.parent)
        compiler.compile(bare.program_names(arguments.signals), programs)
        return lambda kernel: bare.measure(
            kernel, root, programs, arguments.signals, arguments.timeout
        )
    tools = Tools(
        arguments.build / "release/spoor",
        arguments.build / "release/spoorPackageTests.xctest",
        arguments.build / "conformance",
    )
    return lambda kernel: measure(kernel, tools, arguments.signals, arguments.timeout)


def main() -> int:
    arguments = parse_arguments()
    if arguments.check:
        return 0
    with given_back(arguments.cache):
        return act(arguments)


def act(arguments: argparse.Namespace) -> int:
    verb, *series = arguments.words
    architecture = arguments.architecture
    cache = arguments.cache if architecture is AMD64 else arguments.cache / architecture.debian
    cache.mkdir(parents=True, exist_ok=True)
    archive = Archive(cache / "lists", architecture)
    known = available(archive, cache)
    if verb == "list":
        for release in (release for suite in known for release in suite):
            print(f"{release.series:6}  {release.name}  {release.suite}")
        return 0
    root = pathlib.Path("/") if architecture is AMD64 else fetch_root(archive, cache)
    if verb == "run":
        return run_one(get(archive, choose(series[0], known), cache), root, arguments)
    wanted = ALL if verb == "all" else arguments.words
    kernels = [get(archive, choose(one, known), cache) for one in wanted]
    return make_matrix(kernels, root, arguments)


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
