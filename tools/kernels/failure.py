# SPDX-License-Identifier: Apache-2.0
"""What is said to the user."""

import sys


class Failure(Exception):
    """Something is missing here, or was given wrongly: a sentence with a remedy, exit status 2."""


def say(text: str) -> None:
    print(f"spoor: {text}", file=sys.stderr, flush=True)
