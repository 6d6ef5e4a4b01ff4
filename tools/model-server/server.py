# SPDX-License-Identifier: Apache-2.0
"""HTTP on 127.0.0.1: which path answers what."""

import itertools
import json
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TextIO
from urllib.parse import urlsplit

import messages
import responses
from answer import Answer

# What the CLIs of this kind ask for where no model is named.
MODEL = "spoor-fixed"
# More than any of these CLIs sends: a request beyond it is a mistake.
LARGEST_REQUEST = 64 << 20


class ModelServer(ThreadingHTTPServer):
    """Listens on a port of the kernel's choice as soon as it is there."""

    daemon_threads = True

    def __init__(self, answer: Answer, requests: TextIO | None = None) -> None:
        self.answer = answer
        self.numbers = itertools.count(1)
        self._requests = requests
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), Handler)

    def note(self, line: str) -> None:
        """One line into the file of requests. Never a header or a body, which may be secret."""
        if self._requests:
            with self._lock:
                print(line, file=self._requests, flush=True)

    def handle_error(self, *_: Any) -> None:
        """Says nothing: a CLI that ends or is interrupted just closes its connections."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Each chunk is on its way when it is due.
    disable_nagle_algorithm = True
    server: ModelServer

    def log_message(self, *_: Any) -> None:
        """Says nothing on the terminal, which may be the one that is measured."""

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        where = self.path if self.command == "CONNECT" else urlsplit(self.path).path
        self.server.note(f"{self.command} {where} {int(code)}")

    def do_HEAD(self) -> None:
        self.send_json({})

    def do_GET(self) -> None:
        path = urlsplit(self.path).path.removeprefix("/v1")
        if path == "/models":
            self.send_json(models())
        elif path in ("/", "/api/hello"):
            self.send_json({})
        else:
            self.send_not_found()

    def do_POST(self) -> None:
        body = self.read_body()
        if body is None:
            return
        path = urlsplit(self.path).path.removeprefix("/v1")
        if path == "/responses":
            self.send_answer(body, responses.response, responses.events)
        elif path == "/messages":
            self.send_answer(body, messages.message, messages.events)
        elif path == "/messages/count_tokens":
            self.send_json({"input_tokens": 1})
        elif path.startswith("/api/"):
            # Telemetry: taken and forgotten.
            self.send_json({})
        else:
            self.send_not_found()

    def do_CONNECT(self) -> None:
        """As a proxy it lets nothing out, so that nothing depends on the network."""
        self.close_connection = True
        self.send_json({"error": {"message": "this is a proxy to nowhere"}}, status=403)

    def read_body(self) -> dict[str, Any] | None:
        """The request as JSON; None if it is not, which has been answered then."""
        try:
            length = int(self.headers.get("Content-Length", 0))
            if not 0 <= length <= LARGEST_REQUEST:
                raise ValueError
            # Telemetry may come compressed or empty; only the models' requests are looked into.
            data = self.rfile.read(length)
            if urlsplit(self.path).path.startswith("/api/"):
                return {}
            body = json.loads(data)
            if isinstance(body, dict):
                return body
        except ValueError:
            pass
        self.close_connection = True
        message = "the body is no JSON object of at most 64 MiB with a Content-Length"
        self.send_json({"error": {"type": "invalid_request_error", "message": message}}, 400)
        return None

    def send_answer(self, body: dict[str, Any], whole: Any, events: Any) -> None:
        number, answer = next(self.server.numbers), self.server.answer
        model = body.get("model")
        model = model if isinstance(model, str) else MODEL
        if body.get("stream") is True:
            self.send_events(events(answer, number, model))
        else:
            self.send_json(whole(answer, number, model, done=True))

    def send_events(self, events: Iterable[dict[str, Any]]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in events:
            data = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
            self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.write(b"0\r\n\r\n")

    def send_not_found(self) -> None:
        self.send_json({"error": {"type": "not_found_error", "message": "no such path"}}, 404)

    def send_json(self, value: dict[str, Any], status: int = 200) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


def models() -> dict[str, Any]:
    """The one list in both forms: OpenAI's and Anthropic's readers skip each other's keys."""
    model = {
        "id": MODEL, "object": "model", "created": 0, "owned_by": "spoor",
        "type": "model", "display_name": MODEL, "created_at": "1970-01-01T00:00:00Z",
    }
    return {"object": "list", "data": [model], "has_more": False,
            "first_id": MODEL, "last_id": MODEL}
