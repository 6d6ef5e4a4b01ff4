# SPDX-License-Identifier: Apache-2.0
"""Debian's kernels: which there are by series, and their packages, without the system's apt lists."""

import dataclasses
import pathlib
import re
import subprocess
import tempfile
import time

from architecture import AMD64, Architecture
from failure import Failure

MIRROR = "http://deb.debian.org/debian"
KEYRING = pathlib.Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# The first that has a series gives it: a release's own kernel rather than a backport.
SUITES = ("bullseye", "bookworm", "trixie", "trixie-backports", "sid")
# From Linux 7.2 on the image's package is empty, and these two have what it had.
KINDS = ("image", "binary", "modules")
NAME = r"linux-(?P<kind>{kinds})-(?P<release>(?P<series>\d+\.\d+)[0-9.+a-z-]*-{flavour})"


@dataclasses.dataclass(frozen=True)
class Release:
    """A kernel that a suite has."""

    suite: str
    series: str
    # As `uname -r` prints it.
    name: str
    packages: tuple[str, ...]


def releases(
    suite: str, names: list[str], architecture: Architecture = AMD64
) -> list[Release]:
    """The suite's kernels by the names of all its packages, the oldest first."""
    pattern = re.compile(NAME.format(kinds="|".join(KINDS), flavour=architecture.flavour))
    found: dict[str, list[str]] = {}
    series = {}
    for name in names:
        if match := pattern.fullmatch(name):
            found.setdefault(match["release"], []).append(name)
            series[match["release"]] = match["series"]
    return [
        Release(suite, series[name], name, tuple(sorted(packages)))
        for name, packages in sorted(found.items(), key=lambda item: order(item[0]))
    ]


def order(text: str) -> list[int]:
    """6.9 comes before 6.12."""
    return [int(number) for number in re.findall(r"\d+", text)]


def choose(series: str, available: list[list[Release]]) -> Release:
    """The newest release of a series (`newest` is the newest there is), of the first suite with one."""
    if series == "newest":
        return max((one for suite in available for one in suite), key=lambda one: order(one.name))
    for suite in available:
        if fitting := [one for one in suite if one.series == series]:
            return fitting[-1]
    known = sorted({one.series for suite in available for one in suite}, key=order)
    raise Failure(f"Debian has no kernel {series} (any more); it has {', '.join(known)}, and newest")


class Archive:
    """Package lists of its own in a folder of the cache."""

    def __init__(
        self,
        folder: pathlib.Path,
        architecture: Architecture = AMD64,
        suites: tuple[str, ...] = SUITES,
    ) -> None:
        self.folder = folder
        self.architecture = architecture
        self.suites = suites
        if not KEYRING.exists():
            raise Failure(f"there is no {KEYRING}; install debian-archive-keyring")

    def releases(self) -> list[list[Release]]:
        """By suite, as of the last update; names are kept, since apt takes seconds for them."""
        return [
            releases(suite, (self.folder / suite / "names").read_text().split(), self.architecture)
            for suite in self.suites
        ]

    def older(self, seconds: float) -> list[str]:
        """The suites without a list, or with one of longer ago."""
        names = {suite: self.folder / suite / "names" for suite in self.suites}
        limit = time.time() - seconds
        return [
            suite
            for suite, path in names.items()
            if not path.exists() or path.stat().st_mtime < limit
        ]

    def update(self, suites: list[str]) -> None:
        for suite in suites:
            self._apt(suite, "apt-get", "--error-on=any", "update")
            names = self._apt(suite, "apt-cache", "pkgnames", "linux-")
            (self.folder / suite / "names").write_text(names)

    def unpack(self, suite: str, packages: tuple[str, ...], target: pathlib.Path) -> None:
        """What is in packages of a suite, below a folder; nothing is installed."""
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".deb.") as name:
            files = pathlib.Path(name)
            self._apt(suite, "apt-get", "download", *packages, cwd=files)
            for package in sorted(files.glob("*.deb")):
                subprocess.run(["dpkg-deb", "--extract", package, target], check=True)

    def _apt(self, suite: str, command: str, *words: str, cwd: pathlib.Path | None = None) -> str:
        folder = self.folder / suite
        for name in ("lists/partial", "cache/archives/partial"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "status").touch()
        (folder / "sources.list").write_text(
            f"deb [arch={self.architecture.debian} signed-by={KEYRING}] {MIRROR} {suite} main\n"
        )
        options = {
            "APT::Architecture": self.architecture.debian,
            "Dir::Etc::SourceList": folder / "sources.list",
            "Dir::Etc::SourceParts": "/dev/null",
            "Dir::Etc::Preferences": "/dev/null",
            "Dir::Etc::PreferencesParts": "/dev/null",
            "Dir::State::Lists": folder / "lists",
            "Dir::State::status": folder / "status",
            "Dir::Cache": folder / "cache",
            "Acquire::Languages": "none",
            # The lists are its user's, whom apt's own may not be able to read.
            "APT::Sandbox::User": "root",
            "Acquire::Retries": "2",
        }
        given = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        done = subprocess.run(
            [command, *given, *words], cwd=cwd, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise Failure(
                f"{command} of Debian's {suite} failed ({' '.join(last)}); it needs {MIRROR}"
            )
        return done.stdout
