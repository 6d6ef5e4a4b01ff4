# SPDX-License-Identifier: Apache-2.0
"""The results as Markdown for the README."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from summary import METRICS, Results
from tools import BY_NAME

REFERENCE = "opensnoop"
OURS = ("spoor-trace", "spoor-record")
RATIO_METRICS = ("getppid", "open", "cpu", "rss", "start")

NOTES = """\
Medians; in brackets the ratio to opensnoop's. A time with a sign is what the tool adds:
the time per call under it less the mean of the same process's just before it started
and just after it ended. getppid is a system call no tool was asked about, made by the
traced process and by a bystander; open+close is of one existing file at the full rate
of one thread, output to /dev/null. A terminal write is of 16 bytes to a terminal of its
own; a child's life is to be forked, to execute a small program, to end and to be
reaped. For these two the process has one CPU, and so has the kernel's work behind a
terminal: else they take half as long again at times, whatever the tool; the tool has
the others: else what it takes of the CPU, which has its own column, is added or not, as
the kernel wakes it here or there. Before a tool all calls are made twice, and the first
time, which is slower, does not count. Each run starts the tool anew on a waiting
process (-p) and begins when the tool (spoor) or the kernel (its peers) says that it is
attached. Lost opens are counted in a run of their own, from the output in a file in
memory; those of spoor record and bpftrace counting in the timed run, from what they say
at the end. CPU is the tool's own while the opens run and until it is idle, without its
start. The first event is counted from exec to its line on a terminal; spoor record and
bpftrace counting print nothing while they run, so theirs is the time until they were
attached. strace and perf trace get a twentieth of the calls. Memory is also of a run of
its own, in which 100,000 paths are opened once each.
empty-hook is a program that does nothing at the end of system calls, where spoor's is: no
tool on that hook costs less. least is one that puts the time and the result of an open or a
write of one process into a ring, and of an open its path: none that streams them costs less."""


def row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def share(ratio: float | None) -> str:
    """Two digits that count, and no exponent."""
    if ratio is None:
        return "–"
    if ratio < 0.001:
        return "<0.001"
    digits = sum(ratio < limit for limit in (10, 1, 0.1))
    return f"{ratio:,.{digits}f}"


def _figure(value: float) -> str:
    """Three digits that count, and no exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(results: Results, tools: list[str]) -> str:
    """A row per tool: each metric's median and its ratio to opensnoop's."""
    lines = [
        row(["", *(metric.title for metric in METRICS.values())]),
        "|---|" + "--:|" * len(METRICS),
        _bare_row(results),
    ]
    for tool in tools:
        if not results.measured(tool):
            reason = results.failures.get(tool, "no round was complete").replace("|", "\\|")
            lines.append(row([tool, f"not available: {reason}", *[""] * (len(METRICS) - 1)]))
            continue
        lines.append(row([tool, *(_cell(results, tool, metric) for metric in METRICS)]))
    return "\n".join(lines)


def _bare_row(results: Results) -> str:
    """The workload alone: absolute times, where the tools' rows have added ones."""
    times = [results.bare(key) for key in ("getppidNs", "bystanderNs", "openNs", "writeNs")]
    cells = ["–" if time is None else f"{time:,.0f}" for time in times]
    cycle = results.bare("cycleNs")
    cells.append("–" if cycle is None else f"{cycle / 1e6:.2f} ms")
    return row(["no tool", *cells, *["–"] * (len(METRICS) - len(cells))])


def _cell(results: Results, tool: str, metric: str) -> str:
    value = results.median(tool, metric)
    measured = BY_NAME[tool].metrics
    if value is None or (measured is not None and metric not in measured):
        return "–"
    text = METRICS[metric].text(value)
    ratio = results.ratio(tool, REFERENCE, metric)
    return text if metric == "lost" else f"{text} ({share(ratio)})"


def ratios(results: Results, tools: list[str]) -> str:
    """A row per peer: spoor trace's and spoor record's share of each of its costs."""
    lines = [
        row(["spoor trace / record to", *(METRICS[m].title.split(",")[0] for m in RATIO_METRICS)]),
        "|---|" + "--:|" * len(RATIO_METRICS),
    ]
    for peer in peers(results, tools):
        pairs = [[results.ratio(our, peer, m) for our in OURS] for m in RATIO_METRICS]
        cells = [" / ".join(map(share, pair)) for pair in pairs]
        lines.append(row([peer, *cells]))
    return "\n".join(lines)


def peers(results: Results, tools: list[str]) -> list[str]:
    """Tools that are neither spoor nor a yardstick of ours, as far as there is a result."""
    others = [tool for tool in tools if tool not in OURS and BY_NAME[tool].metrics is None]
    return [tool for tool in others if results.measured(tool)]


@dataclass(frozen=True)
class Goal:
    text: str
    tool: str
    value: Callable[[Results, str], float | None]
    limit: float
    unit: str

    def line(self, results: Results) -> str:
        value = self.value(results, self.tool)
        if value is None:
            return f"- {self.tool}: {self.text}: not measured"
        verdict = "met" if value <= self.limit else "**missed**"
        return f"- {self.tool}: {self.text}: {_figure(value)}{self.unit}: {verdict}"


def _share_of_reference(results: Results, tool: str) -> float | None:
    return results.ratio(tool, REFERENCE, "open")


def _median(metric: str) -> Callable[[Results, str], float | None]:
    return lambda results, tool: results.median(tool, metric)


def _open_time(results: Results, tool: str) -> float | None:
    return median(results.times(tool, "openNs")) if results.measured(tool) else None


def _worst_loss(results: Results, tool: str) -> float | None:
    # Counted twice would be below 0, and as wrong.
    return max(map(abs, results.values(tool, "lost")), default=None)


def targets(results: Results) -> str:
    """What spoor set out to reach, and whether it did."""
    goals = [
        goal
        for tool in OURS
        for goal in (
            Goal("streamed open at most 0.05 of opensnoop's", tool, _share_of_reference, 0.05, ""),
            Goal("an open and its close at most +500 ns", tool, _median("open"), 500, " ns"),
            Goal("400,000 of them a second: 2,500 ns", tool, _open_time, 2500, " ns"),
            Goal("uninteresting call at most +60 ns", tool, _median("getppid"), 60, " ns"),
            Goal("terminal write at most +400 ns", tool, _median("write"), 400, " ns"),
            Goal("a child's life at most +3 %", tool, _median("cycle"), 3, " %"),
            Goal("nothing lost in any round", tool, _worst_loss, 0, " %"),
            Goal("first event in 120 ms", tool, _median("start"), 120, " ms"),
            Goal("peak RSS under 40 MB at 100,000 paths", tool, _median("paths"), 40, " MB"),
        )
    ]
    goals.append(Goal("100 ns of CPU an event", "spoor-record", _median("cpu"), 0.1, " s a million"))
    return "\n".join(["Targets:", "", *(goal.line(results) for goal in goals)])


def commands(tools: list[str]) -> str:
    """What was run; the pid is the workload's."""
    return "\n".join(["```", *(BY_NAME[tool].shown() for tool in tools), "```"])
