# SPDX-License-Identifier: Apache-2.0
"""The OpenAI Responses API: https://platform.openai.com/docs/api-reference/responses-streaming."""

from collections.abc import Iterator
from typing import Any

from answer import Answer

Event = dict[str, Any]


def response(answer: Answer, number: int, model: str, done: bool) -> Event:
    """The object `response` before or after the text."""
    tokens = {
        "input_tokens": 1, "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": len(answer.chunks), "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 1 + len(answer.chunks),
    }
    return {
        "id": f"resp_{number:08}", "object": "response", "created_at": 0, "model": model,
        "status": "completed" if done else "in_progress", "error": None,
        "output": [message(number, answer.text)] if done else [],
        "parallel_tool_calls": True, "tools": [], "usage": tokens if done else None,
    }


def message(number: int, text: str | None) -> Event:
    """The message of the response, still empty if there is no text."""
    return {
        "id": f"msg_{number:08}", "type": "message", "role": "assistant",
        "status": "in_progress" if text is None else "completed",
        "content": [] if text is None else [part(text)],
    }


def part(text: str) -> Event:
    return {"type": "output_text", "text": text, "annotations": []}


def events(answer: Answer, number: int, model: str) -> Iterator[Event]:
    """The events of the stream in order, each when it is due."""
    for index, event in enumerate(unnumbered_events(answer, number, model)):
        yield event | {"sequence_number": index}


def unnumbered_events(answer: Answer, number: int, model: str) -> Iterator[Event]:
    started = response(answer, number, model, done=False)
    item = {"output_index": 0, "item_id": f"msg_{number:08}", "content_index": 0}
    yield {"type": "response.created", "response": started}
    yield {"type": "response.in_progress", "response": started}
    for index, chunk in enumerate(answer.paced()):
        if index == 0:
            yield {"type": "response.output_item.added", "output_index": 0,
                   "item": message(number, None)}
            yield {"type": "response.content_part.added", **item, "part": part("")}
        yield {"type": "response.output_text.delta", **item, "delta": chunk}
    yield {"type": "response.output_text.done", **item, "text": answer.text}
    yield {"type": "response.content_part.done", **item, "part": part(answer.text)}
    yield {"type": "response.output_item.done", "output_index": 0,
           "item": message(number, answer.text)}
    yield {"type": "response.completed", "response": response(answer, number, model, done=True)}
