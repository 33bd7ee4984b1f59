"""The README says what is so: every console block is run and compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from derivcli import differentiate
from derivcli.model import Check
from derivcli.render.functions import table
from derivcli.render.numbers import number
from derivcli.shell import RESERVED

PATH = Path(__file__).parents[1] / "README.md"
README = PATH.read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
COMMANDS = [
    (match.group(1), match.group(2))
    for block in CONSOLE
    for match in re.finditer(r"\$ (.*)\n((?:(?!\$ ).*\n)*)", block)
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH on which `deriv` is this checkout's."""
    folder = tmp_path_factory.mktemp("bin")
    command = folder / "deriv"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m derivcli "$@"\n')
    command.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


@pytest.mark.parametrize(("command", "shown"), COMMANDS, ids=[c for c, _ in COMMANDS])
def test_an_example_answers_as_shown(command: str, shown: str, path: str) -> None:
    ran = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, env={**os.environ, "PATH": path}
    )
    assert ran.stdout == shown
    assert ran.stderr == ""


def test_there_are_examples() -> None:
    assert len(COMMANDS) > 10


def test_the_python_example_holds() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    scope: dict[str, object] = {}
    for line in block.splitlines():
        expression, _, claim = line.partition("#")
        if claim:
            (wanted,) = re.findall(r"'[^']*'|[0-9.]+", claim)[:1]
            assert repr(eval(expression, scope)) == wanted
        else:
            exec(line, scope)
    assert "answer" in scope


def test_install_and_test_commands_are_one_line_each() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    assert blocks and all(block.count("\n") == 1 for block in blocks)
    assert sum(block.rstrip().endswith("pytest") for block in blocks) == 1


def test_every_command_that_exists_is_told(path: str) -> None:
    for name in RESERVED:
        ran = subprocess.run(["deriv", name, "--help"], capture_output=True, text=True, timeout=60, env={"PATH": path})
        assert (ran.returncode == 0) == (f"deriv {name}" in README)


GALLERY = re.findall(r"^\| `(.*)` \| `(.*)` \| (.*) \| (.*) \| (.*) \|$", README, re.MULTILINE)


def in_words(check: Check, symbolic: float) -> str:
    """What is true at a point, as the gallery says it."""
    if check.status in ("agree", "disagree"):
        return number(symbolic, 6)
    if check.limit is not None:
        return f"hole, limit {number(check.limit, 6)}"
    slopes = [number(slope, 6) for slope in (check.left, check.right) if slope is not None]
    return "none" if not slopes else " and ".join(slopes) if len(slopes) == 2 else f"{slopes[0]} on one side"


@pytest.mark.parametrize(("expression", "at", "torch", "true", "status"), GALLERY, ids=[row[0] for row in GALLERY])
def test_a_trap_is_what_the_gallery_says(expression: str, at: str, torch: str, true: str, status: str) -> None:
    (point,) = differentiate(expression.replace("\\|", "|"), at=at, literal=True).points
    assert point.checks is not None and point.symbolic is not None
    check = point.checks["x",]
    found, exact = point.result["x",], point.symbolic["x",]
    assert isinstance(found, float) and isinstance(exact, float)
    assert (number(found, 6), in_words(check, exact), check.status) == (torch, true, status)


def test_the_gallery_has_twenty_lines() -> None:
    assert len(GALLERY) == 20


def test_the_table_of_functions_is_the_catalog() -> None:
    """`README=write pytest tests/test_readme.py` writes it anew."""
    start, end = "<!-- functions -->\n", "\n<!-- end of functions -->"
    before, _, rest = README.partition(start)
    shown, _, after = rest.partition(end)
    assert before and after, "the README has lost the marks around the table"
    if os.environ.get("README") == "write":
        PATH.write_text(f"{before}{start}{table()}{end}{after}", encoding="utf-8")
        return
    assert shown == table(), "the table is out of date: README=write pytest tests/test_readme.py"
