"""`deriv repl`: what lines mean, what goes on in the next row, what completes, and a session at a terminal."""

from __future__ import annotations

import io
import os
import pty
import select
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from conftest import rows

from derivcli.commands import app
from derivcli.errors import DerivError, ExitStatus
from derivcli.repl.completion import candidates
from derivcli.repl.highlighting import pieces
from derivcli.repl.lines import goes_on
from derivcli.repl.running import Session, help_text, run
from derivcli.repl.session import OWN, State, meant
from derivcli.repl.vocabulary import vocabulary

GROUP: Any = typer.main.get_command(app)
KNOWN = vocabulary(GROUP)
CASES = rows("session.jsonl")


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ⏎ ".join(case["lines"]))
def test_a_line_means(case: dict[str, Any]) -> None:
    state = State()
    for line in case["lines"][:-1]:
        state = meant(line, state, KNOWN).state
    if "error" in case:
        with pytest.raises(DerivError) as caught:
            meant(case["lines"][-1], state, KNOWN)
        assert caught.value.message == case["error"]
    else:
        words = meant(case["lines"][-1], state, KNOWN).words
        assert (words if words is None else list(words)) == case["words"]


@pytest.mark.parametrize(
    ("line", "noticed"), [("x^2 -q", True), ("x^2 - q", False), ("q^2 -q", False), ("x -y", False)]
)
def test_a_difference_that_looks_like_an_option_is_said(line: str, noticed: bool) -> None:
    assert (meant(line, State(), KNOWN).noticed is not None) == noticed


@pytest.mark.parametrize("word", [":quit", ":q", "quit", "exit"])
def test_leaving(word: str) -> None:
    assert meant(word, State(), KNOWN).ends


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("(x + 1", True), ("x +", True), ("[1,", True), ("b = a+5;", True), ("x --at x=[1,", True), ("x^", True),
        ("x + 1", False), ("x!", False), ("A.T", False), ("(x))", False), ("x +\n", False), ("", False), (":at", False),
        ("|x|", False), ("x²", False), ("A'", False), ("x $ (", False),
        ("sin(x) --at x=", False), ("b =", True),
    ],
)  # fmt: skip
def test_an_open_bracket_or_a_last_operator_goes_on(text: str, on: bool) -> None:
    assert goes_on(text) == on


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ("arcsi", ["arcsin", "arcsinh"]), ("2*EulerG", ["EulerGamma"]), ("x --hes", ["--hessian"]),
        (":dig", ["digits"]), (":func", ["functions"]), ("x --dtype=float", ["float32", "float64"]),
        (":simplify f", ["fast", "full"]), ("sin(x)", []), ("x + weig", ["weight"]), ("an", ["angle", "ans"]),
    ],
)  # fmt: skip
def test_completion(before: str, found: list[str]) -> None:
    state = meant("let weight = 3", meant("x", State(), KNOWN).state, KNOWN).state
    texts = [candidate.text for candidate in candidates(before, state, KNOWN)]
    assert texts == found or (before == "an" and "ans" in texts)


def test_every_option_and_command_can_be_typed_and_is_told() -> None:
    told = help_text(KNOWN)
    for name in (*OWN, *KNOWN.options, *KNOWN.commands):
        assert f":{name} " in told
        assert next(candidate.text for candidate in candidates(f":{name}", State(), KNOWN)) == name


@pytest.mark.parametrize("line", ["sin(2x)^2 --at x=1", ":at x=2", "let b = π", "x if x<1 else $", "# no", "", "x --"])
def test_the_pieces_of_a_line_are_the_line(line: str) -> None:
    assert "".join(text for _, text in pieces(line)) == line


def test_what_has_a_colour() -> None:
    kinds = {text: kind for kind, text in pieces("sin(2*x) if y --order 3")}
    shown = {"sin": "function", "2": "number", "*": "operator", "x": "variable", "if": "keyword", "--order": "option"}
    assert {text: kinds[text] for text in shown} == shown


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """A session that reads a text without a terminal: its status and streams."""

    def call(text: str) -> tuple[ExitStatus, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        return run(GROUP), *capsys.readouterr()

    return call


def test_the_answers_are_those_of_the_command_line(said: Any, deriv: Any) -> None:
    alone = deriv("sin(x)**2", "--at", "x=1").out + deriv("x*y", "--hessian", "-o", "plain").out
    assert said("sin(x)**2 --at x=1\nx*y --hessian -o plain\n") == (0, alone, "")


def test_an_error_leaves_the_session_alive(said: Any) -> None:
    status, out, err = said("x +* 2\n:at x=3\n:quiet\nx**2\nfoo(x)\nans + 1\n")
    assert status == ExitStatus.UNREADABLE
    assert out == "at: x=3\nquiet: on\n6\n6\n", "ans is what was answered, not what failed"
    assert err.count("deriv: ") == 2


def test_rows_of_one_line_and_the_end_of_it(said: Any) -> None:
    assert said(":quiet\n(x +\n 1)**2 --at x=1\nquit\nx\n")[1] == "quiet: on\n4\n"
    assert said(":quiet\nx +\n\nx**2 --at x=1\n")[1] == "quiet: on\n2\n", "an empty row ends what would go on"


def test_errors_have_the_form_of_the_answers(said: Any) -> None:
    assert '"message": "there is no ans yet"' in said(":ndjson\nans\n")[1]


def test_what_is_kept_is_shown(said: Any) -> None:
    shown = said(":show\n:at x=2\nlet b = x+1\n:steps\n:show\n")[1]
    assert shown == "nothing is kept yet\nat: x=2\nb = x+1\nsteps: on\nat: x=2\nlet b = x+1\nsteps: on\n"


def test_a_fault_of_ours_leaves_the_session_alive(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("derivcli.repl.session.meant", lambda *_: 1 // 0)
    assert Session(KNOWN).answer("x") == ExitStatus.UNREADABLE
    assert "a fault of deriv itself: ZeroDivisionError" in capsys.readouterr().err


class Terminal:
    """`deriv repl` at the other end of a pseudo-terminal."""

    def __init__(self, state: Path) -> None:
        self.here, there = pty.openpty()
        self.shown = b""
        environment = {
            **os.environ, "XDG_STATE_HOME": str(state), "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "COLUMNS": "100",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", "derivcli", "repl"], stdin=there, stdout=there, stderr=there,
            env=environment, start_new_session=True,
        )  # fmt: skip
        os.close(there)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.here)

    def type(self, keys: str) -> None:
        os.write(self.here, keys.encode())

    def until(self, text: str) -> str:
        """All that is shown until a text is, from where the last one ended."""
        wanted = text.encode()
        while wanted not in self.shown:
            if not select.select([self.here], [], [], 60)[0]:
                pytest.fail(f"{text!r} never came, only {self.shown!r}")
            self.shown += os.read(self.here, 65536)  # the end of the process is an error, not a wait
        before, _, self.shown = self.shown.partition(wanted)
        return (before + wanted).decode(errors="replace")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    pytest.importorskip("prompt_toolkit")
    opened = Terminal(tmp_path)
    yield opened
    opened.close()


def test_a_session_at_a_terminal(terminal: Terminal, tmp_path: Path) -> None:
    terminal.until("deriv>")
    terminal.type("x**3 --at x=2\r")
    assert "3·x²" in terminal.until("16 digits")
    terminal.until("deriv>")
    terminal.type("foo(x)\r")
    terminal.until("foo is not a known function")
    terminal.until("deriv>")
    terminal.type("nothing of this")
    terminal.until("this")
    terminal.type("\x03")  # Ctrl-C drops the line
    terminal.until("deriv>")
    terminal.type("(ans +\r")
    terminal.until("...>")
    terminal.type("softpl\t")  # Tab completes
    terminal.until("softplus")
    terminal.type("(x))**2\r")
    terminal.until("f(x) = (x³ + log(exp(x) + 1))²")
    terminal.until("deriv>")
    terminal.type("\x04")  # Ctrl-D ends the session
    assert terminal.process.wait(timeout=30) == 0
    history = tmp_path / "deriv" / "history"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert "+x**3 --at x=2\n" in history.read_text(encoding="utf-8")


def test_the_history_outlives_a_session_and_commands_are_typed(terminal: Terminal, tmp_path: Path) -> None:
    terminal.until("deriv>")
    for typed, shown in [
        ("x**2 --at x=3", "16 digits"), (":steps", "steps: on"), ("x", "df/dx"), (":steps off", "steps: off"),
        (":range x=0:1", "range: x=0:1"), (":plot ans1", "f'(x)"), (":json", "json: on"),
        ("2*x", '"schema": "deriv/1"'), (":json", "json: off"), (":taylor sin(x) --order 3", "x - x³/6"),
        (":nothing", "there is no :nothing"), (":help", "Ctrl-D ends the session"),
    ]:  # fmt: skip
        terminal.type(f"{typed}\r")
        terminal.until(shown)
        terminal.until("deriv>")
    terminal.type("\x04")
    assert terminal.process.wait(timeout=30) == 0
    later = Terminal(tmp_path)
    try:
        later.until("deriv>")
        later.type("x**\x1b[A\r")  # Up: the last line that begins so
        assert "2·x" in later.until("16 digits")
        later.until("deriv>")
        later.type("\x04")
        assert later.process.wait(timeout=30) == 0
    finally:
        later.close()


def test_a_terminal_without_prompt_toolkit_is_told_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "prompt_toolkit.py").write_text("raise ImportError('none')\n", encoding="utf-8")
    here, there = pty.openpty()
    package = str(Path(__file__).parents[1])
    ran = subprocess.run(
        [sys.executable, "-m", "derivcli", "repl"], stdin=there, stdout=there, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{package}"}, timeout=60,
    )  # fmt: skip
    os.close(here)
    os.close(there)
    assert ran.returncode == ExitStatus.USAGE
    assert "pip install 'derivcli[repl]'" in ran.stderr
