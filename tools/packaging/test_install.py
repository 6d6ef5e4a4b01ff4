# SPDX-License-Identifier: Apache-2.0
"""tools/install and tools/package: what they lay out, and that it does."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parent.parent
FILES = {
    "bin/spoor": 0o755,
    "share/bash-completion/completions/spoor": 0o644,
    "share/doc/spoor/LICENSE": 0o644,
    "share/doc/spoor/copyright": 0o644,
    "share/fish/vendor_completions.d/spoor.fish": 0o644,
    "share/man/man1/spoor.1.gz": 0o644,
    "share/zsh/site-functions/_spoor": 0o644,
}

# What bash does at Tab, with the words up to the cursor as arguments; prints what is offered.
BASH = """
source "$1"; shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMPREPLY=()
"$(complete -p spoor | sed 's/.*-F \\([^ ]*\\).*/\\1/')" spoor "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""

# What an interactive zsh shows after Tab, as soon as the text $3 is there.
ZSH = """
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "fpath=($1 \\$fpath); autoload -U compinit; compinit -D -u; print READ''Y"
zpty -r shell shown "*READY*"
zpty -w -n shell "$2"$'\\t\\t'
zpty -r shell shown "*$3*"
print -r -- "$shown"
"""


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=600, **options)


def files(folder):
    return {str(one.relative_to(folder)): one.stat().st_mode & 0o777
            for one in folder.rglob("*") if not one.is_dir()}


def needs(shell):
    return unittest.skipUnless(shutil.which(shell), f"completions: no {shell} here (install it)")


class InstalledTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.prefix = pathlib.Path(cls.folder.name).resolve() / "a prefix"
        cls.prefix.mkdir()
        cls.installed = run(TOOLS / "install", "--prefix", cls.prefix)
        cls.path = f"{cls.prefix}/bin:{os.environ['PATH']}"

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def offered(self, *words):
        script = self.prefix / "share/bash-completion/completions/spoor"
        done = run("bash", "-c", BASH, "bash", script, *words, cwd=TOOLS.parent,
                   env=os.environ | {"PATH": self.path})
        self.assertEqual(done.stderr, "")
        return done.stdout.splitlines()

    def test_what_is_installed_is_the_list_and_is_told(self):
        self.assertEqual(self.installed.returncode, 0, self.installed.stderr)
        self.assertEqual(files(self.prefix), FILES)
        told = [line.removeprefix(f"installed {self.prefix}/")
                for line in self.installed.stdout.splitlines()]
        self.assertEqual(sorted(told), sorted(FILES))

    def test_the_program_needs_no_library_of_the_toolchain(self):
        linked = run("ldd", self.prefix / "bin/spoor")
        self.assertNotRegex(linked.stdout, "(?i)swift|foundation|not found")
        sections = run("readelf", "--dynamic", self.prefix / "bin/spoor")
        self.assertIn("NEEDED", sections.stdout)
        self.assertNotIn("PATH", sections.stdout)
        version = run(self.prefix / "bin/spoor", "--version", env={})
        self.assertRegex(version.stdout, r"^\d+\.\d+\.\d+\n$")

    def test_the_man_page_has_every_verb_and_no_mistake_of_roff(self):
        page = run("zcat", self.prefix / "share/man/man1/spoor.1.gz").stdout
        verbs = re.findall(r"^  (\w+) {2,}", run(self.prefix / "bin/spoor", "help").stdout, re.M)
        self.assertIn("record", verbs)
        for verb in verbs:
            self.assertIn(f".SS {verb}\n", page)
        self.assertIn("\\fB\\-\\-fail\\-on\\fR", page)
        if shutil.which("groff"):
            checked = run("groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-z", input=page)
            self.assertEqual(checked.stderr, "")

    def test_bash_completes_verbs_options_and_their_values(self):
        self.assertEqual(self.offered("spoor", "r"), ["record", "report"])
        self.assertIn("--fail-on", self.offered("spoor", "record", "--fa"))
        self.assertEqual(
            self.offered("spoor", "record", "--fail-on", "hot-path,le"),
            ["hot-path,leaked-children"])
        self.assertIn(
            "tools/demos/quick.yaml",
            self.offered("spoor", "check", "--budget", "tools/demos/q"))

    def test_bash_completes_the_command_and_its_files(self):
        self.assertIn("basename", self.offered("spoor", "record", "--", "basenam"))
        self.assertIn("Package.swift", self.offered("spoor", "trace", "-q", "--", "cat", "Pack"))

    @needs("zsh")
    def test_zsh_completes_options_and_the_command(self):
        folder = self.prefix / "share/zsh/site-functions"
        self.assertEqual(run("zsh", "-n", folder / "_spoor").stderr, "")
        for line, text in [("spoor record --fa", "--fail-on"),
                           ("spoor record -- basenam", "basename")]:
            shown = run("zsh", "-f", "-c", ZSH, "zsh", str(folder).replace(" ", "\\ "), line, text,
                        cwd=TOOLS.parent, env=os.environ | {"PATH": self.path, "TERM": "dumb"})
            self.assertIn(text, shown.stdout)

    @needs("fish")
    def test_fish_completes_options_and_the_command(self):
        script = self.prefix / "share/fish/vendor_completions.d/spoor.fish"
        home = os.environ | {"HOME": self.folder.name, "PATH": self.path}
        for line, text in [("spoor record --fa", "--fail-on"),
                           ("spoor record -- basenam", "basename"),
                           ("spoor record -q -- cat Pack", "Package.swift")]:
            shown = run("fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]",
                        script, line, cwd=TOOLS.parent, env=home)
            self.assertEqual(shown.stderr, "")
            self.assertIn(text, shown.stdout)


class RemovalTests(unittest.TestCase):
    def test_uninstall_removes_what_install_made_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as folder:
            prefix = pathlib.Path(folder).resolve()
            other = prefix / "share/man/man1/other.1"
            other.parent.mkdir(parents=True)
            other.write_text("another's")
            self.assertEqual(run(TOOLS / "install", "--prefix", prefix).returncode, 0)
            removed = run(TOOLS / "install", "--uninstall", "--prefix", prefix)
            self.assertEqual(removed.returncode, 0, removed.stderr)
            self.assertEqual(set(files(prefix)), {"share/man/man1/other.1"})
            self.assertFalse((prefix / "share/doc/spoor").exists())
            again = run(TOOLS / "install", "--uninstall", "--prefix", prefix)
            self.assertEqual(again.returncode, 2)
            self.assertEqual(again.stderr, f"spoor: spoor is not installed below {prefix}; "
                                           "give its --prefix\n")

    def test_bad_input_is_one_sentence_and_status_2(self):
        for tool, arguments in [("install", ["--prefx"]), ("install", ["--prefix"]),
                                ("package", ["--compression", "tar"])]:
            done = run(TOOLS / tool, *arguments)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)


@unittest.skipUnless(shutil.which("dpkg-deb"), "the package: no dpkg here")
class PackageTests(unittest.TestCase):
    def test_the_package_has_the_files_and_says_what_it_needs(self):
        with tempfile.TemporaryDirectory() as folder:
            made = run(TOOLS / "package", "--compression", "none", "--output", folder)
            self.assertEqual(made.returncode, 0, made.stderr)
            package, = pathlib.Path(folder).glob("spoor_*.deb")
            listed = run("dpkg-deb", "--contents", package).stdout.splitlines()
            contents = {tuple(line.split()[i] for i in (0, 1, 5))
                        for line in listed if not line.startswith("d")}
            expected = dict(FILES)
            for ours, theirs in [("doc/spoor/LICENSE", "doc/spoor/changelog.gz"),
                                 ("zsh/site-functions/_spoor", "zsh/vendor-completions/_spoor")]:
                expected["share/" + theirs] = expected.pop("share/" + ours)
            expected["share/lintian/overrides/spoor"] = 0o644
            names = {0o755: "-rwxr-xr-x", 0o644: "-rw-r--r--"}
            self.assertEqual(
                contents,
                {(names[mode], "root/root", f"./usr/{one}") for one, mode in expected.items()})
            needed = run("dpkg-deb", "--field", package, "Depends").stdout
            for library in ["libbpf", "libsqlite3", "libvterm", "libc6"]:
                self.assertIn(library, needed)


if __name__ == "__main__":
    unittest.main()
