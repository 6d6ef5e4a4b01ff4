# SPDX-License-Identifier: Apache-2.0
"""Is a tool attached? Asked of the kernel, since with output to /dev/null nobody
else says it. Each function gives a number that rises while the tool attaches."""

import ctypes
import os
import platform
import struct

BPF_TASK_FD_QUERY = 20
BPF_SYSCALL = {"x86_64": 321, "aarch64": 280}
# union bpf_attr, task_fd_query: pid, fd, flags, buf_len, buf, prog_id, fd_type,
# probe_offset, probe_addr.
QUERY = "IIIIQIIQQ"

_libc = ctypes.CDLL(None, use_errno=True)


def perf_events(pid: int) -> int:
    """The perf events this process holds open."""
    return len(_descriptors(pid, "anon_inode:[perf_event]"))


def tracepoint_programs(pid: int) -> int:
    """The perf events of this process that run a BPF program."""
    events = _descriptors(pid, "anon_inode:[perf_event]")
    return sum(_runs_program(pid, descriptor) for descriptor in events)


def is_ptraced(pid: int, by: int) -> bool:
    """Whether process `by` traces this process with ptrace."""
    with open(f"/proc/{pid}/status") as status:
        return any(line.split() == ["TracerPid:", str(by)] for line in status)


def _descriptors(pid: int, target: str) -> list[int]:
    found = []
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            try:
                if os.readlink(f"/proc/{pid}/fd/{name}") == target:
                    found.append(int(name))
            except FileNotFoundError:
                continue
    except FileNotFoundError:
        pass
    return found


def _runs_program(pid: int, descriptor: int) -> bool:
    attributes = ctypes.create_string_buffer(
        struct.pack(QUERY, pid, descriptor, 0, 0, 0, 0, 0, 0, 0), struct.calcsize(QUERY)
    )
    number = BPF_SYSCALL[platform.machine()]
    result: int = _libc.syscall(number, BPF_TASK_FD_QUERY, attributes, len(attributes))
    return result == 0
