# SPDX-License-Identifier: Apache-2.0
"""A model server that always answers the same, for running agent CLIs without account or network.

Speaks the OpenAI Responses API and Anthropic Messages on 127.0.0.1, streaming a fixed text at a
fixed cadence. Ends by itself on SIGTERM or Ctrl-C, and when the process that started it ends.
"""

import argparse
import os
import selectors
import signal
import socket
import sys
import threading

from answer import Answer
from server import ModelServer


def number_at_least(least: int):
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < least:
            raise argparse.ArgumentTypeError(f"give a whole number from {least}, not '{text}'")
        return int(text)

    return parse


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -B tools/model-server", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--port-file", metavar="FILE", help="write the port there once it is open (default: print)"
    )
    parser.add_argument(
        "--requests", metavar="FILE", help="write a line for each request there: method and path"
    )
    parser.add_argument(
        "--chunks", type=number_at_least(1), default=300, help="of the text (default: 300)"
    )
    parser.add_argument(
        "--interval-ms", type=number_at_least(0), default=30,
        help="between two chunks (default: 30)",
    )
    parser.add_argument(
        "--delay-ms", type=number_at_least(0), default=0,
        help="before the first chunk, as a model thinks (default: 0)",
    )
    return parser.parse_args()


def write_port(port: int, path: str | None) -> None:
    if path is None:
        print(port, flush=True)
        return
    # Whoever waits for the file is never to read half a number.
    with open(f"{path}.new", "w", encoding="ascii") as file:
        file.write(f"{port}\n")
    os.replace(f"{path}.new", path)


def wait_for_the_end(parent: int | None) -> None:
    """Returns on SIGTERM or SIGINT, or once the process with the descriptor `parent` has ended."""
    awake, wake = socket.socketpair()
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    with selectors.DefaultSelector() as selector:
        selector.register(awake, selectors.EVENT_READ)
        if parent is not None:
            selector.register(parent, selectors.EVENT_READ)
        selector.select()


def open_parent() -> int | None:
    try:
        return os.pidfd_open(os.getppid())
    except ProcessLookupError:
        # It has ended already, or it is outside of this PID namespace.
        return None


def main() -> None:
    options = parse_arguments()
    parent = open_parent()
    answer = Answer(options.chunks, options.interval_ms / 1000, options.delay_ms / 1000)
    try:
        requests = open(options.requests, "a", encoding="utf-8") if options.requests else None
        server = ModelServer(answer, requests)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        write_port(server.server_port, options.port_file)
    except OSError as error:
        sys.exit(f"model-server: {error}; give files in a folder that exists and is yours")
    wait_for_the_end(parent)
    # Answers that are still on their way are cut off, as with a server that is gone.
    os._exit(0)


main()
