# SPDX-License-Identifier: Apache-2.0
"""The text that the model always answers, and when each piece of it is due."""

import time
from collections.abc import Iterator

# What scenarios wait for: neither is in any prompt.
FIRST_WORDS = "Once upon a time"
LAST_WORDS = "The end."

SENTENCES = [
    "the spinner asked the terminal for its name and threw the answer away.",
    "the terminal did not mind, for nobody had told it what that costs.",
    "a watcher in the cupboard kept its promise and watched nothing at all.",
    "four servers were started, and somebody remembered the names of three.",
]


class Answer:
    """A text of so many chunks, one word each, and its cadence in seconds."""

    def __init__(self, chunks: int, interval: float, delay: float) -> None:
        self.chunks = text_chunks(chunks)
        self.interval = interval
        self.delay = delay

    @property
    def text(self) -> str:
        return "".join(self.chunks)

    def paced(self) -> Iterator[str]:
        """The chunks, each when it is due, counted from now: being late once delays no other."""
        first = time.monotonic() + self.delay
        for index, chunk in enumerate(self.chunks):
            time.sleep(max(0, first + index * self.interval - time.monotonic()))
            yield chunk


def text_chunks(count: int) -> list[str]:
    """That many chunks; between the first and the last, a word each, a sentence a paragraph."""
    if count == 1:
        return [f"{FIRST_WORDS}. {LAST_WORDS}"]
    story = words()
    return [f"{FIRST_WORDS}, ", *(next(story) for _ in range(count - 2)), f"\n\n{LAST_WORDS}"]


def words() -> Iterator[str]:
    while True:
        for sentence in SENTENCES:
            *start, last = sentence.split()
            yield from (f"{word} " for word in start)
            yield f"{last}\n\n"
