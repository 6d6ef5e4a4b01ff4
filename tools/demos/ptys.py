#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An app that runs a shell on a terminal of its own, again and again, for `tools/demo 3`.

The bug, of a desktop app and of node-pty (microsoft/node-pty#950): a pty master stays open for
each shell that ever ran, until the system's limit denies everybody a terminal (511 there). Zombie
shells lay beside it, which is another bug: reaping all 82 of them freed no master.

faulty  keeps each master after its shell has ended, and never waits for any shell.
fixed   closes the master and waits for the shell, as soon as the shell has ended.
"""
import argparse
import json
import os
import pty
import time

# Half of what these leave is more than the last pass over all descriptors can miss.
QUIET_SECONDS = 3


def start_shell():
    """The shell's process id, and the master of its terminal."""
    pid, master = pty.fork()
    if pid == 0:
        os.execv("/bin/sh", ["sh", "-c", "exit 0"])
    return pid, master


def read_to_the_end(master):
    """Returns once nobody has the slave any more, which Linux tells with EIO."""
    try:
        while os.read(master, 4096):
            pass
    except OSError:
        pass


def is_zombie(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        return file.read().rpartition(")")[2].split()[0] == "Z"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--mode", choices=["faulty", "fixed"], default="faulty")
    arguments.add_argument("--seconds", type=float, default=12)
    arguments.add_argument("--shells", type=int, default=24)
    arguments.add_argument("--truth", metavar="FILE", help="write what was done, as JSON")
    options = arguments.parse_args()
    pause = max(0, options.seconds - QUIET_SECONDS) / options.shells
    masters, unreaped = [], []
    try:
        for _ in range(options.shells):
            pid, master = start_shell()
            read_to_the_end(master)
            if options.mode == "fixed":
                os.close(master)
                os.waitpid(pid, 0)
            else:
                masters.append(master)
                unreaped.append(pid)
            time.sleep(pause)
        time.sleep(min(QUIET_SECONDS, options.seconds))
    except KeyboardInterrupt:
        pass
    if options.truth:
        zombies = sum(is_zombie(pid) for pid in unreaped)
        with open(options.truth, "w", encoding="utf-8") as file:
            truth = {"pid": os.getpid(), "shells": options.shells}
            json.dump(truth | {"mastersHeld": len(masters), "zombies": zombies}, file)


main()
