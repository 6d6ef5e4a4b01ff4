# SPDX-License-Identifier: Apache-2.0
"""A kernel that was fetched: its image, and the modules that its guest begins with."""

import dataclasses
import lzma
import os
import pathlib
import shutil
import subprocess
import tempfile

from architecture import Architecture
from archive import Archive, Release
from failure import Failure

# For the shared root and its layer; a kernel has some of them built in.
NEEDED = ("virtio_pci", "virtio_rng", "virtiofs", "overlay")


@dataclasses.dataclass(frozen=True)
class Kernel:
    # As `uname -r` prints it.
    release: str
    folder: pathlib.Path
    architecture: Architecture

    @property
    def image(self) -> pathlib.Path:
        return self.folder / "vmlinuz"

    @property
    def modules(self) -> pathlib.Path:
        """Named so that one comes before those that need it."""
        return self.folder / "modules"


def fetch(archive: Archive, release: Release, cache: pathlib.Path) -> Kernel:
    """The kernel from the cache, or from Debian; half a download is none."""
    kernel = Kernel(release.name, cache / release.name, archive.architecture)
    if kernel.image.exists():
        return kernel
    with tempfile.TemporaryDirectory(dir=cache, prefix=".new.") as name:
        new = pathlib.Path(name)
        tree = new / "tree"
        archive.unpack(release.suite, release.packages, tree)
        result = new / "kernel"
        take(tree, release.name, result)
        shutil.rmtree(kernel.folder, ignore_errors=True)
        result.rename(kernel.folder)
    return kernel


def take(tree: pathlib.Path, release: str, result: pathlib.Path) -> None:
    """What a guest needs of the packages' files."""
    # Since Debian 13 modules are below /usr; for depmod and modprobe that is /lib all the same.
    library = tree / "lib"
    if not library.exists():
        library.symlink_to("usr/lib")
    folder = library / "modules" / release
    places = (tree / "boot" / f"vmlinuz-{release}", folder / "vmlinuz")
    image = next((place for place in places if place.exists()), None)
    if image is None:
        raise Failure(f"Debian's packages of {release} have no vmlinuz; tell who maintains spoor")
    (result / "modules").mkdir(parents=True)
    shutil.copyfile(image, result / "vmlinuz")
    subprocess.run(
        ["depmod", "--basedir", tree, release], stderr=subprocess.DEVNULL, check=True
    )
    for number, path in enumerate(in_order(tree, release)):
        name = path.name.removesuffix(".xz")
        data = path.read_bytes()
        if path.suffix == ".xz":
            data = lzma.decompress(data)
        (result / "modules" / f"{number:02}-{name}").write_bytes(data)


def in_order(tree: pathlib.Path, release: str) -> list[pathlib.Path]:
    """The needed modules with all that they depend on, each once."""
    found: dict[pathlib.Path, None] = {}
    for module in NEEDED:
        listed = subprocess.run(
            ["modprobe", "--dirname", tree, "--set-version", release, "--show-depends", module],
            capture_output=True,
            text=True,
            # No module of the kernel: built in, or the guest says what it cannot mount. The list
            # of those is in another package from Linux 7 on.
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
        for line in listed.stdout.splitlines():
            kind, _, path = line.partition(" ")
            if kind == "insmod":
                found[pathlib.Path(path.strip())] = None
    return list(found)
