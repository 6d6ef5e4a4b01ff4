# SPDX-License-Identifier: Apache-2.0
"""What must hold after a soak: pure functions of what was measured."""

import collections
import dataclasses
import statistics

# Of what spoor has in memory: an allocator keeps a page here and there. In an hour that is a leak
# of 900 bytes a second.
RSS_BYTES = 1 << 20
# Pages of the recording that SQLite keeps in memory at most: cache_size in RecordingOpening.swift.
CACHE_BYTES = 2 << 20
# How the recording says that io_uring is not seen: AttachPlan.swift.
RING_UNSEEN = "Lookups and terminal writes by io_uring are not counted"
# Of the size: what is left in the pages that are being filled, and tables that have just begun one.
SIZE_SHARE, SIZE_BYTES = 0.1, 64 << 10


@dataclasses.dataclass(frozen=True)
class Check:
    name: str
    is_fine: bool
    found: str
    wanted: str


@dataclasses.dataclass(frozen=True)
class Size:
    """The recording at some time, as a reader of that time sees it."""

    intervals: int
    size: int
    rows: int


def conservation(loss: dict) -> Check:
    """Of all events, and of each kind: observed = delivered + dropped."""
    broken = [
        kind
        for kind, records in [("all", loss), *loss["byKind"].items()]
        if records["observed"] != records["delivered"] + sum(records["dropped"].values())
    ]
    dropped = sum(loss["dropped"].values())
    found = f"{loss['observed']:,} = {loss['delivered']:,} + {dropped:,}"
    return Check(
        "conservation",
        not broken,
        found + (f"; not of {', '.join(broken)}" if broken else ""),
        "observed = delivered + dropped, of each kind",
    )


def completeness(loss: dict) -> Check:
    notes = [name for name, count in loss["notes"].items() if count > 0]
    found = "complete" if loss["complete"] else f"incomplete ({', '.join(notes) or 'lost'})"
    return Check("nothing lost", loss["complete"], found, "complete: the load is a small one")


def difference(truth: dict, found: dict) -> str:
    """The first place where they differ; empty where they do not."""
    for key, count in truth.items():
        if found.get(key, 0) != count:
            return f"{key}: {found.get(key, 0)}, not {count}"
    return ""


def equality(name: str, truth: dict, found: dict, what: str) -> Check:
    wrong = difference(truth, found)
    total = sum(truth.values())
    return Check(name, not wrong, wrong or f"{total:,} {what}", f"{total:,} {what}, one by one")


def lookups(truth: dict, report: dict) -> Check:
    """The load's own, by path and outcome."""
    found: collections.Counter[tuple[str, bool]] = collections.Counter()
    for row in report["paths"]:
        if row["pid"] == truth["pid"]:
            found[row["path"], False] += row["failed"]
            found[row["path"], True] += row["count"] - row["failed"]
    wanted = {(row["path"], row["isFound"]): row["count"] for row in truth["lookups"]}
    return equality("lookups", wanted, found, "lookups")


def ring_lookups(truth: dict, report: dict) -> Check:
    """Those of all runs of the program that uses io_uring, by path, operation and outcome.

    Where the kernel does not show them, the recording has to say so.
    """
    if any(sentence.startswith(RING_UNSEEN) for sentence in report["recording"]["unseen"]):
        return Check("io_uring", True, "unseen on this kernel, and said to be", "")
    wanted: collections.Counter[tuple[str, str, bool]] = collections.Counter()
    pids = set()
    for ring in truth["rings"]:
        # A path that cannot be read shows as ''.
        for row in ring["lookups"] + ring["unreadable"]:
            pids.add(row["pid"])
            path = row["path"] or ""
            wanted[path, row["operation"], False] += row["failed"]
            wanted[path, row["operation"], True] += row["count"] - row["failed"]
    # Another process may have had the number of one of them.
    own = {
        (process["pid"], process["startTimeNs"])
        for process in report["processes"]
        if process["pid"] in pids and process["exe"].endswith("/uring")
    }
    found: collections.Counter[tuple[str, str, bool]] = collections.Counter()
    for row in report["paths"]:
        if (row["pid"], row["startTimeNs"]) in own:
            found[row["path"], row["operation"], False] += row["failed"]
            found[row["path"], row["operation"], True] += row["count"] - row["failed"]
    return equality("io_uring", wanted, found, "lookups")


def writes(truth: dict, report: dict) -> Check:
    found: collections.Counter[str] = collections.Counter()
    for row in report["ttys"]:
        if row["pid"] == truth["pid"]:
            found[row["direction"]] += row["bytes"]
            found[row["direction"] + "Writes"] += row["writes"]
    sides = {name: truth["written"][name] for name in ("output", "input")}
    check = equality("terminal bytes", sides, found, "bytes")
    calls = {name + "Writes": truth["written"][name + "Writes"] for name in sides}
    wrong = difference(calls, found)
    return dataclasses.replace(check, is_fine=False, found=wrong) if wrong else check


def children(truth: dict, report: dict) -> Check:
    """All were reaped, though late."""
    own = next(row for row in report["processes"] if row["pid"] == truth["pid"])["children"]
    wanted = {"spawned": truth["spawned"], "reaped": truth["spawned"], "zombies": 0, "alive": 0}
    wrong = difference(wanted, own)
    found = wrong or f"{own['spawned']:,} started and reaped, {own['zombiesPeak']} zombies at once"
    return Check("children", not wrong, found, f"{truth['spawned']:,} started and reaped")


def memory(resident: list[int], first: Size, second: Size, last: Size) -> Check:
    """By interval: the median of the last third against that of the second.

    The first third is warm-up, in which tables become as large as the load wants them. What SQLite
    keeps of the file still grows with the file then, and is taken off; medians are of the middle of
    a third, and sizes of its ends.
    """

    def cached(start: Size, end: Size) -> float:
        return min((start.size + end.size) / 2, CACHE_BYTES)

    third = len(resident) // 3
    before = statistics.median(resident[third : 2 * third])
    after = statistics.median(resident[2 * third :])
    cache = cached(second, last) - cached(first, second)
    return Check(
        "memory",
        after - before - cache <= RSS_BYTES,
        f"{mega(before)}, then {mega(after)}: {kilo(after - before)}, {kilo(cache)} by the file",
        f"at most {kilo(RSS_BYTES)} in the last third beside what SQLite keeps of the file",
    )


def size(first: Size, second: Size, last: Size) -> Check:
    """The load does the same in each interval, so each adds as much to the file."""
    each = (second.size - first.size) / (second.intervals - first.intervals)
    predicted = second.size + each * (last.intervals - second.intervals)
    room = max(predicted * SIZE_SHARE, SIZE_BYTES)
    rows = (last.rows - first.rows) / (last.intervals - first.intervals)
    return Check(
        "file size",
        abs(last.size - predicted) <= room,
        f"{mega(last.size)}, {rows:.0f} rows an interval, {mega(each * 3600)} an hour",
        f"{mega(predicted)}, give or take {mega(room)}",
    )


def rows(most: int, truth: dict) -> Check:
    """No interval has more rows of lookups than the load has paths and outcomes."""
    wanted = truth["lookupRows"]
    return Check("rows", 0 < most <= wanted, f"{most} of the load at most", f"{wanted} at most")


def attached(held: set[str], left: set[str]) -> Check:
    found = ", ".join(sorted(left)) or f"none of the {len(held)} that it had"
    return Check("left attached", bool(held) and not left, found, "no program, map or link")


def mega(size: float) -> str:
    return f"{size / 1e6:.1f} MB"


def kilo(size: float) -> str:
    return f"{size / 1e3:+,.0f} KB"
