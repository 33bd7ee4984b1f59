"""Completion: what may stand at the cursor, what each shell is told, and the shells themselves where they are there."""

from __future__ import annotations

import os
import pty
import select
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import rows

from derivcli.completion import scripts
from derivcli.completion.answering import answered
from derivcli.completion.offering import offer
from derivcli.completion.typed import typed

Deriv = Callable[..., Any]


@pytest.mark.parametrize("case", rows("completions.jsonl"), ids=lambda case: case["line"])
def test_what_may_stand_at_the_cursor(case: dict[str, Any]) -> None:
    line = typed(case["line"])
    found = offer(line.before[1:], line.current)
    assert found.files == case.get("files")
    assert set(case.get("among", [])) <= set(found.texts)
    if "are" in case:
        assert list(found.texts) == case["are"]


@pytest.mark.parametrize(
    ("line", "before", "current", "quote"),
    [
        ("deriv x", ("deriv",), "x", ""), ("deriv ", ("deriv",), "", ""), ('deriv "a b', ("deriv",), "a b", '"'),
        ("deriv 'a\\'", ("deriv",), "a\\", ""), ('deriv "a\\"b" x', ("deriv", 'a"b'), "x", ""),
        ("deriv a\\ b", ("deriv",), "a b", ""), ('deriv "" ', ("deriv", ""), "", ""), ('d "x\\y', ("d",), "x\\y", '"'),
    ],
)  # fmt: skip
def test_the_words_of_a_line(line: str, before: tuple[str, ...], current: str, quote: str) -> None:
    found = typed(line)
    assert (found.before, found.current, found.quote) == (before, current, quote)


@pytest.mark.parametrize(
    ("line", "replaced", "told"),
    [
        ('deriv "sin(x)+erfin', "sin(x)+erfin", ["words", "sin(x)+erfinv(", "sin(x)+erfinv(…"]),
        ("deriv x --simplify fa", "fa", ["words", "fast "]),
        ("deriv x --output=ndj", "ndj", ["words", "ndjson "]),
        ("deriv u*v --at u=1,", "1,", ["words", "1,v="]),
        ("deriv erfcin", "erfcin", ["words", '"erfcinv(', '"erfcinv(…']),
        ('deriv "erfcin', "erfcin", ["words", "erfcinv(", "erfcinv(…"]),
        ("deriv @some/fi", "@some/fi", ["files\t@"]),
        ("deriv @some/fi", "some/fi", ["files\t"]),
        ("deriv x --points=so", "so", ["files\t"]),
    ],
)
def test_bash_is_told_what_it_replaces(
    line: str, replaced: str, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMP_LINE", f"{line} and what follows")
    monkeypatch.setenv("COMP_POINT", str(len(line)))
    assert answered("bash", [replaced]).splitlines() == told


@pytest.mark.parametrize(("shell", "current"), [("zsh", "sin(x)+erfcin"), ("fish", '"sin(x)+erfcin')])
def test_zsh_and_fish_are_told_what_a_name_is(shell: str, current: str) -> None:
    assert answered(shell, [current]) == "words\nsin(x)+erfcinv(\tinverse of erfc\n"
    assert answered(shell, ["--points", "x"]) == "files\t\n"


# What is typed, and the line that is there after TAB. A closing quote that a shell adds is not told.
LINES = [
    ('deriv "sin(x)+erfcin', 'deriv "sin(x)+erfcinv('),
    ("deriv chec", "deriv check "),
    ("deriv x --simp", "deriv x --simplify "),
    ("deriv x --simplify fa", "deriv x --simplify fast "),
    ("deriv x -o js", "deriv x -o json "),
    ("deriv x --lang ru", "deriv x --lang rust "),
    ("deriv 2x --points some_p", "deriv 2x --points some_points.csv "),
    ("deriv @some_f", "deriv @some_formula.dv"),
    ("deriv 'weight*x' --at we", "deriv 'weight*x' --at weight="),
]
# How a key is made to tell the line, for each shell.
KEYS = {
    "bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"], "fish": ["--no-config", "-i"],
}  # fmt: skip
TELLING = {
    "bash": """bind -x '"\\C-g": printf "<%s>" "$READLINE_LINE"'\n""",
    "zsh": "zmodload zsh/zle; tell() { print -rn -- \"<$BUFFER>\" }; zle -N tell; bindkey '^G' tell\n",
    "fish": "bind \\cg 'printf \"<%s>\" (commandline)'\n",
}


class Shell:
    """A shell at a terminal of its own, with the completion loaded."""

    def __init__(self, name: str, folder: Path) -> None:
        (folder / "deriv").write_text(f'#!/bin/sh\nexec {sys.executable} -m derivcli "$@"\n', encoding="utf-8")
        (folder / "deriv").chmod(0o755)
        (folder / "some_points.csv").touch()
        (folder / "some_formula.dv").touch()
        (folder / "script").write_text(scripts.SCRIPTS[name], encoding="utf-8")
        environment = {
            "PATH": f"{folder}:{os.environ['PATH']}", "TERM": "xterm", "HOME": str(folder), "LC_ALL": "C.UTF-8",
            "PS1": "", "DERIV_WORKER": "off", "PYTHONPATH": os.pathsep.join(sys.path),
        }  # fmt: skip
        self.process, self.leader = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execvpe(name, [name, *KEYS[name]], environment)
        self.send(TELLING[name])
        self.send(". ./script; echo READ'Y'\n")
        self.until("READY")

    def send(self, text: str) -> None:
        os.write(self.leader, text.encode())

    def until(self, mark: str) -> str:
        """What is shown up to a mark."""
        shown = ""
        while mark not in shown:
            assert select.select([self.leader], [], [], 60)[0], shown
            shown += os.read(self.leader, 65536).decode(errors="replace")
        return shown

    def completed(self, line: str) -> str:
        """A line after TAB."""
        self.send(f"\x15{line}\t\x07")
        return self.until(">").rpartition("<")[2].partition(">")[0]

    def close(self) -> None:
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.leader)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no terminals to drive")
@pytest.mark.parametrize("name", scripts.SCRIPTS)
def test_a_shell_completes(name: str, tmp_path: Path) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"there is no {name}")
    shell = Shell(name, tmp_path)
    try:
        for line, wanted in LINES:
            assert shell.completed(line).rstrip("\"' ") == wanted.rstrip("\"' "), line
    finally:
        shell.close()
