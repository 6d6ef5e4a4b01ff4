# SPDX-License-Identifier: Apache-2.0
"""Debian's kernels: which there are by series, and their packages, without the system's apt lists."""

import dataclasses
import pathlib
import re
import subprocess

from failure import Failure

MIRROR = "http://deb.debian.org/debian"
KEYRING = pathlib.Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# The first that has a series gives it: a release's own kernel rather than a backport.
SUITES = ("bullseye", "bookworm", "trixie", "trixie-backports", "sid")
# From Linux 7.2 on the image's package is empty, and these two have what it had.
KINDS = ("image", "binary", "modules")
FLAVOUR = "cloud-amd64"
NAME = re.compile(
    rf"linux-(?P<kind>{'|'.join(KINDS)})-(?P<release>(?P<series>\d+\.\d+)[0-9.+a-z-]*-{FLAVOUR})"
)


@dataclasses.dataclass(frozen=True)
class Release:
    """A kernel that a suite has."""

    suite: str
    series: str
    # As `uname -r` prints it.
    name: str
    packages: tuple[str, ...]


def releases(suite: str, names: list[str]) -> list[Release]:
    """The suite's kernels by the names of all its packages, the oldest first."""
    found: dict[str, list[str]] = {}
    series = {}
    for name in names:
        if match := NAME.fullmatch(name):
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

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        if not KEYRING.exists():
            raise Failure(f"there is no {KEYRING}; install debian-archive-keyring")

    def releases(self) -> list[list[Release]]:
        """By suite, as of the last update; names are kept, since apt takes seconds for them."""
        return [
            releases(suite, (self.folder / suite / "names").read_text().split())
            for suite in SUITES
        ]

    def update(self) -> None:
        for suite in SUITES:
            self._apt(suite, "apt-get", "--error-on=any", "update")
            names = self._apt(suite, "apt-cache", "pkgnames", "linux-")
            (self.folder / suite / "names").write_text(names)

    def download(self, release: Release, target: pathlib.Path) -> list[pathlib.Path]:
        """The files of its packages."""
        self._apt(release.suite, "apt-get", "download", *release.packages, cwd=target)
        return sorted(target.glob("*.deb"))

    def _apt(self, suite: str, command: str, *words: str, cwd: pathlib.Path | None = None) -> str:
        folder = self.folder / suite
        for name in ("lists/partial", "cache/archives/partial"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "status").touch()
        (folder / "sources.list").write_text(
            f"deb [arch=amd64 signed-by={KEYRING}] {MIRROR} {suite} main\n"
        )
        options = {
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
