"""The README and the manual say what is so: every console block is run and compared."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Ran

from derivcli import differentiate
from derivcli.model import Check
from derivcli.render.functions import table
from derivcli.render.numbers import number
from derivcli.shell import RESERVED

ROOT = Path(__file__).parents[1]
MANUAL = ROOT / "derivcli" / "manual"
PAGES = {path: path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *sorted(MANUAL.glob("*.md")))}
README, ALL = PAGES[ROOT / "README.md"], "\n".join(PAGES.values())


def blocks(kind: str, text: str = ALL) -> list[str]:
    """What stands between the fences of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


COMMANDS = [
    (match.group(1), match.group(2))
    for block in blocks("console")
    for match in re.finditer(r"\$ (.*)\n((?:(?!\$ ).*\n)*)", block)
]


# What examples use that need not be installed.
TOOLS = ("jq", "parallel")


def words(command: str) -> list[str] | None:
    """The words of an example that is one call of deriv, or None for what only a shell can run."""
    first, *others = shlex.split(command)
    bare = re.sub(r"'[^']*'|\"[^\"$`\\]*\"", "", command)
    return others if first == "deriv" and not re.search(r"[|&;<>()$`\\*?\[#~{}!\"']", bare) else None


APART = [(asked, shown) for command, shown in COMMANDS if (asked := words(command)) is not None]
IN_A_SHELL = [(command, shown) for command, shown in COMMANDS if words(command) is None]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH on which `deriv` is this checkout's."""
    folder = tmp_path_factory.mktemp("bin")
    command = folder / "deriv"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m derivcli "$@"\n')
    command.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


@pytest.mark.parametrize(("asked", "shown"), APART, ids=[" ".join(asked) for asked, _ in APART])
def test_an_example_answers_as_shown(
    asked: list[str], shown: str, deriv: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process, which saves a start for each."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    ran = deriv(*asked)
    assert (ran.out, ran.err) == (shown, "")


@pytest.fixture(scope="module")
def environment(path: str) -> Iterator[dict[str, str]]:
    """Variables with which `deriv` asks a worker of the tests' own, which saves it most of its start."""
    folder = tempfile.mkdtemp()  # short: names of sockets are
    variables = {**os.environ, "PATH": path, "XDG_RUNTIME_DIR": folder, "DERIV_WORKER": ""}
    subprocess.run(["deriv", "worker", "start"], env=variables, capture_output=True, timeout=120)
    yield variables
    subprocess.run(["deriv", "worker", "stop"], env=variables, capture_output=True, timeout=120)
    shutil.rmtree(folder)


@pytest.mark.parametrize(("command", "shown"), IN_A_SHELL, ids=[c for c, _ in IN_A_SHELL])
def test_an_example_in_a_shell_answers_as_shown(
    command: str, shown: str, environment: dict[str, str], tmp_path: Path
) -> None:
    lacking = [tool for tool in TOOLS if tool in command.split() and shutil.which(tool) is None]
    if lacking:
        pytest.skip(f"{lacking[0]} is not here")
    ran = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        cwd=tmp_path,
    )
    assert ran.stdout == shown
    assert ran.stderr == ""


def test_there_are_examples() -> None:
    assert len(APART) > 10 and len(IN_A_SHELL) > 10


@pytest.mark.parametrize("block", blocks("python"))
def test_a_python_example_holds(block: str) -> None:
    scope: dict[str, object] = {}
    claims = 0
    for line in block.splitlines():
        expression, _, claim = line.partition("#")
        if claim:
            (wanted,) = re.findall(r"'[^']*'|[0-9.]+", claim)[:1]
            assert repr(eval(expression, scope)) == wanted
            claims += 1
        else:
            exec(line, scope)
    assert claims


def test_install_and_test_commands_are_one_line_each() -> None:
    commands = blocks("sh", README)
    assert commands and all(block.count("\n") == 1 for block in commands)
    assert sum(block.rstrip().endswith("pytest") for block in commands) == 1


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")
def test_the_makefile_makes_a_program_and_stops_at_a_loss_that_is_not_safe(path: str, tmp_path: Path) -> None:
    (block,) = blocks("make", README)
    (tmp_path / "Makefile").write_text(block)
    made = []
    for energy in ("log(1 + exp(x))", "log(1 + x**2) + softplus(x)"):
        (tmp_path / "energy.txt").write_text(energy)
        env = {**os.environ, "PATH": path}
        ran = subprocess.run(["make"], capture_output=True, text=True, timeout=120, env=env, cwd=tmp_path)
        made.append((ran.returncode == 0, (tmp_path / "energy.c").exists()))
    assert made == [(False, False), (True, True)]


def test_links_lead_to_files_and_every_page_is_linked() -> None:
    linked = set()
    for page, text in PAGES.items():
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (page.parent / target).exists(), f"{page.name} links {target}"
            linked.add((page.parent / target).resolve())
    assert linked >= {page.resolve() for page in PAGES if page.parent == MANUAL}


def test_every_command_that_exists_is_told(path: str) -> None:
    for name in RESERVED:
        ran = subprocess.run(["deriv", name, "--help"], capture_output=True, text=True, timeout=60, env={"PATH": path})
        assert (ran.returncode == 0) == (f"deriv {name}" in ALL)


GALLERY = re.findall(r"^\| `(.*)` \| `(.*)` \| (.*) \| (.*) \| (.*) \|$", PAGES[MANUAL / "trust.md"], re.MULTILINE)


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
    path = MANUAL / "functions.md"
    before, _, rest = PAGES[path].partition(start)
    shown, _, after = rest.partition(end)
    assert before and after, "the page has lost the marks around the table"
    if os.environ.get("README") == "write":
        path.write_text(f"{before}{start}{table()}{end}{after}", encoding="utf-8")
        return
    assert shown == table(), "the table is out of date: README=write pytest tests/test_readme.py"
