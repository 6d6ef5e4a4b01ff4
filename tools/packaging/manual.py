# SPDX-License-Identifier: Apache-2.0
"""Prints the man page of a spoor, from what its argument parser says of itself.

    python3 manual.py SPOOR DATE
"""

import json
import re
import subprocess
import sys


def ask(spoor, *arguments):
    return subprocess.run(
        [spoor, *arguments], check=True, capture_output=True, text=True).stdout


def text(words):
    """Words as roff: a hyphen stays one, and no line is a request."""
    escaped = words.replace("\\", "\\e").replace("-", "\\-")
    # What is typed stands out.
    escaped = re.sub(r"`([^`]*)`", r"\\fB\1\\fR", escaped)
    return re.sub(r"(?m)^(?=[.'])", r"\\&", escaped)


def paragraphs(words):
    return "\n.PP\n".join(text(part) for part in words.split("\n\n"))


def usage(spoor, verb):
    """The usage as help tells it, on one line."""
    help_text = ask(spoor, "help", verb)
    lines = re.search(r"^USAGE: (.*?)\n\n", help_text, re.M | re.S)
    return " ".join(lines.group(1).split())


def name(one, value):
    spelling = ("-" if one["kind"] == "short" else "--") + one["name"]
    return f"\\fB{text(spelling)}\\fR" + (f" \\fI{text(value)}\\fR" if value else "")


def entry(argument):
    """An argument or an option with what it means."""
    value = argument["valueName"]
    if argument["kind"] == "positional":
        heading = f"\\fI{text(value)}\\fR"
    else:
        value = value if argument["kind"] == "option" else None
        short_first = sorted(argument["names"], key=lambda one: one["kind"] != "short")
        *others, last = short_first
        heading = ", ".join([name(one, None) for one in others] + [name(last, value)])
    meaning = text(argument.get("abstract", ""))
    if "defaultValue" in argument:
        meaning += f" (default: {text(argument['defaultValue'])})"
    return f".TP\n{heading}\n{meaning}\n"


def is_shown(argument):
    # Each verb has these.
    names = {one["name"] for one in argument.get("names", [])}
    is_common = argument["kind"] == "flag" and bool(names & {"help", "version"})
    return argument["shouldDisplay"] and not is_common


def verb_section(verb):
    described = verb["abstract"] + (
        "\n\n" + verb["discussion"] if verb.get("discussion") else "")
    shown = [one for one in verb["arguments"] if is_shown(one)]
    shown.sort(key=lambda one: one["kind"] != "positional")
    return (f".SS {verb['commandName']}\n{paragraphs(described)}\n"
            + "".join(entry(one) for one in shown))


def page(spoor, date):
    root = json.loads(ask(spoor, "--experimental-dump-help"))["command"]
    verbs = [one for one in root["subcommands"]
             if one["shouldDisplay"] and one["commandName"] != "help"]
    version = ask(spoor, "--version").strip()
    return "".join([
        f'.TH SPOOR 1 "{date}" "spoor {version}" "User Commands"\n',
        # Ragged, without hyphens: what is typed shall be found as it is.
        ".nh\n.ad l\n",
        f".SH NAME\nspoor \\- {text(root['abstract'].rstrip('.'))}\n",
        ".SH SYNOPSIS\n",
        "\n.br\n".join(f"\\fB{text(usage(spoor, one['commandName']))}\\fR" for one in verbs),
        f"\n.SH DESCRIPTION\n{paragraphs(root['discussion'])}\n.SH VERBS\n",
        "".join(verb_section(one) for one in verbs),
        ".SH OPTIONS\n",
        "".join(entry(one) for one in root["arguments"] if one["shouldDisplay"]),
    ])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.stdout.write(page(*sys.argv[1:]))
