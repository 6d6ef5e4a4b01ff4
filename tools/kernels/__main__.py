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
from collections.abc import Callable

import bare
import brief
from architecture import AMD64, ARCHITECTURES, Architecture
from archive import SUITES, Archive, Release, choose
from failure import Failure, say
from guest import CPUS, run
from kernel import Kernel, fetch
from matrix import Row, Tools, markdown, measure
from owner import given_back
from signals import SIGNALS
from soak import SOAK, SOAK_SECONDS, soak
from tree import Compiler, fetch_root

# How old package lists may be: kernels of backports vanish within weeks.
LIST_SECONDS = 24 * 3600
VERBS = ("all", "list", "run")
# Of a guest.
TIMEOUT = 900
# The oldest, those of Debian's releases, and each later one that changed what spoor reads.
ALL = ("5.10", "6.1", "6.12", "6.16", "6.18", "newest")


def signal_names(arguments: argparse.Namespace) -> list[str]:
    known = known_signals(arguments.architecture)
    if arguments.brief:
        known = list(brief.TESTS)
    names = arguments.signals.split(",") if arguments.signals else known
    # It takes longer than all others, so it is to be asked for.
    if not arguments.signals and arguments.words != ["all"]:
        names = [name for name in names if name != SOAK]
    if unknown := [name for name in names if name not in known]:
        raise Failure(f"there is no signal '{unknown[0]}' to measure; known: {', '.join(known)}")
    return names


def known_signals(architecture: Architecture) -> list[str]:
    return [*SIGNALS, SOAK] if architecture is AMD64 else list(bare.PROGRAMS)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/kernel-matrix", usage="see tools/kernel-matrix --help", add_help=False
    )
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--clang", type=pathlib.Path)
    parser.add_argument("--arch", choices=list(ARCHITECTURES), default="x86-64")
    parser.add_argument("--append", default="")
    parser.add_argument("--cpus", type=int, default=CPUS)
    parser.add_argument("--timeout", type=float)
    parser.add_argument("--signals", default="")
    parser.add_argument("--brief", action="store_true")
    parser.add_argument("--check", action="store_true", help="say what is wrong, and do nothing")
    parser.add_argument("words", nargs="+")
    words = sys.argv[1:]
    # What comes after -- is the command, with all its options.
    end = words.index("--") if "--" in words else len(words)
    arguments = parser.parse_args(words[:end])
    arguments.command = words[end + 1 :]
    arguments.architecture = ARCHITECTURES[arguments.arch]
    if arguments.brief and (arguments.architecture is not AMD64 or arguments.words[0] in VERBS):
        raise Failure("--brief takes x86-64 series alone: --brief 6.1 6.12")
    arguments.signals = signal_names(arguments)
    if arguments.timeout is None:
        arguments.timeout = brief.SECONDS if arguments.brief else TIMEOUT
    if not 1 <= arguments.cpus <= 64:
        raise Failure("--cpus takes 1 to 64")
    if arguments.words[0] == "run":
        if len(arguments.words) != 2 or not arguments.command:
            raise Failure("run takes one series and a command: run 6.1 -- uname -a")
    elif arguments.cpus != CPUS:
        raise Failure("--cpus goes with run: tools/kernel-matrix --cpus 16 run 6.12 -- nproc")
    elif arguments.command:
        raise Failure("a command goes with run: tools/kernel-matrix run 6.1 -- uname -a")
    return arguments


def available(archive: Archive) -> list[list[Release]]:
    """What Debian has; asked once a day."""
    if old := archive.older(LIST_SECONDS):
        say(f"fetching the package lists of Debian's {', '.join(old)} (10 MB each)…")
        archive.update(old)
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
            cpus=arguments.cpus,
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
    tools = Tools.of(arguments.build)

    def measured(kernel: Kernel) -> Row:
        row = measure(kernel, tools, arguments.signals, arguments.timeout)
        if SOAK in arguments.signals and not row.refusal:
            say(f"Linux {kernel.release}: tools/soak, for {SOAK_SECONDS // 60} minutes…")
            row.outcomes.append(soak(kernel, tools.spoor, tools.conformance / "uring"))
        return row

    return measured


def make_brief(archive: Archive, cache: pathlib.Path, arguments: argparse.Namespace) -> int:
    """As tools/test wants it: what is no fault of spoor's is skipped."""
    tools = Tools.of(arguments.build)

    def measured(series: str) -> Row:
        kernel = get(archive, choose(series, available(archive)), cache)
        tests, tries = brief.TESTS, brief.TRIES
        return measure(kernel, tools, arguments.signals, arguments.timeout, tests, tries)

    return brief.compare(arguments.words, arguments.signals, measured)


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
    suites = brief.SUITES if arguments.brief else SUITES
    archive = Archive(cache / "lists", architecture, suites)
    if arguments.brief:
        return make_brief(archive, cache, arguments)
    known = available(archive)
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
