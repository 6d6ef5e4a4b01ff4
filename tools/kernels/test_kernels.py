# SPDX-License-Identifier: Apache-2.0
"""Run by tools/test; alone: python3 -B -m unittest discover -s tools/kernels. Boots nothing."""

import io
import json
import os
import pathlib
import tempfile
import unittest

from archive import Archive, choose, order, releases
from failure import Failure
from guest import TRIES, Follower, tried
from matrix import Row, markdown, read
from owner import roots
from signals import ALONE, BACKENDS, SIGNALS, Outcome, outcomes, test_filter, verdict

RESIZES = SIGNALS["resizes"][0]
URING = SIGNALS["io_uring"][0]


def event(kind, test=None, case=None, text=None):
    payload = {"kind": kind, "messages": [{"text": text}] if text else []}
    if test:
        payload["testID"] = test
    if case:
        payload["_testCase"] = {"displayName": f'"{case}"'}
    return json.dumps({"kind": "event", "version": 0, "payload": payload})


class OwnerTests(unittest.TestCase):
    def test_all_on_the_way_to_the_cache_and_in_it_is_given_back_and_nothing_around(self):
        with tempfile.TemporaryDirectory() as name:
            around = pathlib.Path(name)
            cache = around / "spoor" / "kernels"
            (cache / "6.1").mkdir(parents=True)
            (cache / "6.1" / "vmlinuz").touch()
            (cache / "link").symlink_to("/")
            (around / "other").touch()
            own = around.stat().st_uid
            self.assertEqual(
                set(roots(around, cache, root=own)),
                {
                    around / "spoor",
                    cache,
                    cache / "6.1",
                    cache / "6.1" / "vmlinuz",
                    cache / "link",
                },
            )
            self.assertEqual(roots(around, cache, root=own + 1), [])
            self.assertEqual(set(roots(around, cache / "none", root=own)), {around / "spoor", cache})


class ArchiveTests(unittest.TestCase):
    def setUp(self):
        self.stable = releases(
            "stable",
            [
                "linux-image-6.9.10+deb12-cloud-amd64",
                "linux-image-6.12.9+deb12-cloud-amd64",
                "linux-image-6.12.10+deb12-cloud-amd64",
                "linux-image-6.12.11+deb12-cloud-amd64-dbg",
                "linux-image-6.12.11+deb12-cloud-amd64-unsigned",
                "linux-image-6.12.11+deb12-amd64",
                "linux-image-cloud-amd64",
            ],
        )
        self.backports = releases(
            "backports",
            [
                "linux-image-6.12.99-cloud-amd64",
                "linux-binary-7.3.4+deb13-cloud-amd64",
                "linux-image-7.3.4+deb13-cloud-amd64",
                "linux-modules-7.3.4+deb13-cloud-amd64",
            ],
        )

    def test_debug_and_unsigned_and_other_flavours_are_no_kernels(self):
        self.assertEqual(
            [one.name for one in self.stable],
            [
                "6.9.10+deb12-cloud-amd64",
                "6.12.9+deb12-cloud-amd64",
                "6.12.10+deb12-cloud-amd64",
            ],
        )

    def test_a_series_is_its_newest_release_in_the_first_suite_with_one(self):
        chosen = choose("6.12", [self.stable, self.backports])
        self.assertEqual((chosen.suite, chosen.name), ("stable", "6.12.10+deb12-cloud-amd64"))

    def test_the_newest_is_chosen_by_number_over_all_suites(self):
        chosen = choose("newest", [self.backports, self.stable])
        self.assertEqual(chosen.series, "7.3")
        self.assertEqual(len(chosen.packages), 3)

    def test_an_unknown_series_is_told_with_those_there_are(self):
        with self.assertRaisesRegex(Failure, "no kernel 5.15 .* it has 6.9, 6.12, 7.3, and newest"):
            choose("5.15", [self.stable, self.backports])

    def test_lists_are_fetched_where_there_is_none_and_where_it_is_old(self):
        with tempfile.TemporaryDirectory() as name:
            archive = Archive(pathlib.Path(name), suites=("new", "old", "none"))
            for suite in ("new", "old"):
                path = pathlib.Path(name, suite, "names")
                path.parent.mkdir()
                path.touch()
            os.utime(path, (0, 0))
            self.assertEqual(archive.older(3600), ["old", "none"])

    def test_numbers_are_compared_as_numbers(self):
        self.assertLess(order("6.9"), order("6.12"))


class SignalTests(unittest.TestCase):
    def test_an_issue_is_of_the_case_it_was_recorded_in(self):
        name = f"LiveTests.{RESIZES}(backend:)/ResizeTests.swift:1:1"
        stream = "\n".join(
            [
                event("testStarted", "LiveTests.ResizeTests"),
                event("testStarted", name),
                event("testCaseStarted", name, "tp_btf"),
                event("testCaseEnded", name, "tp_btf"),
                event("testCaseStarted", name, "raw_tp"),
                event("issueRecorded", name, "raw_tp", "39 of 40"),
                event("testCaseEnded", name, "raw_tp"),
                event("testEnded", name),
                event("testEnded", "LiveTests.ResizeTests"),
            ]
        )
        found = outcomes(stream)
        self.assertEqual(
            found, [Outcome(RESIZES, "tp_btf", ()), Outcome(RESIZES, "raw_tp", ("39 of 40",))]
        )
        self.assertEqual(verdict("resizes", "tp_btf", found), ("exact", []))
        self.assertEqual(verdict("resizes", "raw_tp", found)[0], "differs")

    def test_a_test_without_a_backend_counts_for_all(self):
        names = SIGNALS["descriptors"]
        stream = "\n".join(
            event(kind, f"LiveTests.{name}()/DescriptorTests.swift:1:1")
            for name in names
            for kind in ("testStarted", "testEnded")
        )
        for backend in BACKENDS:
            self.assertEqual(verdict("descriptors", backend, outcomes(stream)), ("exact", []))

    def test_what_one_way_alone_has_is_asked_of_no_other(self):
        common = [Outcome(name, None, ()) for name in SIGNALS["descriptors"] if name not in ALONE]
        self.assertEqual(verdict("descriptors", "tp_btf", common), ("exact", []))
        for name, backend in ALONE.items():
            self.assertEqual(verdict("descriptors", backend, common), ("not run", [name]))
            ended = [*common, Outcome(name, backend, ())]
            self.assertEqual(verdict("descriptors", backend, ended), ("exact", []))

    def test_equal_numbers_that_spoor_itself_doubts_are_incomplete(self):
        doubt = "Expectation failed: (loss → Loss(complete: false)).complete → false"
        wrong = "Expectation failed: truth 3, spoor 1"
        for issues, word in (((doubt,), "incomplete"), ((doubt, wrong), "differs")):
            found = [Outcome(RESIZES, "tp_btf", issues)]
            self.assertEqual(verdict("resizes", "tp_btf", found)[0], word)

    def test_a_stream_that_was_cut_has_what_came_before(self):
        name = f"LiveTests.{RESIZES}(backend:)/ResizeTests.swift:1:1"
        stream = event("testCaseEnded", name, "tp_btf") + '\n{"kind":"eve'
        self.assertEqual(outcomes(stream), [Outcome(RESIZES, "tp_btf", ())])
        self.assertEqual(verdict("resizes", "raw_tp", outcomes(stream))[0], "not run")

    def test_the_filter_names_whole_functions(self):
        self.assertRegex(f"LiveTests.{RESIZES}(backend:)/File.swift", test_filter(["resizes"]))
        self.assertNotRegex(f"LiveTests.{RESIZES}Too(backend:)", test_filter(["resizes"]))


class TableTests(unittest.TestCase):
    def test_a_row_tells_what_is_exact_unseen_and_refused(self):
        ended = [Outcome(RESIZES, backend, ()) for backend in BACKENDS]
        missed = [Outcome(URING, backend, ("0 of 5",)) for backend in BACKENDS]
        unseen = "Lookups and terminal writes by io_uring are not counted: by nobody."
        rows = [
            Row("5.10.0-32-cloud-amd64", 9, refusal="this kernel is too old"),
            Row("7.3.4-cloud-amd64", 9, unseen=(unseen,), outcomes=ended + missed),
        ]
        table = markdown(rows, ["resizes", "io_uring"])
        self.assertIn("| 5.10.0-32 | none | refused (1) |  |", table)
        self.assertIn("| 7.3.4 | tp_btf | exact | unseen |", table)
        self.assertIn("1. 5.10.0-32-cloud-amd64: this kernel is too old", table)
        self.assertIn(unseen, table)
        self.assertFalse(rows[0].is_fine(["resizes"]))
        self.assertTrue(rows[1].is_fine(["resizes", "io_uring"]))

    def test_a_way_to_hook_that_a_kernel_lacks_is_refused_and_no_fault(self):
        ended = [Outcome(RESIZES, backend, ()) for backend in BACKENDS[:-1]]
        row = Row("6.1.0-cloud-amd64", 9, lacking={"kretprobe.multi": "no"}, outcomes=ended)
        table = markdown([row], ["resizes"])
        self.assertIn("| 6.1.0 | raw_tp | exact |", table)
        self.assertIn("| 6.1.0 | kretprobe.multi | refused (1) |", table)
        self.assertIn("1. 6.1.0-cloud-amd64, kretprobe.multi: no", table)
        self.assertTrue(row.is_fine(["resizes"]))
        self.assertEqual(row.summary(["resizes"]), "3 exact, 9 s")
        # Had it the last, nothing would be known of it.
        row.lacking = {}
        self.assertFalse(row.is_fine(["resizes"]))

    def test_what_doctor_says_decides_what_a_kernel_lacks(self):
        for found, lacking in (("yes, by --backend kretprobe.multi", []), ("no", ["no"])):
            check = {"name": "return hooks", "passed": True, "found": found}
            with tempfile.TemporaryDirectory() as name:
                folder = pathlib.Path(name)
                (folder / "output").touch()
                (folder / "doctor.json").write_text(json.dumps({"checks": [check], "unseen": []}))
                self.assertEqual(list(read("6.1", 9, folder).lacking.values()), lacking)


class TriedTests(unittest.TestCase):
    def test_a_guest_that_ended_by_itself_runs_again_in_a_new_folder(self):
        for ends, runs in (([True], 1), ([False, True, True], 2), ([False] * 9, TRIES)):
            folders: list[pathlib.Path] = []

            def once(folder, ends=ends, folders=folders):
                self.assertTrue(folder.is_dir())
                folders.append(folder)
                return ends[len(folders) - 1], len(folders)

            self.assertEqual(tried(once), runs)
            self.assertEqual(len(set(folders)), runs)
            self.assertFalse(any(folder.exists() for folder in folders))


class FollowerTests(unittest.TestCase):
    def test_all_that_a_file_grows_by_is_passed_on_once(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "output"
            path.write_bytes(b"one ")
            target = io.BytesIO()
            with Follower(path, target) as follower:
                follower.copy()
                with path.open("ab") as file:
                    file.write(b"two ")
                follower.copy()
                follower.copy()
                with path.open("ab") as file:
                    file.write(b"three")
            self.assertEqual(target.getvalue(), b"one two three")


if __name__ == "__main__":
    unittest.main()
