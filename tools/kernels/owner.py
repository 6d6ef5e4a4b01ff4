# SPDX-License-Identifier: Apache-2.0
"""Root fetches kernels into the cache folder of whoever called sudo: they are to be his."""

import collections.abc
import contextlib
import os
import pathlib


@contextlib.contextmanager
def given_back(cache: pathlib.Path) -> collections.abc.Iterator[None]:
    """What is made on the way to the cache and in it gets the owner of the folder around that."""
    # ~/.cache: what is below it may be root's from before.
    around = cache.parent.parent
    while not around.exists():
        around = around.parent
    try:
        yield
    finally:
        owner = around.stat()
        if os.geteuid() == 0 and owner.st_uid != 0:
            for path in roots(around, cache):
                os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def roots(around: pathlib.Path, cache: pathlib.Path, root: int = 0) -> list[pathlib.Path]:
    """All between the two and in the cache that is root's; links are not followed."""
    above = [path for path in (cache, *cache.parents) if around in path.parents]
    paths = [*above, *(pathlib.Path(folder, name) for folder, name in entries(cache))]
    return [path for path in paths if os.path.lexists(path) and path.lstat().st_uid == root]


def entries(cache: pathlib.Path) -> collections.abc.Iterator[tuple[str, str]]:
    for folder, folders, files in os.walk(cache):
        for name in (*folders, *files):
            yield folder, name
