# SPDX-License-Identifier: Apache-2.0
"""Anthropic Messages: https://docs.anthropic.com/en/api/messages-streaming."""

from collections.abc import Iterator
from typing import Any

from answer import Answer

Event = dict[str, Any]


def message(answer: Answer, number: int, model: str, done: bool) -> Event:
    """The object `message` before or after the text."""
    return {
        "id": f"msg_{number:08}", "type": "message", "role": "assistant", "model": model,
        "content": [{"type": "text", "text": answer.text}] if done else [],
        "stop_reason": "end_turn" if done else None, "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": len(answer.chunks) if done else 1},
    }


def events(answer: Answer, number: int, model: str) -> Iterator[Event]:
    """The events of the stream in order, each when it is due."""
    yield {"type": "message_start", "message": message(answer, number, model, done=False)}
    yield {"type": "ping"}
    for index, chunk in enumerate(answer.paced()):
        if index == 0:
            yield {"type": "content_block_start", "index": 0,
                   "content_block": {"type": "text", "text": ""}}
        yield {"type": "content_block_delta", "index": 0,
               "delta": {"type": "text_delta", "text": chunk}}
    yield {"type": "content_block_stop", "index": 0}
    yield {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None},
           "usage": {"output_tokens": len(answer.chunks)}}
    yield {"type": "message_stop"}
