# SPDX-License-Identifier: Apache-2.0
"""spoor's own tests in a kernel, and what a table says of them."""

import dataclasses
import datetime
import json
import pathlib
import shlex
from collections.abc import Mapping

from architecture import AMD64
from guest import TRIES, Late, run, tried
from kernel import Kernel
from signals import BACKENDS, OPTIONAL, SIGNALS, Outcome, outcomes, test_filter, verdict
from soak import SOAK, soaked

# How `spoor doctor` begins the sentence that says a signal is not seen here.
UNSEEN = {
    "io_uring": "Lookups and terminal writes by io_uring are not counted",
    "descriptors": "Open descriptors, pty masters and inotify watches are not counted",
}

# The way to hook that each of the programs of doctor's plan stands for.
HOOKED = {
    "spoor_sys_exit": "tp_btf",
    "spoor_sys_exit_raw": "raw_tp",
    "spoor_sys_exit_perf": "tp",
    "spoor_sys_return": "kretprobe.multi",
}

# What a cell can say without a fault; nothing is said of what another row tells.
FINE = ("exact", "unseen", "pass", "")

# Without an attachment all tests would say the same.
SCRIPT = """
{spoor} doctor --json >{folder}/doctor.json
! grep -q '"name" : "attach"' {folder}/doctor.json || exit 0
[ -n {filter} ] || exit 0
{tests} --testing-library swift-testing --no-parallel --filter {filter} \
  --event-stream-version 0 --event-stream-output-path {folder}/events
"""


@dataclasses.dataclass(frozen=True)
class Tools:
    """What the checkout's build has: spoor, its tests, and the folder of conformance programs."""

    spoor: pathlib.Path
    tests: pathlib.Path
    conformance: pathlib.Path

    @classmethod
    def of(cls, build: pathlib.Path) -> "Tools":
        release = build / "release"
        return cls(release / "spoor", release / "spoorPackageTests.xctest", build / "conformance")


@dataclasses.dataclass
class Row:
    """What one kernel showed."""

    kernel: str
    seconds: float
    # Why nothing attaches here; empty where it does.
    refusal: str = ""
    # The ways to hook that were tried, those that this kernel does not have, and why.
    ways: tuple[str, ...] = BACKENDS
    lacking: dict[str, str] = dataclasses.field(default_factory=dict)
    # The way that spoor chooses here.
    chosen: str = BACKENDS[0]
    unseen: tuple[str, ...] = ()
    outcomes: list[Outcome] = dataclasses.field(default_factory=list)
    output: str = ""
    # Why the guest was gone before its tests; empty where they came to their end.
    broke: str = ""
    # Which say what of which signal.
    tests: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=lambda: SIGNALS)
    # What the verifier went through, by program; empty where spoor's own tests tell it.
    instructions: dict[str, int] = dataclasses.field(default_factory=dict)

    def backends(self) -> list[str]:
        return [backend for backend in self.ways if backend not in self.lacking]

    def cell(self, signal: str, backend: str) -> tuple[str, list[str]]:
        if any(sentence.startswith(UNSEEN.get(signal, "\0")) for sentence in self.unseen):
            return "unseen", []
        if signal == "32-bit" and "skipped: 32-bit calls" in self.output:
            return "not run", ["this machine makes no 32-bit calls"]
        if signal == SOAK:
            return soaked(self.outcomes) if backend == self.chosen else ("", [])
        return verdict(signal, backend, self.outcomes, self.tests)

    def summary(self, signals: list[str]) -> str:
        if self.refusal:
            return self.refusal
        words = [self.cell(signal, own)[0] for signal in signals for own in self.backends()]
        told = [word for word in dict.fromkeys(words) if word]
        counts = ", ".join(f"{words.count(word)} {word}" for word in told)
        return f"{counts}, {self.seconds:.0f} s"

    def is_fine(self, signals: list[str]) -> bool:
        return not self.refusal and all(
            self.cell(signal, backend)[0] in FINE
            for signal in signals
            for backend in self.backends()
        )


def measure(
    kernel: Kernel,
    tools: Tools,
    signals: list[str],
    timeout: float,
    tests: Mapping[str, tuple[str, ...]] = SIGNALS,
    tries: int = TRIES,
) -> Row:
    """Runs the tests in the kernel, once more where that ended by itself."""

    def once(folder: pathlib.Path) -> tuple[bool, Row]:
        script = SCRIPT.format(
            spoor=shlex.quote(str(tools.spoor)),
            tests=shlex.quote(str(tools.tests)),
            filter=shlex.quote(test_filter(signals, tests)),
            folder=shlex.quote(str(folder)),
        )
        environment = {
            "SPOOR_BINARY": str(tools.spoor),
            "SPOOR_CONFORMANCE": str(tools.conformance),
            # In memory: a file of the layer has no handle (name_to_handle_at).
            "TMPDIR": "/dev/shm",
        }
        words = ["env", *(f"{name}={value}" for name, value in environment.items())]
        try:
            ended = run(kernel, [*words, "sh", "-c", script], folder, timeout=timeout)
        except Late as late:
            row = read(kernel.release, timeout, folder, tests)
            row.broke = str(late)
            # What it found until then is no less wrong.
            if any(outcome.issues for outcome in row.outcomes):
                return True, row
            raise
        row = read(kernel.release, ended.seconds, folder, tests)
        has_ended = ended.status is not None
        row.broke = "" if has_ended else last_words(ended.console)
        return has_ended, row

    return tried(once, tries)


def last_words(console: str) -> str:
    lines = [line.strip() for line in console.splitlines() if line.strip()]
    return f"the kernel ended early ({lines[-1] if lines else 'its console is empty'})"


def read(
    release: str,
    seconds: float,
    folder: pathlib.Path,
    tests: Mapping[str, tuple[str, ...]] = SIGNALS,
) -> Row:
    """What the guest left in its folder."""
    output = (folder / "output").read_text(errors="replace")
    row = Row(release, seconds, output=output, tests=tests)
    with_events = folder / "events"
    if with_events.exists():
        row.outcomes = outcomes(with_events.read_text(errors="replace"))
    try:
        doctor = json.loads((folder / "doctor.json").read_text())
    except (OSError, ValueError):
        row.refusal = "the kernel ended before spoor said anything"
        return row
    row.unseen = tuple(doctor["unseen"])
    for check in doctor["checks"]:
        for backend, name in OPTIONAL.items():
            if check["name"] == name and not check["found"].startswith("yes"):
                row.lacking[backend] = check["found"]
        if check["name"] == "plan":
            programs = check["found"].split(", ")
            row.chosen = next((HOOKED[own] for own in programs if own in HOOKED), row.chosen)
        if check["name"] in ("attach", "plan") and not check["passed"]:
            row.refusal = check["remedy"]
    return row


def markdown(rows: list[Row], signals: list[str], title: str = AMD64.title) -> str:
    """The table, with every difference and everything unseen below it."""
    today = datetime.datetime.now(datetime.UTC).strftime("%-d %B %Y")
    lines = [
        f"`tools/kernel-matrix` on {today}, {title}:",
        "",
        "| Linux | backend | " + " | ".join(signals) + " |",
        "|---" * (len(signals) + 2) + "|",
    ]
    notes = []
    for row in rows:
        for backend in ("none",) if row.refusal else row.ways:
            where = row.kernel if row.refusal else f"{row.kernel}, {backend}"
            if reason := row.refusal or row.lacking.get(backend):
                told = [("refused", [reason]), *([("", [])] * (len(signals) - 1))]
            else:
                told = [row.cell(signal, backend) for signal in signals]
            cells = [word + note(notes, where, issues) for word, issues in told]
            lines.append(f"| {short(row.kernel)} | {backend} | " + " | ".join(cells) + " |")
    for number, text in enumerate(notes, start=1):
        lines += ["", f"{number}. {text}"]
    return "\n".join([*lines, *verified(rows), "", *unseen(rows)]) + "\n"


def note(notes: list[str], where: str, issues: list[str]) -> str:
    if not issues:
        return ""
    notes.append(f"{where}: " + "; ".join(" ".join(issue.split()) for issue in issues))
    return f" ({len(notes)})"


def short(release: str) -> str:
    """A release without its flavour."""
    return release.partition("-cloud-")[0]


def verified(rows: list[Row]) -> list[str]:
    """How many instructions the verifier went through, where that is known."""
    return [
        f"\nInstructions verified on {short(row.kernel)}: "
        + ", ".join(f"{name} {count}" for name, count in row.instructions.items())
        for row in rows
        if row.instructions
    ]


def unseen(rows: list[Row]) -> list[str]:
    """What is unseen everywhere, and what on some kernels."""
    tracing = [row for row in rows if not row.refusal]
    if not tracing:
        return []
    common = [one for one in tracing[0].unseen if all(one in row.unseen for row in tracing)]
    lines = ["Unseen on all of them:", "", *(f"- {one}" for one in common)] if common else []
    others: dict[str, list[str]] = {}
    for row in tracing:
        for sentence in row.unseen:
            if sentence not in common:
                others.setdefault(sentence, []).append(short(row.kernel))
    for sentence, kernels in others.items():
        lines += ["", f"On {', '.join(kernels)}: {sentence}"]
    return lines
