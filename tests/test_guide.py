"""The help and the page for man: from the commands as they are, examples first, whatever the width."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from derivcli.commands import app
from derivcli.guide import screen
from derivcli.guide.contents import EXAMPLES, PANELS
from derivcli.guide.page import page
from derivcli.render.functions import entries_by_group
from derivcli.vocabulary import KEPT, commands, kept_commands, written

Deriv = Callable[..., Any]
GROUP: Any = typer.main.get_command(app)
GOLDEN = Path(__file__).parent / "golden"
MAN = Path(__file__).parents[1] / "derivcli" / "manual" / "deriv.1"
COMMANDS = commands(GROUP)
OTHERS = [name for name in COMMANDS if name != "ask"]


def test_the_commands_are_kept_as_they_are() -> None:
    """`MAN=write pytest tests/test_guide.py` writes them anew."""
    if os.environ.get("MAN") == "write":
        KEPT.write_text(written(COMMANDS), encoding="utf-8")
    assert kept_commands() == COMMANDS, "out of date: MAN=write pytest tests/test_guide.py"
    assert KEPT.read_text(encoding="utf-8") == written(COMMANDS)


@pytest.mark.parametrize("columns", [80, 200])
@pytest.mark.parametrize(("option", "name"), [("--help", "short"), ("--help-all", "all")])
def test_the_help_is_as_it_is_kept(
    option: str, name: str, columns: int, deriv: Deriv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = deriv(option).out
    golden = GOLDEN / f"help {name} {columns}.txt"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")


def test_the_short_help_fits_a_screen(deriv: Deriv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = deriv("--help").out.splitlines()
    assert len(lines) <= 24 and max(map(len, lines)) <= 80
    assert lines[2].startswith("  deriv ")


@pytest.mark.parametrize("name", OTHERS)
def test_the_help_of_a_command_shows_an_example_first(name: str, deriv: Deriv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = deriv(name, "--help").out.splitlines()
    assert max(map(len, lines)) <= 80
    options = [i for i, line in enumerate(lines) if line.startswith("  -")]
    example = next(i for i, line in enumerate(lines) if line.startswith("  deriv "))
    assert example < min(options)


def test_every_option_is_told_once(deriv: Deriv) -> None:
    ask = COMMANDS["ask"]
    shown = [option for _, options in screen.panels(ask) for option in options]
    assert sorted(option.name for option in shown) == sorted(option.name for option in ask.options)
    assert {name for names in PANELS.values() for name in names} <= {option.name for option in ask.options}


# Those that wait for input, or leave something behind.
ELSEWHERE = ("batch", "map", "repl", "worker")
RUN = [words for name, examples in EXAMPLES.items() if name not in ELSEWHERE for words, _ in examples]


@pytest.mark.parametrize("words", RUN)
def test_an_example_of_the_help_answers(words: str, deriv: Deriv) -> None:
    ran = deriv(*shlex.split(words))
    assert ran.status in (0, 1 if words.startswith("lint") else 0)
    assert ran.out and "deriv: " not in ran.err.replace("deriv: warning: ", "")


def generated() -> str:
    """The page for man as it is to be."""
    return page(COMMANDS["ask"], [COMMANDS[name] for name in OTHERS], entries_by_group())


def test_the_page_for_man_is_what_the_program_is() -> None:
    """`MAN=write pytest tests/test_guide.py` writes it anew."""
    if os.environ.get("MAN") == "write":
        MAN.write_text(generated(), encoding="ascii")
    assert MAN.read_text(encoding="ascii") == generated(), "out of date: MAN=write pytest tests/test_guide.py"


@pytest.mark.parametrize(
    "command", [["mandoc", "-T", "lint", "-W", "warning"], ["man", "--warnings", "-l"]], ids=lambda c: str(c[0])
)
def test_the_page_for_man_is_well_formed(command: list[str]) -> None:
    if shutil.which(command[0]) is None or b"minimized" in Path(str(shutil.which(command[0]))).read_bytes()[:500]:
        pytest.skip(f"there is no {command[0]}")
    ran = subprocess.run(
        [*command, str(MAN)], capture_output=True, text=True, timeout=60, env={**os.environ, "LC_ALL": "C.UTF-8"}
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert command[0] == "mandoc" or "EXIT STATUS" in ran.stdout
    assert command[0] == "man" or ran.stdout == ""
