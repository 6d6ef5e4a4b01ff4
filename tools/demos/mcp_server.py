#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A Model Context Protocol server without any tool, for daemon.py and tools/scenarios.

Speaks JSON-RPC over stdio, a message a line: answers `initialize`, `ping` and `tools/list`, refuses
every other request, ignores notifications, and ends some seconds after its standard input does.
"""
import argparse
import json
import sys
import time


def answer(request, name):
    response = {"jsonrpc": "2.0", "id": request["id"]}
    method = request.get("method")
    if method == "initialize":
        response["result"] = {
            "protocolVersion": request["params"]["protocolVersion"],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": name, "version": "1.0.0"},
        }
    elif method == "ping":
        response["result"] = {}
    elif method == "tools/list":
        response["result"] = {"tools": []}
    else:
        response["error"] = {"code": -32601, "message": f"method not found: {method}"}
    return response


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--name", required=True)
    # A slow one, so that whoever looks just after the daemon's end still finds what it left.
    arguments.add_argument("--goodbye", type=float, default=5, metavar="SECONDS")
    options = arguments.parse_args()
    for line in sys.stdin:
        request = json.loads(line)
        if "id" in request:
            print(json.dumps(answer(request, options.name)), flush=True)
    time.sleep(options.goodbye)


main()
