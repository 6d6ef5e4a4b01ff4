#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""empty_hook.py READY: attaches a program that does nothing to the end of system calls,
where spoor's is, makes the file READY, and waits for a signal. What it adds to a call
is what the kernel asks for the hook itself, and no tool on it can cost less."""

import ctypes
import os
import platform
import signal
import struct
import sys

BPF_SYSCALL = {"x86_64": 321, "aarch64": 280}
BPF_PROG_LOAD = 5
BPF_RAW_TRACEPOINT_OPEN = 17
BPF_PROG_TYPE_RAW_TRACEPOINT = 17
# r0 = 0; exit
PROGRAM = struct.pack("<BBhi", 0xB7, 0, 0, 0) + struct.pack("<BBhi", 0x95, 0, 0, 0)

_libc = ctypes.CDLL(None, use_errno=True)


def bpf(command: int, attributes: bytes) -> int:
    """The bpf(2) system call: a descriptor."""
    memory = ctypes.create_string_buffer(attributes, len(attributes))
    descriptor: int = _libc.syscall(
        BPF_SYSCALL[platform.machine()], command, memory, len(attributes)
    )
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return descriptor


def attach() -> None:
    code = ctypes.create_string_buffer(PROGRAM, len(PROGRAM))
    license = ctypes.create_string_buffer(b"GPL")
    program = bpf(
        BPF_PROG_LOAD,
        struct.pack(
            "IIQQ",
            BPF_PROG_TYPE_RAW_TRACEPOINT,
            len(PROGRAM) // 8,
            ctypes.addressof(code),
            ctypes.addressof(license),
        )
        + bytes(96),
    )
    name = ctypes.create_string_buffer(b"sys_exit")
    bpf(BPF_RAW_TRACEPOINT_OPEN, struct.pack("QI", ctypes.addressof(name), program) + bytes(4))


if __name__ == "__main__":
    ends = {signal.SIGINT, signal.SIGTERM}
    # sigwait takes what is blocked: else Python's own handler may take it first.
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    attach()
    with open(sys.argv[1], "w"):
        pass
    signal.sigwait(ends)
