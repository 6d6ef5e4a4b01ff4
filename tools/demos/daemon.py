#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A daemon that refreshes its four MCP servers each second, for `tools/demo 2`.

The bug: openai/codex#18881. Each refresh starts every configured MCP server anew and forgets the
ones that it has. After 15 hours one daemon had 492 live children: exactly 123 of each of four
servers, one set per refresh, 82 GB together.

faulty  forgets the old set, whose pipes stay open, so that it lives for as long as the daemon.
fixed   ends the old set with SIGTERM, with SIGKILL what is left after a second, and waits for it.

Once the daemon ends its pipes close, and what it forgot ends within seconds: nothing stays.
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import time

NAMES = ["files", "git", "search", "browser"]
GRACE_SECONDS = 1
SERVER = os.path.join(os.path.dirname(sys.argv[0]), "mcp_server.py")
INITIALIZE = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": {"name": "demo", "version": "1.0.0"},
    },
}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


class Stopped(Exception):
    """Somebody wants the daemon to end."""


def stop(*_):
    raise Stopped


def send(server, message):
    server.stdin.write(json.dumps(message) + "\n")
    server.stdin.flush()


def start_set():
    """Starts all servers at once, and then shakes hands with each."""
    servers = [
        subprocess.Popen(
            [sys.executable, SERVER, "--name", name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            # Ctrl-C is for the daemon.
            start_new_session=True)
        for name in NAMES
    ]
    for name, server in zip(NAMES, servers):
        send(server, INITIALIZE)
        answer = json.loads(server.stdout.readline())
        if answer["result"]["serverInfo"]["name"] != name:
            sys.exit(f"daemon.py: {name} answered: {answer}")
        send(server, INITIALIZED)
    return servers


def end_set(servers):
    for server in servers:
        server.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for server in servers:
        try:
            server.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        server.stdin.close()
        server.stdout.close()


def serve(mode, every, seconds, sets):
    """Refreshes until the time is over; adds each set to `sets`."""
    start = time.monotonic()
    while len(sets) * every < seconds:
        if mode == "fixed" and sets:
            end_set(sets[-1])
        sets.append(start_set())
        time.sleep(max(0, start + len(sets) * every - time.monotonic()))
    if mode == "fixed":
        end_set(sets[-1])


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--mode", choices=["faulty", "fixed"], default="faulty")
    arguments.add_argument("--seconds", type=float, default=12)
    arguments.add_argument("--refresh", type=float, default=1, help="seconds between two sets")
    arguments.add_argument("--truth", metavar="FILE", help="write what was done, as JSON")
    options = arguments.parse_args()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    sets = []
    try:
        serve(options.mode, options.refresh, options.seconds, sets)
    except Stopped:
        pass
    if options.truth:
        servers = [server for each in sets for server in each]
        alive = sum(server.returncode is None for server in servers)
        with open(options.truth, "w", encoding="utf-8") as file:
            truth = {"pid": os.getpid(), "sets": len(sets), "spawned": len(servers)}
            json.dump(truth | {"alive": alive, "servers": NAMES}, file)


main()
