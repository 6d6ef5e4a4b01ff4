# SPDX-License-Identifier: Apache-2.0
"""The part of spoor that is no Swift, in a guest of another architecture: its eBPF programs,
verified, attached, and held to what the programs of Tests/Conformance know of themselves."""

import dataclasses
import json
import pathlib
import shlex
import shutil
from collections.abc import Callable

import equality
import places
import processes
from equality import Told
from guest import run, tried
from kernel import Kernel
from matrix import UNSEEN, Row
from signals import BACKENDS, OPTIONAL, Outcome

Check = Callable[[dict, Told, str], list[str]]


@dataclasses.dataclass(frozen=True)
class Program:
    """One that knows its own counts, and what is compared of it."""

    name: str
    # Behind the folder that it works in, unless it takes none.
    arguments: tuple[str, ...]
    checks: tuple[Check, ...]
    takes_folder: bool = True
    # It holds what it opened until a byte comes through a named pipe, its last argument.
    has_gate: bool = False
    status: int = 0


def without_folder(check: Callable[[dict, Told], list[str]]) -> Check:
    return lambda truth, told, _: check(truth, told)


TERMINALS = without_folder(equality.terminal_writes)
EXITS = without_folder(processes.exits)
DESCRIPTORS = without_folder(equality.descriptors)

PROGRAMS = {
    "lookups": (
        Program("lookups", ("20", "7"), (equality.lookups,)),
        Program("paths", ("5",), (equality.lookups,)),
        Program("families", ("6", "4"), (equality.lookups,)),
        Program("mounts", ("3",), (equality.lookups,)),
        Program("sockets", ("5",), (equality.lookups,)),
    ),
    "whole paths": (Program("resolve", (), (without_folder(places.resolved),)),),
    "terminals": (Program("tty", (), (TERMINALS,)), Program("terminals", (), (TERMINALS,))),
    "resizes": (Program("resize", ("40",), (without_folder(equality.resizes),), False),),
    "children": (
        Program("children", ("200",), (without_folder(processes.children),), False),
        Program("leader", ("100",), (EXITS, equality.lookups), status=7),
        Program("execthread", ("5", "6"), (EXITS, equality.lookups)),
        Program("daemon", ("10",), (EXITS, equality.lookups)),
        Program("reapers", (), (without_folder(processes.reapings),), False),
    ),
    "io_uring": (Program("uring", ("5",), (equality.lookups, TERMINALS)),),
    "32-bit": (Program("thirtytwo", (), (without_folder(equality.undecoded),), False),),
    "descriptors": (
        Program("descriptors", (), (DESCRIPTORS,), has_gate=True),
        Program("ptys", (), (DESCRIPTORS,), takes_folder=False, has_gate=True),
    ),
}

# The loader in C has no others.
WAYS = tuple(backend for backend in BACKENDS if backend not in OPTIONAL)

# Differences of one comparison that are told.
SHOWN = 5

# Each leaves its files in the guest's folder: NAME.BACKEND.truth, .told, .errors and .status. They
# work in memory: a file of the layer has no handle (name_to_handle_at).
STEP = """
mkdir /dev/shm/{run}
mkfifo /dev/shm/{run}.gate
{folder}/programs/tracer {folder}/programs/object.o {backend} {folder}/{run}.told \
  {folder}/{run}.truth {gate} {words} 2>{folder}/{run}.errors
echo $? >{folder}/{run}.status
"""


def program_names(signals: list[str]) -> list[str]:
    return [program.name for signal in signals for program in PROGRAMS[signal]]


def work_folder(run_name: str) -> str:
    return f"/dev/shm/{run_name}"


def script(signals: list[str], folder: pathlib.Path) -> str:
    steps = []
    for signal in signals:
        for program in PROGRAMS[signal]:
            for backend in WAYS:
                name = f"{program.name}.{backend}"
                gate = f"{work_folder(name)}.gate"
                words = [f"{folder}/programs/{program.name}"]
                words += [work_folder(name)] if program.takes_folder else []
                words += [gate] if program.has_gate else list(program.arguments)
                steps.append(
                    STEP.format(
                        run=name,
                        backend=backend,
                        folder=shlex.quote(str(folder)),
                        gate=gate if program.has_gate else "''",
                        words=shlex.join(words),
                    )
                )
    return "".join(steps)


def measure(
    kernel: Kernel,
    root: pathlib.Path,
    programs: pathlib.Path,
    signals: list[str],
    timeout: float,
) -> Row:
    """Runs the programs in the kernel, once more where that ended by itself."""

    def once(folder: pathlib.Path) -> tuple[bool, Row]:
        shutil.copytree(programs, folder / "programs")
        command = ["sh", "-c", script(signals, folder)]
        ended = run(kernel, command, folder, root=root, timeout=timeout)
        return ended.status is not None, read(kernel, ended.seconds, folder, signals)

    return tried(once)


def read(kernel: Kernel, seconds: float, folder: pathlib.Path, signals: list[str]) -> Row:
    """What the guest left in its folder."""
    wanted = {signal: tuple(one.name for one in PROGRAMS[signal]) for signal in signals}
    row = Row(kernel.release, seconds, ways=WAYS, tests=wanted)
    for signal in signals:
        for program in PROGRAMS[signal]:
            for backend in WAYS:
                take(row, program, backend, folder / f"{program.name}.{backend}")
    # The kernel's reason is the same for all of them.
    if row.outcomes and not row.instructions:
        row.refusal = row.outcomes[0].issues[0]
    return row


def take(row: Row, program: Program, backend: str, run_path: pathlib.Path) -> None:
    """Adds what a run showed; nothing where the kernel ended before it."""

    def contents(kind: str) -> str:
        return run_path.with_name(f"{run_path.name}.{kind}").read_text(errors="replace")

    try:
        status = int(contents("status"))
    except (OSError, ValueError):
        return
    if status != program.status:
        errors = " ".join(contents("errors").strip().splitlines()[-3:])
        row.outcomes.append(Outcome(program.name, backend, (f"ended with {status}: {errors}",)))
        return
    told = [json.loads(line) for line in contents("told").splitlines()]
    issues = issues_of(program, json.loads(contents("truth")), told, work_folder(run_path.name))
    row.outcomes.append(Outcome(program.name, backend, tuple(issues)))
    for one in equality.of_kind(told, "program"):
        row.instructions[one["name"]] = one["instructions"]
    if not any(name.startswith("spoor_ring") for name in row.instructions):
        row.unseen = (f"{UNSEEN['io_uring']}.",)


def few(issues: list[str]) -> list[str]:
    """Those that a reader of the table looks at."""
    more = len(issues) - SHOWN
    return [*issues[:SHOWN], f"and {more} more"] if more > 1 else issues


def issues_of(program: Program, truth: dict, told: Told, folder: str) -> list[str]:
    issues = [
        *few(equality.counters(told)),
        *(issue for check in program.checks for issue in few(check(truth, told, folder))),
    ]
    # Equal is not enough where the kernel skipped a program that was running already.
    missed = equality.of_kind(told, "loss")[0]["recursionMisses"]
    return [*issues, f"recursionMisses {missed}, .complete → false"] if missed else issues
