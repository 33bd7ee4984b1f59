"""Programs to take away: compiled or run with whatever is here, each gives the exact results that it carries."""

from __future__ import annotations

import importlib.util
import math
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Ran, rows
from test_catalog import differentiable

from derivcli.asking import question
from derivcli.catalog import ROWS, Row
from derivcli.errors import UnsupportedError, UsageError
from derivcli.exports import LANGUAGES, code
from derivcli.exports.dialects import dialect
from derivcli.exports.posing import pose, trials
from derivcli.exports.writing import program

CASES = rows("exports.jsonl")
# For each language its file, and what makes and runs a program: {0} is the file, {1} what is made of it.
_C = ["-Wall", "-Wextra", "-Werror", "-DDERIV_TEST", "{0}", "-o", "{1}", "-lm"]
TOOLS: dict[str, tuple[str, list[list[str]]]] = {
    "c": ("f.c", [["cc", "-std=c99", *_C], ["{1}"]]),
    "cpp": ("f.cpp", [["g++", "-std=c++17", *_C], ["{1}"]]),
    "fortran": (
        "f.f90",
        [["gfortran", "-std=f2008", "-Wall", "-ffree-form", "{0}", "-xf95", "{0}.try", "-o", "{1}"], ["{1}"]],
    ),
    "rust": ("f.rs", [["rustc", "--test", "-Dwarnings", "{0}", "-o", "{1}"], ["{1}"]]),
    "javascript": ("f.js", [["node", "{0}"]]),
    "julia": ("f.jl", [["julia", "--startup-file=no", "{0}"]]),
    "matlab": ("f.m", [["octave-cli", "--quiet", "{0}.try"]]),
    "mathematica": ("f.wl", [["mathics", "-q", "-f", "{0}.try"]]),
    "numpy": ("f.py", [[sys.executable, "{0}"]]),
    "jax": ("f.py", [[sys.executable, "{0}"]]),
}  # fmt: skip


def is_here(language: str) -> bool:
    """Whether programs of a language can be run."""
    if language in ("numpy", "jax"):
        return importlib.util.find_spec(language) is not None
    commands = TOOLS[language][1]
    return bool(commands) and shutil.which(commands[0][0]) is not None


def octave_trial(text: str) -> str:
    """A script that holds a program to the results in its comments: a file of a function holds no script."""
    outputs = re.findall(r"\w+", re.search(r"\[(.*?)\] = f", text).group(1))  # type: ignore[union-attr]
    flat = "; ".join(f"reshape(permute({name}, ndims({name}):-1:1), [], 1)" for name in outputs)
    lines = []
    for point, expected in re.findall(r"(?m)^% The exact results of f\((.*)\), row by row: (.*)$", text):
        lines += [f"[{', '.join(outputs)}] = f({point});", f"found = [{flat}]; expected = [{expected}]';"]
        lines += ["if ~all(abs(found - expected) <= 1e-10*max(abs(expected))), disp([found expected]), exit(1), end"]
    return "\n".join([*lines, "exit(0)", ""])


def mathics_trial(text: str) -> str:
    """The program with a trial of the results in its comments."""
    lines = [text]
    for call, expected in re.findall(r"row by row: Flatten\[(f\[.*?\])\] is\s+(\{.*?\}) \*\)", text, re.DOTALL):
        apart = f"Max[Abs[N[Flatten[{{{call}}}]] - {expected}]] <= 10^-10*Max[Abs[{expected}]]"
        lines.append(f"If[!TrueQ[{apart}], Print[{call}]; Exit[1]];")
    return "\n".join([*lines, ""])


# What a program is tried by where it cannot hold its own trial, or only a part of it.
TRIALS: dict[str, Callable[[str], str]] = {
    "matlab": octave_trial,
    "mathematica": mathics_trial,
    "fortran": lambda _: "use deriv_function\ncall deriv_trial\nend\n",
}


def failure(text: str, language: str, folder: Path) -> str:
    """Make and run a program; what it says if it does not give the results that it carries, else nothing."""
    name, commands = TOOLS[language]
    file, made = folder / name, folder / "made"
    file.write_text(text, encoding="utf-8")
    if language in TRIALS:
        (folder / f"{name}.try").write_text(TRIALS[language](text), encoding="utf-8")
    for words in commands:
        ran = subprocess.run(
            [word.format(file, made) for word in words], capture_output=True, text=True, timeout=120, cwd=folder
        )
        if ran.returncode:
            return f"{text}\n{ran.stdout}{ran.stderr}"
    return ""


def needs(language: str) -> Any:
    return pytest.param(language, marks=[] if is_here(language) else pytest.mark.skip(f"{language} is not here"))


HERE = [needs(language) for language in LANGUAGES]


@pytest.mark.parametrize("language", HERE)
@pytest.mark.parametrize("case", CASES, ids=[str(case["expr"]) for case in CASES])
def test_a_program_gives_the_exact_results(case: dict[str, Any], language: str, tmp_path: Path) -> None:
    assert failure(code(question(case), language).text, language, tmp_path) == ""


@pytest.mark.parametrize("language", HERE)
def test_a_program_that_is_wrong_fails_its_own_trial(language: str, tmp_path: Path) -> None:
    asked = question({"expr": "x*7", "at": "x=3"})
    right = code(asked, language).text
    tried, wrong = trials(asked, pose(asked)), right.replace("21.0", "21.5")
    assert tried[0].expected == (21.0, 7.0) and wrong != right
    assert failure(wrong, language, tmp_path)


def in_unit(row: Row) -> str:
    """The row as a function of x in [0, 1], which goes over its samples."""
    names, ends = differentiable(row), zip(row.parameters, row.samples, strict=True)
    given = [f"({low!r} + {high - low!r}*x)" if p in names else str(int(low)) for p, (low, high) in ends]
    return f"{row.name}({', '.join(given)})" if not row.lists else ""


def sampled(row: Row) -> Any:
    """The row in a question of its own, at places where it has its samples."""
    return question({"expr": in_unit(row), "at": "x=0.125,0.59375,0.953125", "order": 1})


def supported(row: Row, language: str) -> bool:
    try:
        return bool(program(pose(sampled(row)), (), (), dialect(language)))
    except (UnsupportedError, UsageError):  # a function that is not here, or of whole numbers alone
        return False


# Mathics, which runs Mathematica's programs here, lacks some of its functions (DawsonF, InverseErfc).
@pytest.mark.parametrize("language", [needs(language) for language in LANGUAGES if language != "mathematica"])
def test_the_catalog_is_right_in_every_language(language: str, tmp_path: Path) -> None:
    """Rows together in one program, which is one start of a compiler."""
    known = [row for row in ROWS if in_unit(row) and supported(row, language)]
    assert len(known) > 80
    for start in range(0, len(known), 40):
        expressions = [in_unit(row) for row in known[start : start + 40]]
        asked = question({"expr": expressions, "at": "x=0.125,0.59375,0.953125"})
        posed = pose(asked)
        tried = trials(asked, posed)
        assert tried
        text = dialect(language).layout(program(posed, tried, (), dialect(language)))
        assert failure(text, language, tmp_path) == ""


def test_mathematica_has_a_name_for_all_that_it_is_given() -> None:
    """An underscore makes a pattern there: what is written out elsewhere would mean nothing."""
    known = [row for row in ROWS if in_unit(row) and supported(row, "mathematica")]
    assert known and not any(program(pose(sampled(row)), (), (), dialect("mathematica")).helpers for row in known)


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name not in TOOLS or not is_here(name)])
def test_every_language_writes_every_case(language: str) -> None:
    """What can be run is written where it is run."""
    for case in CASES:
        text = code(question(case), language).text
        assert "Made by deriv" in text


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["x**2", "--lang", "c"], "void f(double x, double *value, double *derivative) {"),
        (["x**2", "-o", "code", "--lang=rust"], "pub fn f(x: f64) -> (f64, f64) {"),
        (["x**2 + y", "--lang", "javascript", "--hessian"], "function f(x, y) {"),
        (["x**2", "--lang", "torch"], "import torch"),
        (["x**2", "--lang", "latex"], r"\frac{\mathrm{d} f}{\mathrm{d} x} = 2 x"),
        (["x*X", "--lang", "fortran"], "! X_ is X."),
        (["lambda*x", "--lang", "numpy"], "# lambda_ is lambda."),
        (["sqrt(2)*x", "--lang", "mathematica"], "  {t1*x, t1}"),
        (["x**2", "--lang", "c", "--at", "x=3"], "    {9.0, 6.0},"),
        # No trial where the derivative is none.
        (["abs(x)", "--lang", "c", "--at", "x=0"], "// There is no point to try it at: none was found at which all "
                                                   "results are finite and proven."),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)  # fmt: skip
def test_lang_chooses_the_language(deriv: Callable[..., Ran], words: list[str], line: str) -> None:
    ran = deriv(*words)
    assert (ran.status, ran.err) == (0, "")
    assert line in ran.out.splitlines()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["x", "--lang", "basic"], "--lang is one of torch, numpy"),
        (["x", "--lang", "c", "--json"], "--lang is the language of a program"),
        (["zeta(x)", "--lang", "c"], "C has no zeta"),
        (["besselj(x, 2)", "--lang", "c"], "C has besselj of known whole orders alone"),
        (["x @ x", "--lang", "c", "--at", "x=[1,2]"], "only a program in torch has more"),
        (["Integral(exp(-x*t), (t, 0, 1))", "--lang", "c"], "only a program in torch can compute this"),
        (["sqrt(2)", "--lang", "c"], "there is nothing to differentiate by"),
        (["x", "--lang", "c", "--dtype", "float32"], "programs in other languages than torch compute in float64"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_what_a_language_lacks_is_refused(deriv: Callable[..., Ran], words: list[str], message: str) -> None:
    ran = deriv(*words)
    assert ran.status in (2, 3)
    assert message in (ran.err or ran.json["error"]["message"])


def test_a_file_tells_the_language(deriv: Callable[..., Ran], tmp_path: Path) -> None:
    file = tmp_path / "f.jl"
    assert deriv("sin(x)", "--out", str(file)).status == 0
    assert "function f(x)" in file.read_text(encoding="utf-8")


@pytest.mark.skipif(not is_here("matlab"), reason="Octave is not here")
def test_a_matlab_file_has_the_name_of_its_function(deriv: Callable[..., Ran], tmp_path: Path) -> None:
    assert deriv("area*x", "--out", str(tmp_path / "area.m"), "--at", "area=3,x=2").status == 0
    script = "[value, gradient] = area(3, 2); disp([value gradient'])"
    ran = subprocess.run(["octave-cli", "-q", "--eval", script], capture_output=True, text=True, cwd=tmp_path)
    assert ran.stdout.split() == ["6", "2", "3"]


@pytest.mark.parametrize("name", ["sin", "end", "two words", "gradient", "choose_", "t1"])
def test_a_file_whose_name_the_function_cannot_have(name: str, deriv: Callable[..., Ran], tmp_path: Path) -> None:
    ran = deriv("sin(x)*y", "--out", str(tmp_path / f"{name}.m"))
    assert ran.status == 2 and f"cannot be called {name}" in ran.err
    assert not (tmp_path / f"{name}.m").exists()


@pytest.mark.skipif(not is_here("javascript"), reason="Node is not here")
@pytest.mark.parametrize("case", CASES[:4], ids=[str(case["expr"]) for case in CASES[:4]])
def test_a_module_exports_its_function(case: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "a module.mjs"
    file.write_text(code(question(case), "javascript", str(file)).text, encoding="utf-8")
    tried = subprocess.run(["node", str(file)], capture_output=True, text=True)
    assert tried.returncode == 0 and "expected" in tried.stdout, tried.stderr
    (tmp_path / "user.mjs").write_text('import { f } from "./a module.mjs"; console.log(typeof f);', encoding="utf-8")
    used = subprocess.run(["node", "user.mjs"], capture_output=True, text=True, cwd=tmp_path)
    assert used.stdout == "function\n", used.stderr


def test_the_ending_of_a_module_tells_the_language(deriv: Callable[..., Ran], tmp_path: Path) -> None:
    assert deriv("sin(x)", "--out", str(tmp_path / "f.mjs")).status == 0
    assert "export function f(x) {" in (tmp_path / "f.mjs").read_text(encoding="utf-8").splitlines()


def test_a_doubtful_reading_is_told(deriv: Callable[..., Ran]) -> None:
    assert "warning" in deriv("1/2x", "--lang", "c").err


SPECIAL = {
    "erf(x)": [(math.inf, 1.0, 0.0), (-math.inf, -1.0, 0.0), (0.0, 0.0, 1.1283791670955126)],
    "erfc(x)": [(math.inf, 0.0, 0.0), (-math.inf, 2.0, 0.0), (27.5, 0.0, 0.0)],
    "gamma(x)": [(-1.0, math.nan, math.nan), (0.0, math.nan, math.nan), (800.0, math.inf, math.inf)],
    "digamma(x)": [(-40.0, math.nan, math.nan), (math.inf, math.inf, 0.0)],
    "erfinv(x)": [(1.0, math.inf, math.inf), (-1.0, -math.inf, math.inf), (2.0, math.nan, math.nan)],
    "erfcinv(x)": [(0.0, math.inf, -math.inf), (1.0, 0.0, -0.886226925452758), (2.0, -math.inf, -math.inf)],
    "sinc(x)": [(0.0, 1.0, 0.0), (1e-8, 1.0, -1e-8 / 3)],
    "sqrt(x)": [(-1.0, math.nan, math.nan), (0.0, 0.0, math.inf)],
    "x*log(x)": [(-1.0, math.nan, math.nan), (1.0, 0.0, 1.0)],
    "relu(x) + log(1 + exp(x))": [(800.0, 1600.0, 2.0), (-800.0, 0.0, 0.0)],
    "sqrt(x) if x > 0 else -x": [(-4.0, 4.0, -1.0), (4.0, 2.0, 0.25)],
}


@pytest.mark.skipif(not is_here("javascript"), reason="Node is not here")
@pytest.mark.parametrize(("expression", "points"), SPECIAL.items(), ids=SPECIAL)
def test_what_is_written_out_holds_at_the_ends(
    expression: str, points: list[tuple[float, float, float]], tmp_path: Path
) -> None:
    """In JavaScript, which lacks most: there nothing but what is written out is asked."""
    (tmp_path / "f.js").write_text(code(question({"expr": expression}), "javascript").text, encoding="utf-8")
    texts = [str(x).replace("inf", "Infinity") for x, _, _ in points]
    script = "const { f } = require('./f.js');"
    script += f"for (const x of [{', '.join(texts)}]) {{ const r = f(x); console.log(r.value, r.derivative); }}"
    ran = subprocess.run(["node", "-e", script], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    found = [float(word) for word in ran.stdout.replace("Infinity", "inf").split()]
    assert found == pytest.approx([y for _, *ys in points for y in ys], rel=1e-13, abs=1e-300, nan_ok=True)
