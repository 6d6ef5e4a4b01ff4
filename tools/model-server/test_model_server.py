# SPDX-License-Identifier: Apache-2.0
"""Run by tools/test; alone: python3 -B -m unittest discover -s tools/model-server."""

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from unittest import mock

from answer import FIRST_WORDS, LAST_WORDS, Answer
from server import ModelServer

FOLDER = os.path.dirname(os.path.abspath(__file__))
# Long enough that it is never the reason on a busy machine.
PATIENCE = 30


class AnswerTests(unittest.TestCase):
    def test_there_are_as_many_chunks_as_asked_for(self):
        for count in (1, 2, 3, 500):
            answer = Answer(count, 0, 0)
            self.assertEqual(len(answer.chunks), count)
            self.assertTrue(answer.text.startswith(FIRST_WORDS))
            self.assertTrue(answer.text.endswith(LAST_WORDS))

    def test_two_answers_of_a_size_are_the_same(self):
        self.assertEqual(Answer(77, 0, 0).chunks, Answer(77, 1, 2).chunks)

    def test_chunks_are_due_by_the_start_not_by_the_one_before(self):
        now, waits = [100.0], []

        def sleep(seconds):
            waits.append(round(seconds, 6))
            now[0] += seconds

        with mock.patch("time.monotonic", lambda: now[0]), mock.patch("time.sleep", sleep):
            for index, _ in enumerate(Answer(5, 0.5, 2).paced()):
                # Whoever takes the second chunk is late by more than the next one's turn.
                now[0] += 0.7 if index == 1 else 0.1
        self.assertEqual(waits, [2, 0.4, 0, 0.2, 0.4])


class ServerTests(unittest.TestCase):
    def setUp(self):
        self.notes = tempfile.TemporaryFile("w+", encoding="utf-8")
        self.addCleanup(self.notes.close)
        self.answer = Answer(40, 0, 0)
        self.server = ModelServer(self.answer, self.notes)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.connection = http.client.HTTPConnection(
            "127.0.0.1", self.server.server_port, timeout=PATIENCE
        )
        self.addCleanup(self.connection.close)

    def ask(self, method, path, body=None):
        """The status and the body as text; the connection stays open for the next one."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body)
        self.connection.request(method, path, data, {"Authorization": "Bearer very-secret"})
        response = self.connection.getresponse()
        return response.status, response.read().decode()

    def stream(self, path):
        """The events of a streamed answer, whose names are their types."""
        status, text = self.ask("POST", path, {"stream": True, "model": "m"})
        self.assertEqual(status, 200)
        events = []
        for block in text.removesuffix("\n\n").split("\n\n"):
            name, data = block.split("\n")
            events.append(json.loads(data.removeprefix("data: ")))
            self.assertEqual(name, f"event: {events[-1]['type']}")
        return events

    def test_it_listens_on_loopback_only(self):
        self.assertEqual(self.server.server_address[0], "127.0.0.1")

    def test_responses_streams_the_text_and_ends_with_all_of_it(self):
        events = self.stream("/v1/responses")
        types = [event["type"] for event in events]
        self.assertEqual(types[:2], ["response.created", "response.in_progress"])
        self.assertEqual(types[-2:], ["response.output_item.done", "response.completed"])
        self.assertEqual([event["sequence_number"] for event in events], list(range(len(events))))
        deltas = [e["delta"] for e in events if e["type"] == "response.output_text.delta"]
        self.assertEqual(deltas, self.answer.chunks)
        done = events[-1]["response"]
        self.assertEqual((done["status"], done["model"]), ("completed", "m"))
        self.assertEqual(done["output"][0]["content"][0]["text"], self.answer.text)
        self.assertEqual(done["usage"]["output_tokens"], 40)

    def test_messages_streams_the_text_and_says_why_it_stopped(self):
        events = self.stream("/v1/messages?beta=true")
        types = [event["type"] for event in events]
        self.assertEqual(types[:3], ["message_start", "ping", "content_block_start"])
        self.assertEqual(types[-3:], ["content_block_stop", "message_delta", "message_stop"])
        deltas = [e["delta"]["text"] for e in events if e["type"] == "content_block_delta"]
        self.assertEqual(deltas, self.answer.chunks)
        self.assertEqual(events[-2]["delta"]["stop_reason"], "end_turn")
        self.assertEqual(events[-2]["usage"]["output_tokens"], 40)

    def test_two_servers_answer_the_same_bytes(self):
        other = ModelServer(Answer(40, 0, 0))
        threading.Thread(target=other.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(other.server_close)
        self.addCleanup(other.shutdown)
        first = self.stream("/responses")
        self.connection.close()
        self.connection = http.client.HTTPConnection(
            "127.0.0.1", other.server_port, timeout=PATIENCE
        )
        self.addCleanup(self.connection.close)
        self.assertEqual(self.stream("/responses"), first)

    def test_without_stream_the_answer_comes_whole(self):
        _, text = self.ask("POST", "/v1/messages", {"model": "m", "stream": False})
        self.assertEqual(json.loads(text)["content"], [{"type": "text", "text": self.answer.text}])
        _, text = self.ask("POST", "/responses", {"model": "m"})
        self.assertEqual(json.loads(text)["status"], "completed")

    def test_what_the_clis_ask_at_their_start_has_an_answer(self):
        self.assertEqual(json.loads(self.ask("GET", "/v1/models")[1])["data"][0]["type"], "model")
        count = self.ask("POST", "/v1/messages/count_tokens", {"messages": []})
        self.assertEqual(count, (200, '{"input_tokens": 1}'))
        self.assertEqual(self.ask("POST", "/api/event_logging/batch", b"\x1f\x8b"), (200, "{}"))
        self.assertEqual(self.ask("HEAD", "/"), (200, ""))
        self.assertEqual(self.ask("GET", "/v1/nowhere")[0], 404)
        self.assertEqual(self.ask("POST", "/nowhere", {})[0], 404)

    def test_a_request_that_is_no_object_is_refused(self):
        for body in (b"{", b"[]", b"\xff"):
            status, text = self.ask("POST", "/v1/responses", body)
            self.assertEqual(status, 400)
            self.assertIn("no JSON object", text)
        self.connection.putrequest("POST", "/v1/responses")
        self.connection.putheader("Content-Length", "-1")
        self.connection.endheaders()
        with self.connection.getresponse() as response:
            self.assertEqual(response.status, 400)

    def test_as_a_proxy_it_lets_nothing_out(self):
        status, text = self.ask("CONNECT", "example.invalid:443")
        self.assertEqual(status, 403)
        self.assertIn("nowhere", text)

    def test_the_notes_have_paths_and_nothing_secret(self):
        self.ask("POST", "/v1/messages?key=very-secret", {"x": "very-secret"})
        self.ask("GET", "/nowhere")
        self.notes.seek(0)
        self.assertEqual(self.notes.read(), "POST /v1/messages 200\nGET /nowhere 404\n")

    def test_an_answer_that_nobody_waits_for_harms_no_other(self):
        self.connection.request("POST", "/v1/responses", '{"stream": true}')
        self.connection.close()
        self.assertEqual(self.ask("GET", "/v1/models")[0], 200)


class ProcessTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.port_file = os.path.join(folder.name, "port")
        self.command = [sys.executable, "-B", FOLDER, "--port-file", self.port_file]

    def wait_for_the_port(self):
        deadline = time.monotonic() + PATIENCE
        while not os.path.exists(self.port_file):
            self.assertLess(time.monotonic(), deadline, "the server wrote no port")
            time.sleep(0.01)
        with open(self.port_file, encoding="ascii") as file:
            return int(file.read())

    def test_it_ends_on_sigterm_in_the_middle_of_an_answer(self):
        with subprocess.Popen([*self.command, "--interval-ms", "60000"]) as server:
            connection = http.client.HTTPConnection("127.0.0.1", self.wait_for_the_port())
            connection.request("POST", "/v1/responses", '{"stream": true}')
            self.assertEqual(connection.getresponse().readline()[:6], b"event:")
            server.send_signal(signal.SIGTERM)
            self.assertEqual(server.wait(PATIENCE), 0)
            connection.close()

    def test_it_ends_when_the_one_who_started_it_does(self):
        # The pipe is the server's too: its end is the end of both.
        shell = subprocess.Popen(
            ["/bin/sh", "-c", '"$@" & read -r line', "sh", *self.command],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        self.wait_for_the_port()
        rest, _ = shell.communicate(b"\n", PATIENCE)
        self.assertEqual((shell.returncode, rest), (0, b""))

    def test_bad_options_say_what_to_give(self):
        for options in (["--chunks", "0"], ["--interval-ms", "-1"], ["--delay-ms", "1.5"]):
            done = subprocess.run(
                [*self.command, *options], capture_output=True, text=True, check=False
            )
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr, "give a whole number from")


if __name__ == "__main__":
    unittest.main()
