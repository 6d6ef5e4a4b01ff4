# SPDX-License-Identifier: Apache-2.0
"""A command as root in a kernel of its own: qemu without KVM, on this machine's root file system."""

import contextlib
import dataclasses
import os
import pathlib
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeVar

from architecture import AMD64, CX16
from archive import order
from failure import Failure
from kernel import Kernel

VIRTIOFSD = (pathlib.Path("/usr/lib/qemu/virtiofsd"), pathlib.Path("/usr/libexec/virtiofsd"))
INIT = pathlib.Path(__file__).with_name("init")
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
MEMORY = "2G"
CPUS = 2
# A kernel that ends by itself is tried again: at times the emulation breaks one.
TRIES = 3

# What runs on the guest's root. The machine is gone as soon as the status is written.
START = """
cd {directory}
(exec {environment} {command}) >>{folder}/output 2>>{folder}/errors </dev/null
echo $? >{folder}/status.new
mv {folder}/status.new {folder}/status
sync
echo b >/proc/sysrq-trigger
"""

# All that is shared can be read there, and only the guest's folder written.
SERVE = """
mount --make-rprivate /
mount --bind "$1" "$1"
findmnt --raw --noheadings --output TARGET | while read -r target; do
  case $target in
  "$1" | /proc | /proc/* | /sys | /sys/* | /dev | /dev/*) ;;
  *) mount -o remount,bind,ro "$(printf '%b' "$target")" 2>/dev/null ;;
  esac
done
exec "$2" --fd="$3" -f -o source=/ -o sandbox=chroot -o cache=always -o log_level=warn
"""


Result = TypeVar("Result")


class Late(Failure):
    """The time was up."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How the command ended; None where the kernel ended before it."""

    status: int | None
    seconds: float
    console: str


def tried(
    once: Callable[[pathlib.Path], tuple[bool, Result]], tries: int = TRIES
) -> Result:
    """What a guest gave with a folder of its own; once more where `once` says that its kernel
    ended before the command did."""
    for _ in range(tries):
        with tempfile.TemporaryDirectory(prefix="spoor-kernel-") as name:
            has_ended, result = once(pathlib.Path(name))
        if has_ended:
            break
    return result


def run(
    kernel: Kernel,
    command: list[str],
    folder: pathlib.Path,
    *,
    root: pathlib.Path = pathlib.Path("/"),
    parameters: str = "",
    cpus: int = CPUS,
    timeout: float = 600,
    output: BinaryIO | None = None,
    errors: BinaryIO | None = None,
) -> Outcome:
    """Runs the command to its end, its output passed on as it comes.

    `folder` is the one that the guest can write; its output and errors are there, too. `root` is
    where the files are that it sees.
    """
    started = time.monotonic()
    prepare(kernel, command, folder, root)
    console = folder / "console"
    with shared(folder), contextlib.ExitStack() as ending:
        guest = subprocess.Popen(
            machine(kernel, folder, parameters, cpus),
            stdin=subprocess.DEVNULL,
            stdout=console.open("wb"),
            stderr=subprocess.STDOUT,
        )
        ending.callback(guest.wait)
        ending.callback(guest.kill)
        with Follower(folder / "output", output) as out, Follower(folder / "errors", errors) as err:
            while guest.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    guest.wait(0.1)
                out.copy()
                err.copy()
                if time.monotonic() - started > timeout:
                    raise Late(
                        f"{kernel.release} was not done within {timeout:.0f} s; "
                        "give it more with --timeout SECONDS"
                    )
    status = folder / "status"
    return Outcome(
        int(status.read_text()) if status.exists() else None,
        time.monotonic() - started,
        console.read_text(errors="replace"),
    )


def prepare(
    kernel: Kernel, command: list[str], folder: pathlib.Path, root: pathlib.Path
) -> None:
    """Writes what the guest reads: its first file system, and what it runs."""
    for name in ("output", "errors"):
        (folder / name).touch()
    is_own = root == pathlib.Path("/")
    path = os.environ.get("PATH", PATH) if is_own else PATH
    words = ["env", "-i", f"PATH={path}", "HOME=/root", "TERM=linux"]
    (folder / "start").write_text(
        START.format(
            directory=shlex.quote(os.getcwd() if is_own else "/"),
            environment=shlex.join(words),
            command=shlex.join(command),
            folder=shlex.quote(str(folder)),
        )
    )
    with tempfile.TemporaryDirectory() as name:
        tree = pathlib.Path(name)
        (tree / "bin").mkdir()
        shutil.copy(root / "bin/busybox", tree / "bin/busybox")
        shutil.copy(INIT, tree / "init")
        (tree / "init").chmod(0o755)
        (tree / "folder").write_text(f"{folder}\n")
        (tree / "root").write_text(f"{root}\n")
        shutil.copytree(kernel.modules, tree / "modules")
        names = "\0".join(str(path.relative_to(tree)) for path in sorted(tree.rglob("*")))
        with (folder / "initramfs").open("wb") as archive:
            subprocess.run(
                ["cpio", "--null", "--create", "--format=newc", "--quiet"],
                cwd=tree,
                input=names.encode(),
                stdout=archive,
                check=True,
            )


@contextlib.contextmanager
def shared(folder: pathlib.Path) -> Iterator[None]:
    """The root file system, to be mounted by the guest as long as this is open."""
    server = next((path for path in VIRTIOFSD if path.exists()), None)
    if server is None:
        raise Failure("there is no virtiofsd here; install qemu-system-common or virtiofsd")
    # Made here, so that it is there when qemu comes.
    with socket.socket(socket.AF_UNIX) as listening, (folder / "virtiofsd").open("wb") as log:
        listening.bind(str(folder / "socket"))
        listening.listen()
        number = listening.fileno()
        daemon = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", SERVE, "sh", folder, server, str(number)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(number,),
        )
    try:
        yield
    finally:
        # It ends with its guest, unless none came.
        daemon.terminate()
        daemon.wait()


def machine(
    kernel: Kernel, folder: pathlib.Path, parameters: str, cpus: int = CPUS
) -> list[str]:
    """qemu's command. Always TCG, so that a matrix says the same wherever it is made.

    One thread for all CPUs: of two, one runs code that the other is just patching. On x86, cx16 is
    kept from a kernel before 6.18 (clearcpuid), which uses it at every allocation: after the
    emulated cmpxchg16b of qemu 7.2 an interrupt finds random flags. Later ones need it: without,
    kmalloc_nolock fails, and so does every task storage.
    """
    architecture = kernel.architecture
    words = f"""
        nice -n 10 {architecture.emulator} -smp {cpus} -accel tcg,thread=single -m {MEMORY}
        -object memory-backend-memfd,id=memory,size={MEMORY},share=on
        -chardev socket,id=host,path={folder}/socket -device vhost-user-fs-pci,chardev=host,tag=host
        -device virtio-rng-pci -nic none -display none -monitor none -no-reboot -serial stdio
        -kernel {kernel.image} -initrd {folder}/initramfs
    """.split()
    keeps_cx16 = architecture is not AMD64 or order(kernel.release) >= [6, 18]
    own = "" if keeps_cx16 else f"clearcpuid={CX16}"
    # Where qemu gets too little of a processor, the check finds no timer, and that is a panic.
    own += " no_timer_check" if architecture is AMD64 else ""
    console = f"console={architecture.console} quiet panic=-1 nokaslr {own} {parameters}"
    return [*words, *architecture.words, "-append", console]


class Follower(contextlib.AbstractContextManager["Follower"]):
    """Passes on what a file grows by."""

    def __init__(self, path: pathlib.Path, target: BinaryIO | None) -> None:
        self.source = path.open("rb")
        self.target = target

    def copy(self) -> None:
        if self.target and (grown := self.source.read()):
            self.target.write(grown)
            self.target.flush()

    def __exit__(self, *_: object) -> None:
        self.copy()
        self.source.close()
