"""LaTeX: what it means, where it is refused, and that what is printed as LaTeX reads back as the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Ran, rows

from derivcli.errors import DerivError
from derivcli.language import Reading, Setting, read, write

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
