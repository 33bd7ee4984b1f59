"""What is read, and what is refused: text to expression."""

from __future__ import annotations

from typing import Any

import pytest
import sympy
from conftest import rows
from sympy.parsing.sympy_parser import parse_expr, standard_transformations

from derivcli.errors import DerivError
from derivcli.language import Setting, expand, read, write
from derivcli.language.limits import MAX_NUMBER_DIGITS
from derivcli.symbolic.functions import OWN
from derivcli.symbolic.translate import symbol, to_sympy


def sympy_of(text: str) -> list[sympy.Expr]:
    reading = read([text])
    graph, roots = expand(reading.graph, reading.roots)
    return to_sympy(graph, roots, text, MAX_NUMBER_DIGITS)


def yardstick(text: str) -> sympy.Expr:
    """SymPy's own reading of a text of ours, with our real symbols and functions."""
    names = {name: symbol(name) for name in read([text]).variables}
    functions = {**OWN, "Heaviside": sympy.Heaviside, "abs": OWN["Abs"], "max": sympy.Max, "min": sympy.Min}
    return parse_expr(text, {**functions, **names}, standard_transformations, {**vars(sympy)})


@pytest.mark.parametrize("case", rows("readings.jsonl"), ids=lambda c: c["text"])
def test_a_text_means_what_its_explicit_spelling_means_to_sympy(case: dict[str, str]) -> None:
    assert sympy_of(case["text"]) == [yardstick(case["means"])]


@pytest.mark.parametrize("case", rows("readings.jsonl"), ids=lambda c: c["text"])
def test_what_is_written_reads_as_the_same(case: dict[str, str]) -> None:
    reading = read([case["text"]])
    written = write(reading.graph, reading.roots[0], 10_000)
    assert written is not None
    assert sympy_of(written) == sympy_of(case["text"])


@pytest.mark.parametrize("case", rows("refusals.jsonl"), ids=lambda c: c["text"][:40])
def test_a_text_is_refused_at_its_place(case: dict[str, object]) -> None:
    with pytest.raises(DerivError) as caught:
        sympy_of(str(case["text"]))
    error = caught.value
    assert str(case["says"]) in f"{error.message}; {error.hint}"
    assert str(case.get("hint", "")) in str(error.hint)
    assert error.span == (tuple(case["span"]) if case.get("span") else error.span)  # type: ignore[arg-type]


def test_several_expressions_are_components_of_one() -> None:
    one, two = read(["[x, x*y]"]), read(["x", "x*y"])
    assert one.vector and two.vector
    assert [one.graph.nodes[r] for r in one.roots] == [two.graph.nodes[r] for r in two.roots]


def test_places_are_places_in_the_text() -> None:
    text = "1 + sin(x)*cos(x)"
    reading = read([text])
    places = {n.op: text[slice(*s)] for n, s in zip(reading.graph.nodes, reading.graph.spans, strict=True) if s}
    assert places["sin"] == "sin(x)" and places["mul"] == "sin(x)*cos(x)" and places["add"] == text


@pytest.mark.parametrize("name", ["S", "N", "Q", "E1", "gamma", "beta", "lambda", "test", "O", "sum", "re", "id"])
def test_names_that_mean_something_elsewhere_are_variables(name: str) -> None:
    assert read([f"{name}*x"]).variables == [name, "x"]


@pytest.mark.parametrize("name", ["e", "pi", "I", "tau", "EulerGamma"])
def test_a_constant_that_is_given_a_value_is_a_variable(name: str) -> None:
    assert read([f"2*{name}"]).variables == []
    assert read([f"2*{name}"], setting=Setting([name])).variables == [name]


@pytest.mark.parametrize(("name", "warned"), [("pi", False), ("e", False), ("tau", True), ("GoldenRatio", True)])
def test_a_surprising_constant_is_said(name: str, warned: bool) -> None:
    assert bool(read([f"2*{name}"]).warnings) == warned


def test_juxtaposition_after_a_division_is_said() -> None:
    assert read(["1/2x"]).warnings == ["1/2x is read as (1/2)*x"]
    assert read(["e^-2x"]).warnings == ["e^-2x is read as (e^-2)*x"]
    assert [read([text]).warnings for text in ("x^2 y", "x²y", "x^2(x+1)", "2x^n")] == [[]] * 4


@pytest.mark.parametrize("case", rows("doubts.jsonl"), ids=lambda c: c["text"])
def test_what_could_be_meant_otherwise_is_said_and_nothing_else(case: dict[str, Any]) -> None:
    assert read([case["text"]]).warnings == case["said"]


@pytest.mark.parametrize("text", ["dy/dx", "3j*x", "1.0f*x"])
def test_what_is_declared_is_meant(text: str) -> None:
    names = ["dy", "dx", "j", "f"]
    assert set(read([text], setting=Setting(names)).variables) <= {*names, "x"}


def test_a_name_that_has_a_value_is_no_product() -> None:
    assert read(["xy"], setting=Setting(["xy"])).warnings == []


@pytest.mark.parametrize(
    "text", ["(" * 4_000 + "x" + ")" * 4_000, "-" * 4_999 + "x", "+".join(["x"] * 20_000), "**".join(["x"] * 2_000)]
)
def test_depth_and_length_are_no_obstacle(text: str) -> None:
    assert read([text]).variables == ["x"]


@pytest.mark.parametrize(
    ("text", "said"), [("sinx", True), ("arcsinx", True), ("x1", False), ("six", False), ("cost", False)]
)
def test_a_name_that_looks_like_a_function_of_something_is_said(text: str, said: bool) -> None:
    assert bool(read([text]).warnings) == said


def test_named_results_are_shared_in_order() -> None:
    assert sympy_of("b = a + 5; c = 2*b*b; c/b") == sympy_of("2*(a + 5)")
    assert read(["b**2"], let=[("b", "a + 5")]).variables == ["a"]
