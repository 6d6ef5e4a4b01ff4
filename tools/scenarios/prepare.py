# SPDX-License-Identifier: Apache-2.0
"""Fills in the files of a run's fresh home that are named: ${HOME}, ${MODEL_PORT}, ${SCENARIO}.

Run by `spoor hunt` once the model server is there, as `prepare` in these scenarios says.
${PYTHON} is the interpreter itself: what version managers put in PATH as python3 is a script that
starts other programs, and they would be part of what is compared.
"""

import os
import string
import sys


def fill_in(path: str, values: dict[str, str]) -> None:
    with open(path, encoding="utf-8") as file:
        template = string.Template(file.read())
    with open(path, "w", encoding="utf-8") as file:
        file.write(template.substitute(values))


def main() -> None:
    try:
        values = {name: os.environ[name] for name in ("HOME", "MODEL_PORT", "SCENARIO")}
        values["PYTHON"] = os.path.realpath(sys.executable)
        for name in sys.argv[1:]:
            fill_in(os.path.join(values["HOME"], name), values)
    except KeyError as name:
        sys.exit(f"prepare.py: nothing is named {name}; run it by a scenario of tools/scenarios")
    except (OSError, ValueError) as error:
        sys.exit(f"prepare.py: {error}; see the fixture home of this scenario")


main()
