"""LaTeX: what it means, where it is refused, and that what is printed as LaTeX reads back as the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Ran, rows
from test_catalog import SMOOTH, question

from derivcli.catalog import Row
from derivcli.engine import answer
from derivcli.errors import DerivError
from derivcli.language import Reading, Setting, read, write
from derivcli.model import Point, Question

CASES = rows("latex.jsonl")
LATEX = Setting(syntax="latex")


def written(reading: Reading) -> str | None:
    return write(reading.graph, reading.roots[0], 10_000)


@pytest.mark.parametrize("case", [c for c in CASES if "means" in c], ids=lambda c: c["latex"])
def test_latex_means_what_is_written_in_derivs_own_language(case: dict[str, Any]) -> None:
    assert written(read([case["latex"]], setting=LATEX)) == written(read([case["means"]]))


@pytest.mark.parametrize("case", [c for c in CASES if "says" in c], ids=lambda c: c["latex"])
def test_latex_is_refused_at_its_place(case: dict[str, Any]) -> None:
    with pytest.raises(DerivError) as caught:
        read([case["latex"]], setting=LATEX)
    assert case["says"] in f"{caught.value.message}; {caught.value.hint}"
    assert list(caught.value.span or ()) == case["span"]


def test_places_are_places_in_the_latex() -> None:
    text = r"1 + \sin\left(x\right) \cdot \frac{x}{2}"
    reading = read([text], setting=LATEX)
    places = {n.op: text[slice(*s)] for n, s in zip(reading.graph.nodes, reading.graph.spans, strict=True) if s}
    assert places["sin"] == r"\sin\left(x\right)" and places["div"] == r"\frac{x}{2}" and places["add"] == text


def test_a_command_of_latex_is_recognised_and_said(deriv: Callable[..., Ran]) -> None:
    ran = deriv(r"\frac{x^2}{2}", "-q")
    assert (ran.status, ran.out) == (0, "x\n")
    assert r"read as LaTeX, because of \frac" in ran.err
    assert deriv(r"\frac{x^2}{2}", "-q", "--syntax", "latex").err == ""
    assert "solve(A, b)" in deriv(r"A\b").err


def test_declared_names_are_neither_products_nor_functions() -> None:
    known = Setting(["speed", "A", "f"], syntax="latex")
    assert read([r"speed \cdot A(1 + f(x))"], setting=known).variables == ["speed", "A", "f", "x"]


def test_words_that_are_read_as_products_are_said() -> None:
    assert read(["abc"], setting=LATEX).warnings == [
        r"abc is read as the product a*b*c; one name is written \mathrm{abc}"
    ]


def test_the_i_of_a_power_of_e_is_said_to_be_a_variable() -> None:
    assert read([r"e^{2ix} + e^{-ix}"], setting=LATEX).warnings == [
        r"i is read as a variable; the imaginary unit is \mathrm{i}"
    ]
    for text in (r"R i^2", r"\sum_{i=1}^{n} e^{i x}", "e^{x_i}"):
        assert read([text], setting=LATEX).warnings == []
    for text in (r"\mathrm{i} x", r"x\,dx"):
        assert read([text], setting=Setting(["i", "d"], syntax="latex")).warnings == []


def test_products_of_arrays_are_refused(deriv: Callable[..., Ran]) -> None:
    assert deriv(r"2 \cdot x", "--at", "x=[1,2]", "-q", "--syntax", "latex").status == 0
    ran = deriv("x y", "--at", "x=[1,2]", "--at", "y=[3,4]", "--syntax", "latex")
    assert ran.status == 3 and "a product of arrays in LaTeX" in ran.err


@pytest.mark.parametrize(
    "text", ["{" * 5_000, r"\frac{" * 5_000, r"\sin" * 5_000, r"x^{" * 3_000, "|" * 999, "\\", "$"]
)
def test_hostile_latex_is_refused(text: str) -> None:
    with pytest.raises(DerivError):
        read([text], setting=LATEX)


def value(text: str, at: Point, syntax: str) -> Any:
    names = tuple(name for name, _ in at)
    asked = Question((text,), (at,), declared=names, check=False, strict_names=False, simplify="none", syntax=syntax)
    return answer(asked).points[0].value


def reads_back(text: str, at: Point) -> bool:
    """Whether the LaTeX of an expression has its value; False where it is refused at a place."""
    latex = answer(Question((text,), simplify="none", declared=tuple(name for name, _ in at))).expression.latex
    assert latex is not None
    try:
        found = value(latex, tuple((re.sub(r"([A-Za-z])([0-9]+)$", r"\1_\2", name), v) for name, v in at), "latex")
    except DerivError as error:
        assert error.span is not None
        return False
    assert found == pytest.approx(value(text, at, "python"), rel=1e-9, nan_ok=True)
    return True


# Written with commands of their own; of the others many are letters in books, J_n(x), and are refused.
PLAIN_GROUPS = {row.group for row in SMOOTH if row.key in ("sqrt", "sin", "sinh", "floor", "relu")}
# SymPy prints atan_2(y, x) and \\theta(x).
LETTERS = {"atan2", "heaviside"}


@pytest.mark.parametrize("row", SMOOTH, ids=lambda r: r.key)
def test_the_latex_of_a_function_reads_back_or_is_refused(row: Row) -> None:
    asked = question(row)
    read_back = reads_back(asked.expressions[0], asked.points[-1])
    assert read_back or row.group not in PLAIN_GROUPS or row.key in LETTERS


@pytest.mark.parametrize("case", rows("steps.jsonl")[::2], ids=lambda c: c["expr"][:60])
def test_the_latex_of_an_expression_reads_back_or_is_refused(case: dict[str, Any]) -> None:
    functions = set(re.findall(r"\w+(?=\()", case["expr"]))
    plain = functions <= {"sin", "cos", "tan", "exp", "log", "sqrt", "abs", "max", "min", "erf", "asin", "atan"}
    assert reads_back(case["expr"], tuple((name, str(v)) for name, v in case["at"].items())) or not plain
