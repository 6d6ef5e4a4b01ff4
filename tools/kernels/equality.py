# SPDX-License-Identifier: Apache-2.0
"""What a program says of itself, and what spoor's eBPF programs told of it: equal, not nearly.

Both are what their JSON says. Of what was told (told.h) an object is a record of the ring, or an
entry of a map.
"""

import collections

Told = list[dict]
# Exact figures of the kernel side, of which none may be missing in a whole recording.
LOSSES = (
    *("dropped", "lookupCountsMissed", "ttyCountsMissed", "processStatesMissed", "tasksMissed"),
    *("ringMissed", "ttyInputsMissed"),
)
PTS_MAJOR = 136
SLAVES = ("slaveNeverOpened", "slaveOpen", "slaveClosed")


def differences(what: str, truth: collections.Counter, told: collections.Counter) -> list[str]:
    """A sentence for each count that is not the same; one where there is nothing to compare."""
    if not truth:
        return [f"{what}: the program says nothing of them"]
    return [
        f"{what} {' '.join(map(str, key))}: truth {truth[key]}, told {told[key]}"
        for key in sorted({*truth, *told}, key=str)
        if truth[key] != told[key]
    ]


def of_kind(told: Told, *kinds: str) -> Told:
    return [one for one in told if one["kind"] in kinds]


def lookups(truth: dict, told: Told, folder: str) -> list[str]:
    """By process, operation, path and error: those below the folder and those of the truth."""
    wanted: collections.Counter = collections.Counter()
    for section in ("lookups", "truncated", "unreadable"):
        for row in truth.get(section, []):
            wanted[row["pid"], row["operation"], row["path"] or "", row["errno"]] += row["count"]
    found: collections.Counter = collections.Counter()
    for one in of_kind(told, "lookup", "exec"):
        key = one["pid"], one["operation"], one["path"], one["errno"]
        if one["operation"] and (one["path"].startswith(f"{folder}/") or key in wanted):
            found[key] += 1
    return differences("lookups", wanted, found)


def terminal_writes(truth: dict, told: Told) -> list[str]:
    """Bytes, calls and failures by process, terminal and direction.

    Where two terminals share a name, each has a row in the truth's `twins` instead.
    """
    twin = "pts/0" if "twins" in truth else None
    wanted: collections.Counter = collections.Counter()
    for row in truth["ttys"]:
        for what in ("bytes", "writes", "failed"):
            wanted[row["pid"], row["tty"], row["direction"], what] += row[what]
    found: collections.Counter = collections.Counter()
    twins: collections.Counter = collections.Counter()
    for one in of_kind(told, "write"):
        major, minor = one["major"], one["minor"]
        name = f"pts/{minor}" if major == PTS_MAJOR else f"{major}:{minor}"
        if name == twin and one["pid"] == truth["pid"]:
            twins[one["instance"], one["direction"]] += one["bytes"]
            continue
        for what in ("bytes", "writes", "failed"):
            found[one["pid"], name, one["direction"], what] += one[what]
    issues = differences("terminal", wanted, found)
    expected = sorted((each["output"], each["input"]) for each in truth.get("twins", []))
    apart = sorted(
        (twins[instance, "output"], twins[instance, "input"])
        for instance in {instance for instance, _ in twins}
    )
    return issues if apart == expected else [*issues, f"twins: truth {expected}, told {apart}"]


def resizes(truth: dict, told: Told) -> list[str]:
    wanted = collections.Counter({(row["pid"],): row["count"] for row in truth["resizes"]})
    return differences(
        "resizes", wanted, collections.Counter((one["pid"],) for one in of_kind(told, "resize"))
    )


def undecoded(truth: dict, told: Told) -> list[str]:
    count = of_kind(told, "loss")[0]["compatCalls"]
    wanted = truth["undecoded"]
    return [] if count == wanted else [f"calls of 32 bits: truth {wanted}, told {count}"]


def first_walks(told: Told, kind: str) -> Told:
    """A table that threads share is walked by each where their leader has ended: once is enough."""
    walkers: dict[tuple[int, str], int] = {}
    return [
        one
        for one in of_kind(told, kind)
        if walkers.setdefault((one["pid"], one["table"]), one["tid"]) == one["tid"]
    ]


def descriptors(truth: dict, told: Told) -> list[str]:
    """By process and class; of a program that says so, its masters by the state of their slaves."""
    wanted: collections.Counter = collections.Counter()
    found: collections.Counter = collections.Counter()
    pids = {row["pid"] for row in truth["processes"]}
    told = [one for one in told if one["pid"] in pids]
    for row in truth["processes"]:
        for name, count in row.get("descriptors", row.get("ptyMasters", {})).items():
            wanted[row["pid"], name] = count
    if "limit" in truth:
        for one in first_walks(told, "table"):
            found.update({(one["pid"], name): count for name, count in one["descriptors"].items()})
        # The most that any table of the process has on one path, which each part tells so far.
        own = [one for one in first_walks(told, "table") if one["pid"] == truth["pid"]]
        wanted["limit",], wanted["repeated",] = truth["limit"], truth["repeated"]
        found["limit",] = max((one["limit"] for one in own), default=0)
        found["repeated",] = max((one["repeated"] for one in own), default=0)
    else:
        masters: dict[tuple[int, str], int] = {}
        for one in first_walks(told, "master"):
            found[one["pid"], "descriptors"] += 1
            masters[one["pid"], one["file"]] = one["slave"]
        for (pid, _), slave in masters.items():
            found[pid, "masters"] += 1
            found[pid, SLAVES[slave]] += 1
    return differences("descriptors", wanted, found)


def counters(told: Told) -> list[str]:
    """The maps that survive a full ring say what the records say, and nothing is missing."""
    issues = []
    of_records: collections.Counter = collections.Counter()
    of_maps: collections.Counter = collections.Counter()
    for one in of_kind(told, "lookup", "exec"):
        if one["operation"]:
            of_records[one["pid"], one["operation"], "count"] += 1
            of_records[one["pid"], one["operation"], "failed"] += one["errno"] is not None
    for one in of_kind(told, "lookupCount"):
        for what in ("count", "failed"):
            of_maps[one["pid"], one["operation"], what] += one[what]
    for one in of_kind(told, "write"):
        add_write(of_records, one)
    for one in of_kind(told, "writeCount"):
        add_write(of_maps, one)
    if of_records != of_maps:
        issues += differences("counter", of_maps, of_records)
    loss = of_kind(told, "loss")[0]
    if loss["observed"] != loss["delivered"] or any(loss[name] for name in LOSSES):
        issues.append(f"lost: {loss}")
    return issues


def add_write(counter: collections.Counter, one: dict) -> None:
    for what in ("bytes", "writes", "failed"):
        where = one["instance"], one["major"], one["minor"], one["direction"]
        counter[one["pid"], *where, what] += one[what]
