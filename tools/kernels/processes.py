# SPDX-License-Identifier: Apache-2.0
"""How processes ended, and who reaped them: what a program says of its own, and what was told."""

import collections
import itertools
import os

from equality import Told, differences, of_kind

CORE_DUMPED = 0x80


def ended(status: int) -> tuple[int | None, int | None, bool]:
    """Code, signal, and whether it left a core."""
    if os.WIFEXITED(status):
        return os.WEXITSTATUS(status), None, False
    return None, os.WTERMSIG(status), bool(status & CORE_DUMPED)


def lives(told: Told) -> list[dict]:
    """One for each process: its fork, its exit and its release. An id can be used again."""
    found: dict[tuple[int, int], dict] = {}
    for one in of_kind(told, "fork", "exit", "release"):
        found.setdefault((one["pid"], one["start"]), {"pid": one["pid"]})[one["kind"]] = one
    return list(found.values())


def spawner_of(life: dict) -> int | None:
    return life.get("fork", {}).get("spawner")


def children(truth: dict, told: Told) -> list[str]:
    """How each child ended, whether its parent reaped it, and who lived on."""
    own = [one for one in lives(told) if spawner_of(one) == truth["pid"]]
    by_pid = {one["pid"]: one for one in own}
    wanted = collections.Counter({("spawned",): truth["children"]["spawned"]})
    found = collections.Counter({("spawned",): len(own)})
    for row in truth["exits"]:
        wanted[row["pid"], row["code"], row["signal"], row["reaped"]] += 1
        child = by_pid.get(row["pid"], {})
        if "exit" in child:
            code, signal, _ = ended(child["exit"]["status"])
            reaped = child.get("release", {}).get("reaper") == truth["pid"]
            found[row["pid"], code, signal, reaped] += 1
    # What came before the end of the program itself.
    present = itertools.takewhile(lambda one: not is_end(one, truth["pid"]), told)
    gone = {one["pid"] for one in of_kind(list(present), "exit")}
    for pid in truth["survivors"]:
        wanted[pid, "survives"] += 1
    for pid in by_pid.keys() - gone:
        found[pid, "survives"] += 1
    return differences("child", wanted, found)


def is_end(one: dict, pid: int) -> bool:
    return one["kind"] == "exit" and one["pid"] == pid


def exits(truth: dict, told: Told) -> list[str]:
    """Of processes with a role of their own: who forked them, and how they ended."""
    rows = truth.get("processes") or [{"pid": truth["pid"], "exit": truth["exit"]}]
    issues = []
    for row in rows:
        same = [one for one in lives(told) if one["pid"] == row["pid"] and "exit" in one]
        found = [(ended(one["exit"]["status"])[:2], spawner_of(one)) for one in same]
        exit_ = row["exit"]["code"], row["exit"]["signal"]
        spawner = row.get("spawnerPid") or (found[0][1] if found else None)
        if found != [(exit_, spawner)]:
            issues.append(f"process {row['pid']}: truth {exit_} of {spawner}, told {found}")
    return issues


def reapings(truth: dict, told: Told) -> list[str]:
    """Every process once, with who forked, traced and reaped it."""
    found = lives(told)
    issues = []
    for row in truth["reapings"]:
        wanted = reaping_wanted(row)
        same = [one for one in found if one["pid"] == row["pid"] and reaping(one)[:3] == wanted[:3]]
        if len(same) != 1:
            issues.append(f"{row['class']}: {len(same)} processes {row['pid']} end so")
            continue
        # What its mother leaves to init is gone by now, or is not.
        count = len(wanted) - (not row["reaped"] and row["reapedBy"] in ("init", None))
        if reaping(same[0])[:count] != wanted[:count]:
            issues.append(f"{row['class']}: truth {wanted}, told {reaping(same[0])}")
    if len(found) != len(truth["reapings"]) + 1:
        issues.append(f"processes: truth {len(truth['reapings']) + 1}, told {len(found)}")
    return issues


def reaping_wanted(row: dict) -> tuple:
    return (
        *(row["code"], row["signal"], row["dumpedCore"]),
        *(row["namespacePid"], row["spawnerPid"], row["tracerPid"], row["reaperPid"]),
    )


def reaping(life: dict) -> tuple:
    """The same of what was told; the kernel reaps what nobody wants to hear of."""
    if not {"fork", "exit"} <= life.keys():
        return (None,) * 7
    end, fork = life["exit"], life["fork"]
    reaper = None if end["autoreaped"] else life.get("release", {}).get("reaper") or None
    return (
        *ended(end["status"]),
        *(fork["namespacePid"], fork["spawner"], end["tracer"] or None, reaper),
    )
