"""What people see: the table, plain text, CSV, LaTeX, code, the bare result, and the streams they go to."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from derivcli import differentiate
from derivcli.render.table import AnswerTable
from derivcli.render.unicode import mathematical

Deriv = Callable[..., Any]
GOLDEN = Path(__file__).parent / "golden"

QUESTIONS: dict[str, tuple[Any, dict[str, Any]]] = {
    "example": ("sin(x/2**1.5)", {"at": "x=100"}),
    "gradient": ("u*v + u**2 + v**3", {"at": "u=2,v=4"}),
    "hessian": ("x*y + sin(x)", {"at": "x=1,y=2", "hessian": True}),
    "jacobian": (["x*y", "x**2"], {"at": ["x=1,2", "y=3"]}),
    "grid": ("exp(x)*sin(x)", {"at": "x=0:4.9:0.1"}),
    "points in two variables": ("x*y", {"at": ["x=1,2", "y=3,4"]}),
    "kink": ("max(x, 0)", {"at": "x=0"}),
    "undefined": ("log(x)", {"at": "x=-1,0,1"}),
    "long formula": ("sin(x)*cos(x)*exp(x)*log(x)*atan(x)/(1 + x**2 + x**4)", {"at": "x=2"}),
    "constant": ("2*pi", {}),
    "symbolic": ("x**2*sin(x)", {}),
    "vector of orders": (["x**3", "x"], {"at": "x=2", "order": 2}),
}


def table(name: str, width: int) -> str:
    expression, options = QUESTIONS[name]
    out = io.StringIO()
    console = Console(file=out, width=width, markup=False, highlight=False, emoji=False, legacy_windows=False)
    AnswerTable(differentiate(expression, **options), console).write()
    return out.getvalue()


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_table_at_80_columns(name: str) -> None:
    shown = table(name, 80)
    assert max(map(len, shown.splitlines())) <= 80
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", QUESTIONS)
def test_nothing_is_wrapped_or_cut_in_a_pipe(name: str, deriv: Deriv) -> None:
    expression, options = QUESTIONS[name]
    words = [expression] if isinstance(expression, str) else list(expression)
    for at in [options["at"]] if isinstance(options.get("at"), str) else options.get("at", []):
        words += ["--at", at]
    words += ["--hessian"] * options.get("hessian", False) + ["--order", str(options.get("order", 1))]
    ran = deriv(*words, "--simplify", "fast")
    assert ran.status == 0 and "…" not in ran.out
    assert ran.out == table(name, 1_000_000)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x**2", "x²"), ("x**12", "x¹²"), ("sqrt(2)*x", "√2·x"), ("sqrt(x + 1)", "√(x + 1)"), ("pi*x", "π·x"),
        ("x**y", "x^y"), ("x**(1/3)", "x^(1/3)"), ("x**2.5", "x^2.5"), ("pin*x", "pin·x"), ("(x + 1)**2", "(x + 1)²"),
        ("x1**2", "x1²"), ("2**x", "2^x"), ("x**2**3", "x^2³"), ("sin(x)**2*y", "sin(x)²·y"), ("x**2/3", "x²/3"),
        ("sqrt(x**2)", "√(x²)"), ("sqrt(x)**2", "(√x)²"), ("sqrt(x**2)**3", "(√(x²))³"),
    ],
)  # fmt: skip
def test_formulas_in_mathematical_type(text: str, shown: str) -> None:
    assert mathematical(text) == shown


def test_csv(deriv: Deriv) -> None:
    ran = deriv("x*y", "--at", "x=1,2", "--at", "y=3", "--csv")
    records = list(csv.DictReader(io.StringIO(ran.out)))
    assert [r["d_x"] for r in records] == ["3", "3"] and [r["d_y"] for r in records] == ["1", "2"]
    assert list(records[0]) == ["x", "y", "value", "d_x", "symbolic_x", "status_x", "d_y", "symbolic_y", "status_y"]


def test_latex(deriv: Deriv) -> None:
    out = deriv("sqrt(x)", "--latex").out
    assert out == "f = \\sqrt{x}\n\\frac{\\mathrm{d} f}{\\mathrm{d} x} = \\frac{1}{2 \\sqrt{x}}\n"


@pytest.mark.parametrize(
    ("words", "out"),
    [
        (["x**2", "--at", "x=3"], "6\n"),
        (["x**2"], "2*x\n"),
        (["x*y", "--at", "x=1,y=2", "--wrt", "y,x"], "1\n2\n"),
        (["-2q+1", "--at", "q=1"], "-2\n"),
        (["-x^2", "--at", "x=3"], "-6\n"),
        (["sin(x)", "--at", "x=pi/4"], "0.7071067811865476\n"),
    ],
)
def test_the_bare_result(words: list[str], out: str, deriv: Deriv) -> None:
    ran = deriv("-q", *words)
    assert ran.out == out and ran.err == ""


def test_the_bare_result_of_a_kink_is_not_silent(deriv: Deriv) -> None:
    ran = deriv("|x|", "--at", "x=0", "-q")
    assert ran.out == "0\n" and "kink" in ran.err


PROGRAMS = [
    ["sin(x/2**1.5)", "--at", "x=100"],
    ["x**2*gamma(x) + cbrt(y)", "--at", "x=1,2", "--at", "y=3"],
    ["Piecewise((x**2, x < 1), (sinc(x), True))", "--at", "x=0,2"],
    ["lambda*torch + f*value", "--at", "lambda=1,torch=2,f=3,value=4"],
    ["x**3", "x", "--order", "2", "--at", "x=2"],
    ["softplus(x) + 10**400*x", "--at", "x=1"],
    ["*".join(f"sin(x+{k})" for k in range(60)), "--at", "x=1"],
]


@pytest.mark.parametrize("words", PROGRAMS, ids=lambda w: w[0][:30])
def test_the_program_runs_as_printed(words: list[str], deriv: Deriv, printed: Callable[[str], str]) -> None:
    lines = printed(deriv(*words, "-o", "code").out).splitlines()
    values = [line.split(" = ")[1] for line in lines if not line.startswith("f = ")]
    points = deriv(*words, "--json").json["points"]
    key = next(k for k in ("gradient", "jacobian", "derivative") if k in points[0])
    results = [[p[key][name] for p in points] for name in points[0][key]]
    assert sorted(values) == sorted(
        str([float(v) for v in numbers]).replace("Infinity", "inf")
        for column in results
        for numbers in (zip(*column, strict=True) if isinstance(column[0], list) else [column])
    )


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["x**2", "--at", "x=1"], 0), (["x**2", "--at", "x=1", "--strict"], 0), (["x +"], 3), (["x", "--jsn"], 2),
        (["(1-cos(x))/x**2", "--at", "x=1e-8", "--strict"], 1), (["log(x)", "--at", "x=-1", "--strict"], 4),
        (["|x|", "--at", "x=0", "--strict"], 4), (["(1-cos(x))/x**2", "--at", "x=1e-8"], 0), ([], 0),
        (["--help"], 0), (["--version"], 0), (["batch", "--help"], 0), (["--", "lint"], 0), (["functions"], 0),
        (["functions", "sin"], 0),
    ],
)  # fmt: skip
def test_exit_statuses(words: list[str], status: int, deriv: Deriv) -> None:
    assert deriv(*words).status == status


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["x*y", "at", "x=3"], "did you mean --at x=3?"),
        (["x", "--json", "--csv"], "one form"),
        (["x", "-o", "pdf"], "one of"),
        (["x", "--simplify", "ful"], "did you mean full?"),
    ],
)
def test_a_command_line_that_was_meant_otherwise(words: list[str], says: str, deriv: Deriv) -> None:
    ran = deriv(*words)
    assert ran.status == 2 and says in ran.out + ran.err


def test_lone_equations_may_be_components(deriv: Deriv) -> None:
    assert deriv("y=2x", "z=x^2", "-q").out == "[2, 2*x]\n"


def test_decimals_stay_decimals(deriv: Deriv) -> None:
    assert deriv("0.1*x**2", "-q").out == "0.2*x\n"
    assert deriv("0.1*x**2", "-q", "--exact").out == "x/5\n"
    assert deriv("x**0.5", "-q").out == "1/(2*sqrt(x))\n"
    assert deriv("sin(0.5*x)*y", "-q", "--wrt", "x").out == "0.5*y*cos(0.5*x)\n"
    assert deriv("exp(x + 2.5)", "-q").out == "exp(x + 5/2)\n"
    assert deriv("6.62607015e-34*nu/1.380649e-23", "-q").out == "4.79924307336622e-11\n"


def test_an_expression_from_a_file_and_from_standard_input(deriv: Deriv, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "f.dv").write_text("b = x + 1;\nb**2\n", encoding="utf-8")
    assert deriv(f"@{tmp_path}/f.dv", "-q").out == "2*x + 2\n"
    for word in ("-", "@-"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"x**2\n")))
        assert deriv(word, "-q").out == "2*x\n"


def test_a_closed_pipe_ends_the_run_quietly() -> None:
    command = f"{sys.executable} -m derivcli functions | head -1; exit ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert ran.stderr == "" and ran.stdout


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_on_a_terminal_only_where_it_is_wanted(environment: dict[str, str], coloured: bool) -> None:
    leader, follower = pty.openpty()
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    subprocess.run(
        [sys.executable, "-m", "derivcli", "x**2", "--at", "x=3"], stdout=follower, stderr=follower, timeout=60,
        env={**kept, "TERM": "xterm-256color", "COLUMNS": "80", **environment}, check=True,
    )  # fmt: skip
    os.close(follower)
    shown = os.read(leader, 100_000).decode()
    os.close(leader)
    assert "16 digits" in shown
    assert ("\x1b[32m" in shown) == coloured


def test_letters_that_a_stream_lacks_are_told_by_their_codes() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    run = [sys.executable, "-m", "derivcli"]
    text = subprocess.run([*run, "θ**2", "-q"], capture_output=True, text=True, timeout=60, env=environment)
    assert (text.returncode, text.stdout) == (0, "2*\\u03b8\n")
    data = subprocess.run([*run, "θ**2", "--json"], capture_output=True, text=True, timeout=60, env=environment)
    assert json.loads(data.stdout)["expression"]["text"] == "θ**2"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a folder in use cannot be deleted")
def test_a_deleted_working_directory(tmp_path: Path) -> None:
    words = f'{sys.executable} -m derivcli "x**2" --at x=3 -q'
    gone = tmp_path / "gone"
    gone.mkdir()
    places = [*filter(os.path.isabs, sys.path), str(Path.cwd())]
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
    ran = subprocess.run(
        ["bash", "-c", f"cd {gone} && rmdir {gone} && {words}"], capture_output=True, text=True, timeout=60, env=path
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "6\n", "")


def test_a_home_that_cannot_be_written() -> None:
    environment = {**os.environ, "HOME": "/proc/nothing", "XDG_CONFIG_HOME": "/proc/nothing"}
    run = [sys.executable, "-m", "derivcli"]
    asked = subprocess.run([*run, "x**2", "-q"], capture_output=True, text=True, timeout=60, env=environment)
    assert (asked.returncode, asked.stdout, asked.stderr) == (0, "2*x\n", "")
    words = ["--install-completion", "fish"]
    installed = subprocess.run([*run, *words], capture_output=True, text=True, timeout=60, env=environment)
    assert installed.returncode == 2 and "--show-completion fish prints the script" in installed.stderr


@pytest.mark.parametrize(
    ("text", "caret"), [("x+" * 1000 + "*1" + "+x" * 300, "*1"), ("x\t+\t*1", "*1"), ("θ + *1", "*1")]
)
def test_the_caret_stands_under_its_place(text: str, caret: str, deriv: Deriv) -> None:
    _, shown, marks, *_ = deriv(text).err.splitlines()
    assert max(len(shown), len(marks)) <= 80
    assert shown[marks.index("^") :].startswith(caret)
