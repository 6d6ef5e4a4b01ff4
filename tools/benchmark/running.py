# SPDX-License-Identifier: Apache-2.0
"""A tool while it runs: started, watched through /proc, ended with SIGINT."""

import contextlib
import fcntl
import os
import pty
import resource
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from types import TracebackType

START_SECONDS = 20.0
DRAIN_SECONDS = 60.0
STOP_SECONDS = 30.0


class ToolFailed(Exception):
    """A tool that could not be measured; the text says why."""


class RunningTool:
    def __init__(self, command: list[str], output: str, errors: str) -> None:
        """Standard output goes to `output`, or to a new terminal if that is empty."""
        self._errors = errors
        self._master = -1
        self.usage: resource.struct_rusage | None = None
        with open(errors, "wb") as error_file:
            if output:
                out = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            else:
                self._master, out = pty.openpty()
                fcntl.ioctl(out, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 250, 0, 0))
            self.started = time.monotonic()
            try:
                # A session of its own, so that Ctrl-C ends only the harness.
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=error_file if output else out,
                    start_new_session=True,
                )
            except OSError as error:
                raise ToolFailed(f"{command[0]}: {error.strerror}") from error
            finally:
                os.close(out)
        self.pid = self._process.pid

    def __enter__(self) -> "RunningTool":
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        if self.usage is None:
            self._process.kill()
            self._process.wait()
        if self._master >= 0:
            os.close(self._master)

    def wait_until(self, state: Callable[[], int], least: int, settle: float) -> float:
        """Waits until `state()` is at least `least` and stays the same for `settle`
        seconds; returns the seconds from start to its last change."""
        value, changed = state(), time.monotonic()
        while value < least or time.monotonic() < changed + settle:
            self._expect_life("attached")
            time.sleep(0.002)
            if (latest := state()) != value:
                value, changed = latest, time.monotonic()
        return changed - self.started

    def wait_for_output(self, text: bytes) -> float:
        """Seconds from start until `text` appears on the tool's terminal."""
        seen = b""
        while text not in seen:
            self._expect_life("printed an event", seen)
            if not select.select([self._master], [], [], 0.05)[0]:
                continue
            try:
                seen = seen[-4096:] + os.read(self._master, 65536)
            except OSError:  # The terminal's last user is gone.
                time.sleep(0.05)
        return time.monotonic() - self.started

    @contextlib.contextmanager
    def off(self, cpu: int) -> Iterator[None]:
        """Its threads on the other CPUs, if there are any: what it does is not in its target's
        time then, whichever CPU the kernel would have woken it on."""
        before = os.sched_getaffinity(self.pid)
        self._move_to(before - {cpu} or before)
        yield
        self._move_to(before)

    def _move_to(self, cpus: set[int]) -> None:
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with contextlib.suppress(ProcessLookupError):  # It has ended since.
                os.sched_setaffinity(int(thread), cpus)

    def cpu_seconds(self) -> float:
        """The CPU time of its living threads, to the nanosecond."""
        total = 0
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{thread}/schedstat") as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def wait_until_idle(self) -> None:
        """Waits until it has worked off what it has: less than 1 % of CPU for 0.4 s."""
        deadline = time.monotonic() + DRAIN_SECONDS
        before, quiet = self.cpu_seconds(), 0
        while quiet < 2 and time.monotonic() < deadline:
            time.sleep(0.2)
            now = self.cpu_seconds()
            quiet = quiet + 1 if now - before < 0.002 else 0
            before = now

    def stop(self) -> int:
        """Ends it with SIGINT and returns its peak resident memory in bytes."""
        peak = self._high_water_mark()
        self._interrupt()
        # The kernel also charges a child with the memory its parent had at exec, so
        # ru_maxrss says something only where it exceeds that.
        inherited = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        assert self.usage is not None
        reported = self.usage.ru_maxrss * 1024
        return max(peak, reported if reported > inherited else 0)

    def _interrupt(self) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        again = 0.0
        while not self._reap():
            if time.monotonic() > deadline:
                raise ToolFailed(f"did not end within {STOP_SECONDS:.0f} s of SIGINT")
            if time.monotonic() > again:
                os.kill(self.pid, signal.SIGINT)  # Ours until it is reaped.
                again = time.monotonic() + 1  # bpftrace 0.17 misses one now and then.
            if self._master >= 0 and select.select([self._master], [], [], 0)[0]:
                self._discard_output()
            time.sleep(0.005)

    def _reap(self) -> bool:
        pid, status, usage = os.wait4(self.pid, os.WNOHANG)
        if pid:
            self.usage = usage
            self._process.returncode = os.waitstatus_to_exitcode(status)
        return pid != 0

    def _discard_output(self) -> None:
        with contextlib.suppress(OSError):
            os.read(self._master, 65536)

    def _high_water_mark(self) -> int:
        with open(f"/proc/{self.pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
        return 0

    def _expect_life(self, what: str, seen: bytes = b"") -> None:
        if self._reap():
            reason = self.last_words(seen)
            raise ToolFailed(f"ended with status {self._process.returncode}: {reason}")
        if time.monotonic() > self.started + START_SECONDS:
            raise ToolFailed(f"had not {what} after {START_SECONDS:.0f} s: {self.last_words(seen)}")

    def last_words(self, seen: bytes = b"") -> str:
        """Its last error message, or else its last line."""
        with open(self._errors, "rb") as file:
            lines = (file.read() + seen).decode(errors="backslashreplace").splitlines()
        lines = [line.strip() for line in lines if line.strip()]
        errors = [line for line in lines if "error" in line.lower()]
        return (errors or lines or ["it said nothing"])[-1][:200]
