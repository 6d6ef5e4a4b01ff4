# SPDX-License-Identifier: Apache-2.0
"""Which of spoor's live tests say what of which signal, and how they ended in a guest."""

import dataclasses
import json
from collections.abc import Mapping

BACKENDS = ("tp_btf", "raw_tp", "tp", "kretprobe.multi")
# What not every kernel has, and the check of `spoor doctor` that says so.
OPTIONAL = {"kretprobe.multi": "return hooks"}

# Tests with a backend as their argument say it of that one, the others of both.
SIGNALS = {
    "lookups": (
        "ConformanceTests/everyLookupIsCountedByPathOperationAndErrno",
        "ConformanceTests/longHostileAndUnreadablePathsAreCounted",
        "SystemCallTests/theCallsThatMakeLinkAndChangeFilesAreCounted",
        "SystemCallTests/aMountWalksItsTargetAndOnlyABoundSource",
        "SystemCallTests/aSocketsNameIsALookupWhereItIsAPath",
    ),
    "whole paths": ("PathTests/everyPathIsResolvedAsTheKernelSeesIt",),
    "terminals": (
        "ConformanceTests/terminalBytesEqualWhatTheCallsReturned",
        "TerminalTests/everyCallThatReachesATerminalCountsWhatItReturned",
    ),
    "resizes": ("ResizeTests/whoeverIsSentTheSignalHasEachOfThem",),
    "children": (
        "ProcessTests/everyWayToBeReapedIsToldWithWhoDidIt",
        "ConformanceTests/childrenAreReapedZombiesOrAliveAsTheirParentLeftThem",
        "ConformanceTests/aProcessWhoseLeaderEndedFirstEndsOnceAndLast",
        "ConformanceTests/anExecByAThreadKeepsTheProcess",
        "ConformanceTests/aDaemonKeepsTheSpawnerItWasForkedBy",
    ),
    "io_uring": ("RingTests/whatAnIOUringLooksUpAndWritesIsItsSubmitters",),
    "32-bit": ("SystemCallTests/callsOfThirtyTwoBitsAreDecoded",),
    "descriptors": (
        "DescriptorTests/descriptorsOfEveryClassAreCountedInEveryKindOfTable",
        "DescriptorTests/ptyMastersAreCountedByOpenFileAndBySlave",
        "DescriptorTests/aPassFollowsTheOpeningOfAMaster",
        "DescriptorTests/mastersAreToldAtOnceWhereTheirFunctionsAreHooked",
    ),
}


# Tests of what one way to hook alone has.
ALONE = {"DescriptorTests/mastersAreToldAtOnceWhereTheirFunctionsAreHooked": "kretprobe.multi"}


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How a test ended with a backend; None is any."""

    test: str
    backend: str | None
    # What it found wrong; empty where nothing was.
    issues: tuple[str, ...]


def test_filter(signals: list[str], tests: Mapping[str, tuple[str, ...]] = SIGNALS) -> str:
    """A pattern of swift-testing for their tests; empty where they have none."""
    names = [name for signal in signals for name in tests.get(signal, ())]
    return "^LiveTests[.](" + "|".join(names) + r")\(" if names else ""


def outcomes(stream: str) -> list[Outcome]:
    """Those of an event stream of swift-testing (version 0) whose tests came to their end.

    One test runs at a time, so what is told between a start and its end is its own. Only a test
    with arguments has cases.
    """
    found = []
    issues: list[str] = []
    has_cases = False
    for line in stream.splitlines():
        try:
            record = json.loads(line)
        except ValueError:  # the kernel ended while it was written
            break
        if record["kind"] != "event":
            continue
        event = record["payload"]
        match event["kind"]:
            case "testStarted":
                issues, has_cases = [], False
            case "testCaseStarted":
                issues, has_cases = [], True
            case "issueRecorded":
                issues.append(" ".join(message["text"] for message in event["messages"]))
            case "testCaseEnded":
                case = event["_testCase"]["displayName"].strip('"')
                backend = case if case in BACKENDS else None
                found.append(Outcome(test_name(event["testID"]), backend, tuple(issues)))
            case "testEnded" if not has_cases and "/" in event["testID"]:
                found.append(Outcome(test_name(event["testID"]), None, tuple(issues)))
    return found


def test_name(identifier: str) -> str:
    """`Suite/function` of `Module.Suite/function()/File.swift:1:2`."""
    suite, function = identifier.split("/")[:2]
    return f"{suite.partition('.')[2]}/{function.partition('(')[0]}"


def verdict(
    signal: str,
    backend: str,
    found: list[Outcome],
    tests: Mapping[str, tuple[str, ...]] = SIGNALS,
) -> tuple[str, list[str]]:
    """`exact`, `incomplete` (equal, but spoor says that it may have missed some), `differs` or
    `not run`, and why."""
    wanted = [name for name in tests[signal] if ALONE.get(name, backend) == backend]
    own = [one for one in found if one.test in wanted and one.backend in (backend, None)]
    issues = [f"{one.test}: {issue}" for one in own for issue in one.issues]
    if issues:
        said = all(".complete → false" in issue for issue in issues)
        return "incomplete" if said else "differs", issues
    ended = {one.test for one in own}
    if missing := [name for name in wanted if name not in ended]:
        return "not run", [", ".join(missing)]
    return "exact", []
