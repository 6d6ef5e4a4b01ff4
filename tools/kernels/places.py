# SPDX-License-Identifier: Apache-2.0
"""Where a path leads: the names that the kernel side told, put together as
Sources/Attribution/PathAssembly.swift does, which only a Swift for the machine can run."""

import collections
import re

from equality import Told, differences, of_kind

# enum spoor_place_status and spoor_path_status.
WHOLE, TRUNCATED, BELOW, LEFT = 1, 2, 3, 4
PATH_WHOLE, PATH_TRUNCATED = 0, 1


def components(place: dict) -> list[str]:
    """From the root down."""
    return [name for name in reversed(place["names"].split("\0")) if name]


def join(names: list[str], is_deleted: bool = False) -> str:
    return "/" + "/".join(names) + (" (deleted)" if is_deleted else "")


def place_path(place: dict, base: dict) -> str | None:
    if place["status"] == WHOLE:
        return join(components(place), place["deleted"] > 0)
    if place["status"] == BELOW:
        deleted = (place if place["names"] else base)["deleted"]
        return join(components(base) + components(place), deleted > 0)
    return None


def walked(base: dict, climb: int, path: str) -> str:
    """The place, and a path from there; ".." at its start is the place's parent."""
    above, deleted = components(base), base["deleted"]
    climb = min(climb, len(above))
    below = [name for name in path.split("/") if name not in ("", ".")]
    while below and below[0] == "..":
        below.pop(0)
        if climb:
            climb -= 1
            deleted -= 1
            above.pop()
    start = join(above, deleted > 0)
    if not below:
        return start
    return (start if above else "") + join(below)


def resolution(one: dict) -> tuple[str | None, str, str | None]:
    """The absolute path, how far that is known, and the path of what was opened."""
    base, end = one["base"], place_path(one["end"], one["base"])
    absolute, word = None, "unresolved"
    if PATH_TRUNCATED == one["status"] or (one["status"], base["status"]) == (
        PATH_WHOLE,
        TRUNCATED,
    ):
        word = "truncated"
    elif (one["status"], base["status"]) == (PATH_WHOLE, WHOLE):
        absolute = walked(base, one["climb"], one["path"])
    elif (one["status"], base["status"]) == (PATH_WHOLE, LEFT):
        absolute = end
        word = "truncated" if one["end"]["status"] == TRUNCATED else word
    return absolute, "resolved" if absolute else word, end if end != absolute else None


def as_given(one: dict) -> dict:
    """An exec as the lookup that it is: of the file that was named, which a script's interpreter is
    not, and by the text that the call was given behind a descriptor."""
    end = {"status": 0, "deleted": 0, "names": ""} if one["script"] else one["end"]
    path = one["path"]
    if one["operation"] == "execveat":
        path = re.sub(r"\A/dev/fd/[^/]*/", "", path)
    return {**one, "end": end, "path": path}


def resolved(truth: dict, told: Told) -> list[str]:
    """Every call that the truth names, and the executable of each process that it does."""
    wanted = collections.Counter(
        (
            *(row["pid"], row["operation"], row["path"], row["errno"]),
            *(row["absolutePath"], row["resolution"], row["openedPath"]),
        )
        for row in truth["paths"]
    )
    calls = {key[:3] for key in wanted}
    made = [as_given(one) if one["kind"] == "exec" else one for one in told]
    found = collections.Counter(
        (one["pid"], one["operation"], one["path"], one["errno"], *resolution(one))
        for one in of_kind(made, "lookup", "exec")
        if (one["pid"], one["operation"], one["path"]) in calls
    )
    executables = {
        one["pid"]: place_path(one["end"], one["base"]) for one in of_kind(told, "exec")
    }
    return [
        *differences("path", wanted, found),
        *(
            f"executable: truth {row['exe']}, told {executables.get(row['pid'])}"
            for row in truth["executables"]
            if executables.get(row["pid"]) != row["exe"]
        ),
    ]
