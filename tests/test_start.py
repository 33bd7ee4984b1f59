"""How a process begins and ends: the helper that loads the other half, the plain way past Typer, the preview."""

from __future__ import annotations

import compileall
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import derivcli.prompt
from derivcli import DerivError, helper
from derivcli.errors import ExitStatus, InternalError, ParseError
from derivcli.model import Answer, Formula
from derivcli.render.preview import Preview
from derivcli.shell import run
from derivcli.words import PLAIN, heavy_half, plain_question

HERE = os.getpid()
PACKAGE = Path(__file__).parents[1] / "derivcli"
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


def deriv(*words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DERIV_WORKER": "off"}
    return subprocess.run(
        [sys.executable, "-m", "derivcli", *words], capture_output=True, text=True, timeout=120,
        **{"env": environment, **options},
    )  # fmt: skip


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Starts a helper that loads nothing."""
    monkeypatch.setitem(helper._LOADED, helper.NUMBERS, ())
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    yield lambda: helper.start(helper.NUMBERS)
    helper.end()


def where(*_: object) -> int:
    return os.getpid()


def fails(error: BaseException) -> None:
    raise error


def dies() -> int:
    if os.getpid() != HERE:
        os._exit(1)
    return HERE


@forks
def test_a_helper_does_its_half_and_no_other(helped: Callable[[], None]) -> None:
    assert helper.call(helper.NUMBERS, where) == os.getpid()
    helped()
    assert helper.call(helper.FORMULAS, where) == os.getpid()
    first, second = (helper.call(helper.NUMBERS, where) for _ in range(2))
    assert first == second != os.getpid()
    helper.end()
    assert helper.call(helper.NUMBERS, where) == os.getpid()


@forks
def test_what_a_helper_leaves_undone_is_done_here(helped: Callable[[], None]) -> None:
    helped()
    assert helper.call(helper.NUMBERS, dies) == os.getpid()


@forks
def test_errors_come_back_from_a_helper_as_they_are(helped: Callable[[], None]) -> None:
    helped()
    with pytest.raises(ParseError) as caught:
        helper.call(helper.NUMBERS, fails, ParseError("no", text="x+", span=(1, 2), hint="so"))
    assert (caught.value.message, caught.value.text, caught.value.span, caught.value.hint) == ("no", "x+", (1, 2), "so")
    with pytest.raises(InternalError, match="ZeroDivisionError: by zero"):
        helper.call(helper.NUMBERS, fails, ZeroDivisionError("by zero"))


@forks
def test_no_helper_outlives_its_process_or_stays_a_zombie(helped: Callable[[], None]) -> None:
    helped()
    assert helper._helper is not None
    pid = helper._helper.pid
    helper.end()
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, 0)


@pytest.mark.parametrize(
    ("words", "half"),
    [
        (["sin(x)"], "formulas"), (["sin(x)", "--at", "x=1"], "numbers"), (["sin(x)", "--at=x=1"], "numbers"),
        (["pi", "--digits", "30"], "numbers"), ([], None), (["batch"], None), (["--help"], None),
        (["x @ y", "--at", "x=1"], None), (["norm(x)", "--at", "x=[1,2]"], None), (["--version"], None),
    ],
)  # fmt: skip
def test_which_half_is_loaded_beside(words: list[str], half: str | None) -> None:
    assert heavy_half(words) == half


@pytest.mark.parametrize(
    ("words", "status"),
    [(["sin(x"], 3), (["x", "--jsn"], 2), (["|x|", "--at", "x=0", "--strict", "-q"], 4), (["x", "--at", "x=1/0"], 3)],
)
def test_a_process_ends_with_the_status_of_its_answer(
    words: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = deriv(*words)
    capsys.readouterr()
    assert (ran.returncode, int(run(words))) == (status, status)
    streams = capsys.readouterr()
    assert (ran.stdout, ran.stderr) == (streams.out, streams.err)
    assert "Traceback" not in ran.stderr


def test_all_that_is_written_arrives(tmp_path: Path) -> None:
    out = tmp_path / "answer.json"
    ran = deriv("x**2", "--at", "x=3", "--out", str(out))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert '"x": 6.0' in out.read_text(encoding="utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_full_disk_is_told() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "derivcli", "functions"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
            env={**os.environ, "DERIV_WORKER": "off"},
        )  # fmt: skip
    assert ran.returncode == 2 and ran.stderr.startswith("deriv: cannot write: ")


PLAINLY = [
    ["x"], ["x", "y"], ["-2q+1", "--at", "q=1"], ["x", "--at", "x=1", "--at", "x=2", "--zip"],
    ["x*y", "--wrt", "x", "--order=2"], ["x", "-o", "plain", "--color", "never"], ["x", "-q", "--exact"],
    ["--json", "x", "--at", "x=1", "--strict", "--no-check"], ["b**2", "--let", "b=x+1", "--var", "x"],
    ["x", "--partial", "x,x", "--simplify", "none", "--full", "--digits", "20", "--at", "x=1", "--literal"],
    ["x", "--dtype", "float32", "--device", "cpu", "--timeout", "3", "--hessian", "--out", "f.txt"],
    ["x", "--csv"], ["x", "--latex", "--jacobian"], ["x", "--ndjson"], ["x", "--output", "latex"],
]  # fmt: skip


@pytest.mark.parametrize("words", PLAINLY, ids=" ".join)
def test_a_plain_question_means_what_typer_makes_of_it(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    plain = plain_question(words)
    assert plain is not None
    given: list[dict[str, Any]] = []

    def keep(options: dict[str, Any]) -> ExitStatus:
        given.append(options)
        return ExitStatus.OK

    monkeypatch.setattr(derivcli.prompt, "ask", keep)
    monkeypatch.setattr("derivcli.shell.plain_question", lambda _: None)
    assert run(words) == 0
    default = {"order": "1", "layout": "torch", "syntax": "python", "seed": "0", "dtype": "float64", "device": "cpu"}
    default |= {"output": "table", "color": "auto", "engine": "auto"}
    found = {k: v for k, v in given[0].items() if v not in (None, False, []) and default.get(k) != v}
    assert found == {k: v for k, v in plain.items() if default.get(k) != v}


@pytest.mark.parametrize(
    "words",
    [[], ["batch"], ["x", "--jsn"], ["x", "--at"], ["chek"], ["x", "y=1"], ["x", "--json", "--csv"], ["--help"],
     ["x", "--vjp", "1"], ["-x"], ["--zip"],
     ["--", "batch"]],
)  # fmt: skip
def test_all_else_is_left_to_typer(words: list[str]) -> None:
    assert plain_question(words) is None


def test_the_plain_options_are_options() -> None:
    listed = deriv("--help-all").stdout
    assert [name for name in PLAIN if name not in listed] == []


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_a_preview_gives_way_to_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Answer("gradient", "x**2", Formula("x**2", None), {"x": ()}, ("x",), 1, {("x",): Formula("2*x", None)})
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("TERM", "xterm")
    preview = Preview("never")
    preview.show(answer)
    assert re.sub(r"\x1b\[\d*m", "", terminal.getvalue()).split("\n")[:2] == ["f(x) = x²", "df/dx = 2·x"]
    preview.clear()
    assert terminal.getvalue().endswith("\x1b[2A\x1b[J")
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    Preview("never").show(answer)
    assert sys.stdout.getvalue() == ""


def test_installed_files_are_compiled(tmp_path: Path) -> None:
    """Without compiled files everything takes twice as long: pip compiles what it installs, and all of it compiles."""
    target = tmp_path / "derivcli"
    for file in PACKAGE.rglob("*.py"):
        copy = target / file.relative_to(PACKAGE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    assert compileall.compile_dir(target, quiet=2)
    sources, compiled = list(target.rglob("*.py")), list(target.rglob("*.pyc"))
    assert len(sources) == len(compiled)


def test_the_package_loads_nothing_before_it_is_asked() -> None:
    script = "import sys, derivcli, derivcli.worker.client as c; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, timeout=60,
                         env={"PYTHONPATH": str(PACKAGE.parent)})  # fmt: skip
    heavy = {"typing", "re", "dataclasses", "enum", "socket", "json", "inspect", "typer", "rich", "sympy", "torch"}
    assert ran.returncode == 0, ran.stderr
    assert heavy & set(ran.stdout.split()) == set()


def test_what_the_package_gives_is_there() -> None:
    import derivcli

    assert all(getattr(derivcli, name) is not None for name in derivcli.__all__)
    assert issubclass(derivcli.DerivError, Exception) and DerivError is derivcli.DerivError
    with pytest.raises(AttributeError):
        _ = derivcli.nonsense


def test_the_benchmark_of_the_start_runs() -> None:
    import runpy

    benchmark = runpy.run_path(str(PACKAGE.parent / "tests" / "benchmarks" / "start.py"))
    times = benchmark["measured"](["python", "help"], 1, os.environ)
    assert "| help |" in benchmark["report"]({**times, "by hand": [2.0], "example": [1.0]})
