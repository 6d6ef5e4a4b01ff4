# SPDX-License-Identifier: Apache-2.0
"""What a guest of another architecture than this machine's runs: unpacked packages, and programs
that are compiled here."""

import pathlib
import subprocess
import tempfile

from archive import Archive
from failure import Failure

# That of the libbpf which spoor is built with on Debian 12.
SUITE = "bookworm"
PACKAGES = (
    *("busybox-static", "libc6", "libc6-dev", "linux-libc-dev", "libgcc-12-dev", "libgcc-s1"),
    *("libbpf1", "libbpf-dev", "libelf1", "libelf-dev", "zlib1g", "zlib1g-dev"),
)
TARGET = "aarch64-linux-gnu"
WARNINGS = ("-Wall", "-Wextra", "-Werror", "-std=gnu11")


def fetch_root(archive: Archive, cache: pathlib.Path) -> pathlib.Path:
    """A root file system with a shell and a C library, and all that compiling for it takes."""
    root = cache / "root"
    if root.exists():
        return root
    with tempfile.TemporaryDirectory(dir=cache, prefix=".new.") as name:
        tree = pathlib.Path(name) / "root"
        archive.unpack(SUITE, PACKAGES, tree)
        tree.rename(root)
    return root


class Compiler:
    """A clang, for programs of that root."""

    def __init__(self, clang: pathlib.Path, root: pathlib.Path, sources: pathlib.Path) -> None:
        self.clang = clang
        self.sources = sources
        self.words = [clang, f"--target={TARGET}", f"--sysroot={root}", "-O1", "-g", *WARNINGS]
        self.abi = sources / "Sources/CSpoorABI/include"
        folders = (self.abi, sources / "Sources/CLinux", sources / "Tests/Conformance")
        self.includes = [word for folder in folders for word in ("-I", folder)]

    def compile(self, programs: list[str], folder: pathlib.Path) -> None:
        """spoor's eBPF object, what loads it, and programs that know their own counts."""
        bare = self.sources / "tools/kernels/bare"
        conformance = self.sources / "Tests/Conformance"
        self._object(folder)
        # The numbers of the table are those of this architecture's own headers.
        numbers = conformance / "syscall_numbers_arm64.c"
        self._run(*self.words, *self.includes, "-fsyntax-only", numbers)
        names = self.abi.parent / "spoor_abi.c"
        libraries = ("-lbpf", "-lelf", "-lz")
        self._link(bare / "tracer.c", folder / "tracer", names, *self.includes, *libraries)
        for name in programs:
            if (bare / f"{name}.c").exists():
                self._thirty_two(bare / f"{name}.c", folder / name)
            else:
                self._link(conformance / f"{name}.c", folder / name)

    def _object(self, folder: pathlib.Path) -> None:
        script = self.sources / "tools/CompileBPF/compile-bpf.sh"
        words = ["sh", script, self.clang, self.sources / "bpf", self.abi, folder / "object"]
        self._run("env", "SPOOR_BPF_ARCH=aarch64", *words)

    def _link(self, source: pathlib.Path, program: pathlib.Path, *more: object) -> None:
        self._run(*self.words, "-fuse-ld=lld", "-pthread", source, "-o", program, *more)

    def _thirty_two(self, source: pathlib.Path, program: pathlib.Path) -> None:
        words = [self.clang, "--target=armv7-linux-gnueabi", "-O1", *WARNINGS, "-ffreestanding"]
        self._run(*words, "-fuse-ld=lld", "-nostdlib", "-static", source, "-o", program)

    def _run(self, *words: object) -> None:
        done = subprocess.run(
            [str(word) for word in words], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise Failure(f"{done.stderr.strip()}\na program for {TARGET} was not compiled")
