#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A spinner on the terminal at 31 frames a second, for `tools/demo 1`.

The bug: openai/codex#20843. The TUI asks for the terminal's size at each draw, and the function
it asks, crossterm's terminal::size(), opens /dev/tty each time: two or three opens a frame, 62 to
94 a second for as long as a spinner turns.

faulty  opens /dev/tty twice a frame, to ask it for its size.
fixed   asks the descriptor that it has, once, and again when SIGWINCH says that the size changed.

The terminal is raw, on the alternate screen, and restored at the end; q or Ctrl-C end it early.
"""
import argparse
import fcntl
import json
import os
import select
import signal
import struct
import sys
import termios
import time
import tty

FRAME_SECONDS = 0.032
TERMINAL = sys.stdin.fileno()
ENTER = "\x1b[?1049h\x1b[?25l"
LEAVE = "\x1b[?25h\x1b[?1049l"


def size_of(descriptor):
    """Rows and columns."""
    return struct.unpack("HHHH", fcntl.ioctl(descriptor, termios.TIOCGWINSZ, bytes(8)))[:2]


class OpenedSize:
    """What the bug does."""

    def __init__(self):
        self.opens = 0

    def get(self):
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
        self.opens += 1
        try:
            return size_of(terminal)
        finally:
            os.close(terminal)


class CachedSize:
    """What to do instead."""

    def __init__(self):
        self.opens = 0
        self.refresh()
        signal.signal(signal.SIGWINCH, self.refresh)

    def refresh(self, *_):
        self.size = size_of(TERMINAL)

    def get(self):
        return self.size


class Screen:
    """Counts as a frame each write, as they are never closer than FRAME_SECONDS."""

    def __init__(self):
        self.frames = 0
        self.next = time.monotonic()

    def asked_to_end(self):
        """Waits until the next frame is due; true if the user does not want any more."""
        while (left := self.next - time.monotonic()) > 0:
            if select.select([TERMINAL], [], [], left)[0]:
                if set(os.read(TERMINAL, 100)) & set(b"q\x03"):
                    return True
        return False

    def write(self, text):
        os.write(TERMINAL, text.encode())
        self.frames += 1
        self.next = time.monotonic() + FRAME_SECONDS


def draw(screen, size, seconds):
    end = time.monotonic() + seconds
    screen.write(ENTER)
    while not screen.asked_to_end() and time.monotonic() < end:
        # The layout asks, and then the draw itself.
        size.get()
        rows, columns = size.get()
        spinner = "|/-\\"[screen.frames % 4]
        screen.write(f"\x1b[{(rows + 1) // 2};{(columns + 1) // 2}H{spinner}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--mode", choices=["faulty", "fixed"], default="faulty")
    arguments.add_argument("--seconds", type=float, default=12)
    arguments.add_argument("--truth", metavar="FILE", help="write what was done, as JSON")
    options = arguments.parse_args()
    if not os.isatty(TERMINAL):
        sys.exit("redraw.py: standard input is no terminal; run this in one")

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    size = OpenedSize() if options.mode == "faulty" else CachedSize()
    screen = Screen()
    before = termios.tcgetattr(TERMINAL)
    tty.setraw(TERMINAL)
    try:
        draw(screen, size, options.seconds)
    finally:
        time.sleep(max(0, screen.next - time.monotonic()))
        screen.write(LEAVE)
        termios.tcsetattr(TERMINAL, termios.TCSADRAIN, before)
    if options.truth:
        with open(options.truth, "w", encoding="utf-8") as file:
            json.dump({"pid": os.getpid(), "opens": size.opens, "frames": screen.frames}, file)


main()
