# SPDX-License-Identifier: Apache-2.0
"""What tools/soak concludes from what it measured; nothing is traced."""

import unittest

import checks
from checks import Size

LOSS = {
    "complete": True,
    "observed": 30,
    "delivered": 28,
    "dropped": {"ringFull": 2},
    "byKind": {
        "lookup": {"observed": 20, "delivered": 18, "dropped": {"ringFull": 2}},
        "fork": {"observed": 10, "delivered": 10, "dropped": {}},
    },
    "notes": {"pathTruncated": 0},
}

TRUTH = {
    "pid": 7,
    "lookups": [
        {"path": "/a", "isFound": True, "count": 5},
        {"path": "/b", "isFound": False, "count": 2},
    ],
    "lookupRows": 4,
    "written": {"output": 100, "outputWrites": 3, "input": 9, "inputWrites": 1},
    "spawned": 4,
    "rings": [
        {
            "lookups": [
                {"pid": 8, "path": "/r", "operation": "openat", "count": 3, "failed": 1},
            ],
            "unreadable": [
                {"pid": 8, "path": None, "operation": "openat", "count": 1, "failed": 1},
            ],
        }
    ]
    * 2,
}


def row(pid: int, path: str, operation: str, count: int, failed: int = 0, start: int = 1) -> dict:
    return {
        **{"pid": pid, "startTimeNs": start, "path": path, "operation": operation},
        **{"count": count, "failed": failed},
    }


def report() -> dict:
    children = {"spawned": 4, "reaped": 4, "zombies": 0, "alive": 0, "zombiesPeak": 2}
    return {
        "recording": {"unseen": ["Names of sockets given to io_uring are not counted."]},
        "processes": [
            {"pid": 7, "startTimeNs": 1, "exe": "/usr/bin/python3", "children": children},
            {"pid": 8, "startTimeNs": 1, "exe": "/x/uring"},
            {"pid": 8, "startTimeNs": 2, "exe": "/x/uring"},
            {"pid": 8, "startTimeNs": 3, "exe": "/bin/true"},
        ],
        "paths": [
            row(7, "/a", "openat", 3),
            row(7, "/a", "newfstatat", 2),
            row(7, "/b", "openat", 2, 2),
            row(7, "/lib", "openat", 50),
            row(8, "/r", "openat", 3, 1),
            row(8, "/r", "openat", 3, 1, start=2),
            row(8, "/r", "openat", 77, start=3),
            row(8, "", "openat", 1, 1),
            row(8, "", "openat", 1, 1, start=2),
        ],
        "ttys": [
            {"pid": 7, "direction": "output", "bytes": 60, "writes": 2},
            {"pid": 7, "direction": "output", "bytes": 40, "writes": 1},
            {"pid": 7, "direction": "input", "bytes": 9, "writes": 1},
            {"pid": 9, "direction": "input", "bytes": 1, "writes": 1},
        ],
    }


class CheckTests(unittest.TestCase):
    def assert_fails(self, check: checks.Check, words: str) -> None:
        self.assertFalse(check.is_fine)
        self.assertIn(words, check.found)

    def test_what_was_dropped_is_accounted_for_in_each_kind(self) -> None:
        self.assertTrue(checks.conservation(LOSS).is_fine)
        self.assert_fails(checks.conservation(LOSS | {"observed": 31}), "not of all")
        kinds = LOSS["byKind"] | {"exec": {"observed": 1, "delivered": 0, "dropped": {}}}
        self.assert_fails(checks.conservation(LOSS | {"byKind": kinds}), "not of exec")

    def test_an_incomplete_recording_is_told_with_its_reason(self) -> None:
        self.assertTrue(checks.completeness(LOSS).is_fine)
        lossy = LOSS | {"complete": False, "notes": {"recursionMisses": 1}}
        self.assert_fails(checks.completeness(lossy), "recursionMisses")

    def test_equal_counts_pass_and_others_name_the_first_difference(self) -> None:
        for check in (checks.lookups, checks.ring_lookups, checks.writes, checks.children):
            self.assertTrue(check(TRUTH, report()).is_fine, check.__name__)
        wrong = report()
        wrong["paths"][0]["count"] = 4
        wrong["paths"][4]["failed"] = 2
        wrong["ttys"][0]["writes"] = 3
        wrong["processes"][0]["children"]["zombies"] = 1
        self.assert_fails(checks.lookups(TRUTH, wrong), "('/a', True): 6, not 5")
        self.assert_fails(checks.ring_lookups(TRUTH, wrong), "('/r', 'openat', False): 3, not 2")
        self.assert_fails(checks.writes(TRUTH, wrong), "outputWrites: 4, not 3")
        self.assert_fails(checks.children(TRUTH, wrong), "zombies: 1, not 0")

    def test_what_the_kernel_does_not_show_is_no_difference(self) -> None:
        blind = report()
        blind["paths"] = []
        self.assertFalse(checks.ring_lookups(TRUTH, blind).is_fine)
        blind["recording"]["unseen"].append(checks.RING_UNSEEN + ": they are known from 6.0 on.")
        self.assertTrue(checks.ring_lookups(TRUTH, blind).is_fine)

    def test_what_grows_after_the_first_third_is_a_leak(self) -> None:
        sizes = (Size(10, 1000, 1), Size(20, 2000, 2), Size(30, 3000, 3))
        flat = [*range(0, 10 << 20, 1 << 20), *[40 << 20] * 20]
        self.assertTrue(checks.memory(flat, *sizes).is_fine)
        self.assertTrue(checks.memory([*flat[:-1], 90 << 20], *sizes).is_fine)
        grown = [number << 18 for number in range(30)]
        self.assertFalse(checks.memory(grown, *sizes).is_fine)

    def test_what_sqlite_keeps_of_the_file_is_none_until_it_has_all_it_may(self) -> None:
        grown = [number << 17 for number in range(30)]
        small = (Size(10, 1 << 18, 1), Size(20, 3 << 18, 2), Size(30, 5 << 18, 3))
        self.assertTrue(checks.memory(grown, *small).is_fine)
        large = [Size(part.intervals, part.size + (2 << 20), part.rows) for part in small]
        self.assertFalse(checks.memory(grown, *large).is_fine)

    def test_the_size_is_foretold_by_the_intervals_before(self) -> None:
        first, second = Size(100, 2_000_000, 50), Size(200, 3_000_000, 90)
        self.assertTrue(checks.size(first, second, Size(300, 4_100_000, 130)).is_fine)
        self.assertFalse(checks.size(first, second, Size(300, 5_000_000, 130)).is_fine)
        self.assertFalse(checks.size(first, second, Size(300, 3_000_000, 130)).is_fine)

    def test_more_rows_than_ways_to_look_up_are_too_many(self) -> None:
        self.assertTrue(checks.rows(4, TRUTH).is_fine)
        self.assertFalse(checks.rows(5, TRUTH).is_fine)
        self.assertFalse(checks.rows(0, TRUTH).is_fine)

    def test_what_is_left_is_named(self) -> None:
        self.assertTrue(checks.attached({"map 1"}, set()).is_fine)
        self.assert_fails(checks.attached({"map 1", "prog 2"}, {"prog 2"}), "prog 2")
        self.assertFalse(checks.attached(set(), set()).is_fine)


if __name__ == "__main__":
    unittest.main()
