# SPDX-License-Identifier: Apache-2.0
"""What is compared where spoor cannot be built: pure. Boots nothing."""

import json
import pathlib
import tempfile
import unittest

import bare
import equality
import places
import processes
from architecture import AMD64, ARM64
from archive import releases
from bare import PROGRAMS, Program
from guest import machine
from kernel import Kernel
from matrix import Row, markdown
from signals import SIGNALS

LOSS = {
    **{"kind": "loss", "pid": 0, "observed": 1, "delivered": 1, "recursionMisses": 0},
    **{"compatCalls": 3, **dict.fromkeys(equality.LOSSES, 0)},
}


def lookup(path, operation="openat", errno=None, pid=7, kind="lookup"):
    return {"kind": kind, "pid": pid, "operation": operation, "path": path, "errno": errno}


def row(path, count, operation="openat", errno=None, pid=7):
    return {"pid": pid, "path": path, "operation": operation, "errno": errno, "count": count}


def life(pid, start=1, status=0, spawner=7, reaper=None, **end):
    """A fork, and an exit if there is a status."""
    found = [{"kind": "fork", "pid": pid, "start": start, "spawner": spawner, "namespacePid": pid}]
    if status is not None:
        ending = {"kind": "exit", "pid": pid, "start": start, "status": status, "parent": spawner}
        found.append({**ending, "tracer": 0, "autoreaped": False, **end})
    if reaper:
        found.append({"kind": "release", "pid": pid, "start": start, "reaper": reaper})
    return found


def write(minor, count, direction="output", instance=1, pid=7):
    where = {"instance": instance, "major": 136, "minor": minor, "direction": direction}
    return {"kind": "write", "pid": pid, **where, "bytes": count, "writes": 1, "failed": 0}


class ArchitectureTests(unittest.TestCase):
    def test_each_has_kernels_of_its_own(self):
        names = ["linux-image-6.12.9+deb13-cloud-arm64", "linux-image-6.12.9+deb13-cloud-amd64"]
        for architecture in (AMD64, ARM64):
            found = releases("stable", names, architecture)
            self.assertEqual([one.name for one in found], [f"6.12.9+deb13-{architecture.flavour}"])

    def test_only_an_x86_kernel_is_asked_to_do_without_cx16(self):
        folder = pathlib.Path("/folder")
        for architecture, release, is_asked in (
            (AMD64, "6.12.9-cloud-amd64", True),
            (AMD64, "6.18.1-cloud-amd64", False),
            (ARM64, "6.12.9-cloud-arm64", False),
        ):
            words = machine(Kernel(release, folder, architecture), folder, "")
            self.assertIn(architecture.emulator, words)
            self.assertIn(f"console={architecture.console}", words[-1])
            self.assertEqual("clearcpuid" in words[-1], is_asked)


class EqualityTests(unittest.TestCase):
    def test_lookups_are_equal_by_process_operation_path_and_error(self):
        truth = {"pid": 7, "lookups": [row("/w/a", 2), row("/w/b", 1, errno="ENOENT")]}
        told = [lookup("/w/a"), lookup("/w/a"), lookup("/w/b", errno="ENOENT"), lookup("/lib/c")]
        self.assertEqual(equality.lookups(truth, told, "/w"), [])
        for wrong in (told[1:], [*told, lookup("/w/d")], [*told, lookup("/w/a", pid=8)]):
            self.assertEqual(len(equality.lookups(truth, wrong, "/w")), 1)

    def test_a_path_that_is_not_told_is_one_without_text(self):
        truth = {"pid": 7, "unreadable": [row(None, 1, errno="EFAULT")]}
        self.assertEqual(equality.lookups(truth, [lookup("", errno="EFAULT")], "/w"), [])

    def test_an_exec_is_a_lookup_unless_it_walked_no_path(self):
        truth = {"pid": 7, "lookups": [row("/w/a", 1, operation="execve")]}
        told = [lookup("/w/a", "execve", kind="exec"), lookup("/w/a", "", kind="exec")]
        self.assertEqual(equality.lookups(truth, told, "/w"), [])

    def test_a_program_that_says_nothing_proves_nothing(self):
        self.assertEqual(len(equality.lookups({"pid": 7, "lookups": []}, [], "/w")), 1)

    def test_terminals_of_one_name_are_apart_by_their_instance(self):
        own = {"pid": 7, "tty": "pts/3", "direction": "output"}
        truth = {
            "pid": 7,
            "ttys": [{**own, "bytes": 5, "writes": 1, "failed": 0}],
            "twins": [{"output": 2, "input": 4}, {"output": 1, "input": 3}],
        }
        told = [write(3, 5)]
        for instance, output, typed in ((1, 2, 4), (2, 1, 3)):
            told += [write(0, output, instance=instance), write(0, typed, "input", instance)]
        self.assertEqual(equality.terminal_writes(truth, told), [])
        merged = [{**one, "instance": 1} for one in told]
        self.assertEqual(len(equality.terminal_writes(truth, merged)), 1)

    def test_a_release_that_comes_after_its_id_is_used_again_is_of_the_first(self):
        told = [*life(9, start=1, status=3 << 8), *life(9, start=2, status=4 << 8)]
        told.append({"kind": "release", "pid": 9, "start": 1, "reaper": 7})
        first, second = processes.lives(told)
        self.assertEqual(processes.reaping(first)[-1], 7)
        self.assertEqual(processes.reaping(second)[-1], None)

    def test_children_are_reaped_zombies_or_alive_as_they_were_left(self):
        truth = {
            "pid": 7,
            "children": {"spawned": 3},
            "exits": [
                {"pid": 8, "code": 2, "signal": None, "reaped": True},
                {"pid": 9, "code": None, "signal": 15, "reaped": False},
            ],
            "survivors": [10],
        }
        before = [*life(8, status=2 << 8, reaper=7), *life(9, status=15), *life(10, status=None)]
        end = [one for one in life(7, spawner=1) if one["kind"] == "exit"]
        after = [one for one in life(10) if one["kind"] == "exit"]
        self.assertEqual(processes.children(truth, [*before, *end, *after]), [])
        self.assertEqual(
            processes.children(truth, [*before, *after, *end]),
            ["child 10 survives: truth 1, told 0"],
        )

    def test_a_core_is_told_apart_from_the_signal(self):
        self.assertEqual(processes.ended(11 | processes.CORE_DUMPED), (None, 11, True))
        self.assertEqual(processes.ended(5 << 8), (5, None, False))

    def test_a_table_that_threads_share_counts_once(self):
        table = {"kind": "table", "pid": 7, "table": "a", "limit": 9, "repeated": 2}
        counts = {"descriptors": {"pipe": 3}}
        told = [{**table, "tid": tid, **counts} for tid in (7, 8)]
        told.append({**table, "pid": 3, "tid": 3, **counts})
        truth = {"pid": 7, "limit": 9, "repeated": 2}
        truth["processes"] = [{"pid": 7, "descriptors": {"pipe": 3}}]
        self.assertEqual(equality.descriptors(truth, told), [])

    def test_a_master_counts_once_by_the_state_of_its_slave(self):
        masters = {"descriptors": 2, "masters": 1, "slaveOpen": 1}
        truth = {"pid": 7, "processes": [{"pid": 7, "ptyMasters": masters}]}
        one = {"kind": "master", "pid": 7, "table": "a", "tid": 7, "file": "f", "slave": 1}
        self.assertEqual(equality.descriptors(truth, [one, one]), [])

    def test_the_maps_say_what_the_records_say(self):
        count = {"kind": "lookupCount", "pid": 7, "operation": "openat", "count": 2, "failed": 1}
        told = [lookup("a"), lookup("b", errno="ENOENT"), LOSS]
        self.assertEqual(equality.counters([*told, count]), [])
        self.assertEqual(len(equality.counters(told)), 1)
        for name in ("dropped", "ringMissed"):
            self.assertEqual(len(equality.counters([{**LOSS, name: 1}])), 1)


class PlaceTests(unittest.TestCase):
    NOWHERE = {"status": 0, "deleted": 0, "names": ""}
    HERE = {"status": places.WHOLE, "deleted": 0, "names": "here\0srv\0"}

    def led(self, path, base=None, end=None, climb=0xFFFF, status=places.PATH_WHOLE):
        found = {"path": path, "climb": climb, "status": status}
        found |= {"base": base or self.HERE, "end": end or self.NOWHERE}
        return places.resolution(found)

    def test_a_path_goes_on_from_the_directory_where_it_began(self):
        self.assertEqual(self.led("./a//b"), ("/srv/here/a/b", "resolved", None))
        self.assertEqual(self.led("../../../a"), ("/a", "resolved", None))
        self.assertEqual(self.led("../../a", climb=1), ("/srv/a", "resolved", None))

    def test_what_was_opened_is_told_where_it_is_another(self):
        end = {"status": places.BELOW, "deleted": 1, "names": "real\0"}
        self.assertEqual(
            self.led("link", end=end), ("/srv/here/link", "resolved", "/srv/here/real (deleted)")
        )
        self.assertEqual(self.led("real", end={**end, "deleted": 0})[2], None)

    def test_what_is_not_whole_is_not_guessed(self):
        self.assertEqual(self.led("a", base=self.NOWHERE), (None, "unresolved", None))
        truncated = {**self.HERE, "status": places.TRUNCATED}
        self.assertEqual(self.led("a", base=truncated), (None, "truncated", None))
        self.assertEqual(
            self.led("a", status=places.PATH_TRUNCATED), (None, "truncated", None)
        )

    def test_an_exec_is_of_the_file_that_was_named(self):
        ran = {"path": "/dev/fd/12/a/b", "end": self.HERE, "script": True}
        ran["operation"] = "execveat"
        self.assertEqual(places.as_given(ran), {**ran, "path": "a/b", "end": self.NOWHERE})
        named = {**ran, "operation": "execve", "script": False}
        self.assertEqual(places.as_given(named), named)

    def test_each_call_and_each_executable_of_the_truth_is_compared(self):
        own = lookup("a") | {"base": self.HERE, "end": self.NOWHERE, "climb": 9, "status": 0}
        ran = {"kind": "exec", "pid": 7, "operation": "", "path": "", "base": self.NOWHERE}
        ran |= {"end": self.HERE, "climb": 0, "status": 0, "errno": None, "script": False}
        path = {"pid": 7, "operation": "openat", "path": "a", "errno": None, "openedPath": None}
        path |= {"absolutePath": "/srv/here/a", "resolution": "resolved"}
        truth = {"pid": 7, "paths": [path], "executables": [{"pid": 7, "exe": "/srv/here"}]}
        self.assertEqual(places.resolved(truth, [own, ran]), [])
        self.assertEqual(len(places.resolved(truth, [own])), 1)
        self.assertEqual(len(places.resolved(truth, [ran])), 1)


class RunTests(unittest.TestCase):
    def test_of_many_differences_some_are_told_and_the_rest_counted(self):
        many = [f"path {number}" for number in range(bare.SHOWN + 3)]
        self.assertEqual(bare.few(many)[-2:], [many[bare.SHOWN - 1], "and 3 more"])
        one_more = many[: bare.SHOWN + 1]
        self.assertEqual(bare.few(one_more), one_more)

    def test_signals_have_the_names_that_they_have_elsewhere(self):
        self.assertLessEqual(PROGRAMS.keys(), SIGNALS.keys())

    def test_each_program_runs_with_either_backend_in_a_folder_of_its_own(self):
        text = bare.script(["descriptors", "resizes"], pathlib.Path("/g"))
        folder = "/dev/shm/descriptors.raw_tp"
        self.assertIn(f"{folder}.gate /g/programs/descriptors {folder} {folder}.gate 2>", text)
        self.assertIn("/g/resize.tp_btf.truth '' /g/programs/resize 40 2>", text)

    def read(self, **files):
        kernel = Kernel("7.3.4-cloud-arm64", pathlib.Path("/"), ARM64)
        with tempfile.TemporaryDirectory() as name:
            for kind, contents in files.items():
                pathlib.Path(name, f"thirtytwo.tp_btf.{kind}").write_text(contents)
            return bare.read(kernel, 9, pathlib.Path(name), ["32-bit"])

    def told(self, **loss):
        program = {"kind": "program", "pid": 0, "name": "spoor_sys_exit", "instructions": 5}
        return "\n".join(json.dumps(one) for one in (program, {**LOSS, **loss}))

    def test_a_run_that_is_equal_is_exact_and_one_that_never_came_is_not_run(self):
        found = self.read(status="0", told=self.told(), truth='{"undecoded": 3}')
        table = markdown([found], ["32-bit"], ARM64.title)
        self.assertIn(f", {ARM64.title}:", table)
        self.assertIn("| 7.3.4 | tp_btf | exact |", table)
        self.assertIn("| 7.3.4 | raw_tp | not run", table)
        self.assertIn("Instructions verified on 7.3.4: spoor_sys_exit 5", table)
        self.assertEqual(found.cell("io_uring", "tp_btf")[0], "unseen")

    def test_what_the_kernel_skipped_makes_it_incomplete(self):
        found = self.read(
            status="0", told=self.told(recursionMisses=1), truth='{"undecoded": 3}'
        )
        self.assertEqual(found.cell("32-bit", "tp_btf")[0], "incomplete")

    def test_a_kernel_that_takes_no_program_refused(self):
        found = self.read(status="1", errors="libbpf: no\ntracer: too old\n")
        self.assertEqual(found.refusal, "ended with 1: libbpf: no tracer: too old")

    def test_a_program_that_ends_otherwise_differs(self):
        program = Program("leader", (), (), status=7)
        found = Row("6.1", 1, tests={"children": ("leader",)})
        with tempfile.TemporaryDirectory() as name:
            for kind, contents in (("status", "0"), ("errors", "")):
                pathlib.Path(name, f"leader.tp_btf.{kind}").write_text(contents)
            bare.take(found, program, "tp_btf", pathlib.Path(name, "leader.tp_btf"))
        self.assertEqual(found.cell("children", "tp_btf")[0], "differs")


if __name__ == "__main__":
    unittest.main()
