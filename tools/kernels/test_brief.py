# SPDX-License-Identifier: Apache-2.0
"""Run by tools/test; alone: python3 -B -m unittest discover -s tools/kernels. Boots nothing."""

import contextlib
import io
import json
import pathlib
import tempfile
import unittest

import brief
from failure import Failure
from matrix import Row, last_words, markdown, read
from signals import BACKENDS, SIGNALS, Outcome
from soak import outcome


class SoakTests(unittest.TestCase):
    PRINTED = "pass  lookups  9 lookups\nFAIL  memory   1.0 MB\n               wanted: less\n"

    def test_what_failed_is_told_with_what_was_wanted(self):
        self.assertEqual(outcome(1, self.PRINTED, "").issues, ("memory 1.0 MB, wanted: less",))
        self.assertEqual(outcome(0, "pass  lookups  24,200 lookups\n", "").issues, ())

    def test_an_end_that_no_check_explains_is_a_failure(self):
        self.assertEqual(outcome(2, "", "soak: needs root\n").issues, ("soak: needs root",))
        self.assertEqual(len(outcome(None, "", "").issues), 1)

    def test_it_is_told_of_the_way_to_hook_that_it_ran_with(self):
        row = Row("7.3.4-cloud-amd64", 9, chosen="tp", outcomes=[outcome(0, "", "")])
        self.assertIn("| 7.3.4 | tp | pass |", markdown([row], ["soak"]))
        self.assertIn("| 7.3.4 | tp_btf |  |", markdown([row], ["soak"]))
        self.assertEqual(row.summary(["soak"]), "1 pass, 9 s")
        self.assertTrue(row.is_fine(["soak"]))
        self.assertFalse(Row("7.3.4", 9, outcomes=[outcome(1, "", "")]).is_fine(["soak"]))
        self.assertFalse(Row("7.3.4", 9).is_fine(["soak"]))


class DoctorTests(unittest.TestCase):
    @staticmethod
    def chosen(found):
        plan = {"name": "plan", "passed": True, "found": found}
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "output").touch()
            (folder / "doctor.json").write_text(json.dumps({"unseen": [], "checks": [plan]}))
            return read("7.3.4", 9, folder).chosen

    def test_the_plan_tells_the_way_to_hook(self):
        self.assertEqual(self.chosen("spoor_sys_exit, spoor_process_fork"), "tp_btf")
        self.assertEqual(self.chosen("spoor_process_fork, spoor_sys_exit_perf"), "tp")
        self.assertEqual(self.chosen("spoor_sys_return"), "kretprobe.multi")


class BriefTests(unittest.TestCase):
    SIGNALS = ("lookups",)
    TEST = brief.TESTS["lookups"][0]

    def compared(self, **row):
        """What is printed of a kernel, and the status."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status = brief.compare(
                ["6.1"], self.SIGNALS, lambda _: Row("6.1.0", 9, tests=brief.TESTS, **row)
            )
        return printed.getvalue(), status

    def test_what_it_runs_is_some_of_what_the_table_is_made_of(self):
        for signal, tests in brief.TESTS.items():
            self.assertLessEqual(set(tests), set(SIGNALS[signal]))

    def test_equal_numbers_are_a_line_and_others_a_table_and_a_failure(self):
        ended = [Outcome(self.TEST, backend, ()) for backend in BACKENDS]
        self.assertEqual(
            self.compared(outcomes=ended), (f"Linux 6.1.0: {len(BACKENDS)} exact, 9 s\n", 0)
        )
        printed, status = self.compared(outcomes=[*ended, Outcome(self.TEST, "tp_btf", ("2",))])
        self.assertIn("| 6.1.0 | tp_btf | differs (1) |", printed)
        self.assertEqual(status, 1)
        self.assertEqual(self.compared(refusal="no BTF")[1], 1)
        self.assertEqual(self.compared()[1], 1)

    def test_a_guest_that_broke_is_skipped_unless_it_told_a_difference_before(self):
        self.assertEqual(self.compared(broke="it ended"), ("skipped: Linux 6.1: it ended\n", 0))
        wrong = [Outcome(self.TEST, "tp_btf", ("2",))]
        self.assertEqual(self.compared(broke="it ended", outcomes=wrong)[1], 1)

    def test_a_kernel_that_cannot_be_had_is_skipped(self):
        def measured(series):
            raise Failure(f"no {series}") if series == "6.1" else FileNotFoundError("cpio")

        with contextlib.redirect_stdout(io.StringIO()) as printed:
            self.assertEqual(brief.compare(["6.1", "6.12"], self.SIGNALS, measured), 0)
        self.assertEqual(
            printed.getvalue(), "skipped: Linux 6.1: no 6.1\nskipped: Linux 6.12: cpio\n"
        )

    def test_a_kernel_that_ended_early_is_told_by_its_last_words(self):
        self.assertIn("(panic)", last_words("boot\r\npanic\r\n\r\n"))
        self.assertIn("empty", last_words(""))


if __name__ == "__main__":
    unittest.main()
