# SPDX-License-Identifier: Apache-2.0
"""Measures spoor beside its peers, interleaved in rounds, and prints medians.

Run by tools/bench, which installs the peers and compiles the workload.
"""

import argparse
import json
import os
import random
import signal
import sys

import machine
import markdown
from measure import Bench, Sample, scratch_directory
from running import ToolFailed
from summary import Results
from tools import BY_NAME, TOOLS
from workload import Size

MINIMUM_CALLS = 1000


def calls(text: str) -> int:
    number = int(text)
    if number < MINIMUM_CALLS:
        raise argparse.ArgumentTypeError(f"give {MINIMUM_CALLS:,} calls or more, not {text}")
    return number


def tool_names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in BY_NAME]:
        raise argparse.ArgumentTypeError(f"there is no '{unknown[0]}'; known: {', '.join(BY_NAME)}")
    return names


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/bench", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--workload", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=5, help="how often (default: 5)")
    parser.add_argument(
        "--tools",
        type=tool_names,
        default=[tool.name for tool in TOOLS],
        help=f"only these, separated by commas; of: {', '.join(BY_NAME)}",
    )
    parser.add_argument("--opens", type=calls, default=1_000_000, help="per run (default: 1000000)")
    parser.add_argument(
        "--getppids", type=calls, default=1_000_000, help="per run (default: 1000000)"
    )
    parser.add_argument("--seed", type=int, help="of the order in each round (default: random)")
    parser.add_argument("--json", action="store_true", help="print each sample, not the table")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds takes 1 or more")
    return arguments


def note(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run_round(bench: Bench, order: list[str], failures: dict[str, str]) -> dict[str, Sample]:
    samples: dict[str, Sample] = {}
    for name in order:
        try:
            samples[name] = bench.sample(BY_NAME[name])
        except ToolFailed as failure:
            failures[name] = str(failure)
            note(f"{name}: {failure}")
    return samples


def run_rounds(arguments: argparse.Namespace, seed: int) -> Results:
    shuffle = random.Random(seed)
    results = Results(rounds=[], failures={})
    size = Size(arguments.getppids, arguments.opens)
    with scratch_directory() as scratch:
        bench = Bench(arguments.workload, scratch, size)
        for number in range(1, arguments.rounds + 1):
            order = shuffle.sample(arguments.tools, len(arguments.tools))
            note(f"round {number} of {arguments.rounds}: {', '.join(order)}")
            results.rounds.append(run_round(bench, order, results.failures))
    return results


def versions(tools: list[str]) -> dict[str, str]:
    found = {}
    for name in tools:
        if BY_NAME[name].metrics is not None:
            continue  # no tool, but a yardstick of ours
        try:
            found[BY_NAME[name].program] = machine.version(
                BY_NAME[name].program, BY_NAME[name].path()
            )
        except ToolFailed as failure:
            found[BY_NAME[name].program] = str(failure)
    return found


def print_markdown(results: Results, arguments: argparse.Namespace, seed: int) -> None:
    tools = arguments.tools
    print(f"Measured on: {machine.description()}.")
    print(f"{arguments.rounds} rounds of {arguments.opens:,} opens, order by seed {seed}.\n")
    print(markdown.table(results, tools), end="\n\n")
    if any(results.measured(tool) for tool in markdown.OURS):
        if markdown.peers(results, tools):
            print(markdown.ratios(results, tools), end="\n\n")
        print(markdown.targets(results), end="\n\n")
    print(markdown.NOTES, end="\n\n")
    print(markdown.commands(tools))
    print("\n" + "; ".join(versions(tools).values()) + ".")


def main() -> int:
    arguments = parse_arguments()
    if os.geteuid() != 0:
        note("needs root, for spoor and for each peer; tools/bench asks sudo for it")
        return 2
    machine.mount_tracefs()
    seed = arguments.seed if arguments.seed is not None else random.randrange(1_000_000)
    note(f"seed {seed}")
    results = run_rounds(arguments, seed)
    if arguments.json:
        raw = {
            "machine": machine.description(),
            "versions": versions(arguments.tools),
            "seed": seed,
            "rounds": results.rounds,
            "failures": results.failures,
        }
        print(json.dumps(raw, indent=2))
    else:
        print_markdown(results, arguments, seed)
    return 0 if any(results.rounds) else 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # So that tools end with us.
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        note("interrupted; nothing is left running")
        sys.exit(130)
