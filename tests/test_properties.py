"""What holds for every expression: three ways to the same number, and text that reads as what was written."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from derivcli import differentiate
from derivcli.catalog import ROWS
from derivcli.engine import answer
from derivcli.errors import DerivError
from derivcli.graph import fold
from derivcli.language import Setting, expand, partial, read, write
from derivcli.model import Answer, PointAnswer, Question
from derivcli.numeric.exact import Exact, evaluate
from derivcli.reverse import gradient
from derivcli.values import constant

UNARY = sorted({row.name for row in ROWS if len(row.parameters) == 1})
BINARY = ["atan2", "hypot", "max", "min", "Mod", "logaddexp"]
SLOWLY = settings(
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda p: f"({p[0]} + {p[1]})"),
        pairs.map(lambda p: f"({p[0]} - {p[1]})"),
        pairs.map(lambda p: f"{p[0]}*({p[1]})"),
        pairs.map(lambda p: f"({p[0]})/({p[1]})"),
        st.tuples(inner, st.integers(2, 4)).map(lambda p: f"({p[0]})**{p[1]}"),
        inner.map(lambda e: f"-({e})"),
        st.tuples(st.sampled_from(UNARY), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(st.sampled_from(BINARY), inner, inner).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]})**(1/({p[1]}))"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} if {p[1]} < {p[2]} else {p[2]})"),
        st.tuples(st.sampled_from(["log", "sqrt"]), inner).map(lambda p: f"{p[0]}(1 + ({p[1]})**2)"),
    )


def value_of(text: str) -> Exact:
    """The value at one point without a pattern."""
    reading = read([text])
    graph, roots = expand(reading.graph, reading.roots)
    return evaluate(graph, roots, {"x": Fraction(17, 13), "y": Fraction(5, 7)}, real=True).roots[0]


LEAVES = st.sampled_from(["x", "y", "2", "3/7", "0.5", "pi"])
EXPRESSIONS = st.recursive(LEAVES, grow, max_leaves=6)
NUMBERS = st.integers(-64, 64).map(lambda n: Fraction(n, 32))


def asked(text: str, x: Fraction, y: Fraction) -> tuple[Answer, PointAnswer]:
    """The answer by x at a point; expressions that are not defined anywhere are left out."""
    try:
        found = differentiate(text, at={"x": x, "y": y}, wrt="x")
    except DerivError as error:
        assert error.kind in ("parse", "limit"), error
        assume(False)
    (point,) = found.points
    assert point.symbolic is not None and point.checks is not None
    return found, point


@given(EXPRESSIONS, NUMBERS, NUMBERS)
@SLOWLY
def test_where_autograd_agrees_the_value_is_right_too(text: str, x: Fraction, y: Fraction) -> None:
    _, point = asked(text, x, y)
    assume(point.checks is not None and point.checks["x",].status == "agree")
    reading = read([text], setting=Setting(["x", "y"]))
    graph, roots = expand(reading.graph, reading.roots)
    (wanted,) = evaluate(graph, roots, {"x": x, "y": y}, real=True).roots
    assume(wanted.kind == "number" and abs(float(wanted)) < 1e6)
    assert abs(point.value - float(wanted)) <= 1e-6 * max(1.0, abs(float(wanted)))  # type: ignore[operator]


@given(EXPRESSIONS, NUMBERS, NUMBERS)
@SLOWLY
def test_the_exact_derivative_is_the_limit_of_differences(text: str, x: Fraction, y: Fraction) -> None:
    reading = read([text], setting=Setting(["x", "y"]))
    graph, roots = expand(reading.graph, reading.roots)
    step = Fraction(1, 10**30)
    sides = [evaluate(graph, roots, {"x": x + s, "y": y}, real=True).roots[0] for s in (-step, step)]
    assume(all(v.kind == "number" for v in sides))
    _, point = asked(text, x, y)
    assert point.symbolic is not None and point.checks is not None
    assume(point.checks["x",].status in ("agree", "disagree"))
    with mpmath.workdps(150):
        difference = (mpmath.mpf(sides[1].value) - mpmath.mpf(sides[0].value)) / (2 * mpmath.mpf(10) ** -30)
        assert abs(difference - point.symbolic["x",]) <= 1e-9 * max(1, abs(difference))  # type: ignore[operator]


@given(EXPRESSIONS)
@SLOWLY
def test_what_is_printed_reads_as_the_same(text: str) -> None:
    try:
        found = answer(Question((text,), simplify="fast"))
    except DerivError:
        assume(False)  # a division by zero, whatever the point
    reading = read([text])
    once = write(reading.graph, reading.roots[0], 10**6)
    assert once is not None
    again = read([once])
    assert write(again.graph, again.roots[0], 10**6) == once
    assert found.expression.text is not None
    wanted = value_of(text)
    assume(wanted.kind == "number")  # SymPy may widen a domain: sqrt(x)**2 is x
    assert float(value_of(found.expression.text)) == float(wanted)


@given(EXPRESSIONS, NUMBERS, NUMBERS)
@SLOWLY
def test_printed_derivatives_have_the_value_beside_them(text: str, x: Fraction, y: Fraction) -> None:
    found, point = asked(text, x, y)
    formula = found.derivatives["x",].text
    assert formula is not None and point.symbolic is not None
    wanted = point.symbolic["x",]
    assume(isinstance(wanted, float) and math.isfinite(wanted))
    reading = read([formula])
    graph, roots = expand(reading.graph, reading.roots)
    (value,) = evaluate(graph, roots, {"x": x, "y": y}, real=False).roots
    assert float(value) == wanted


@given(EXPRESSIONS, NUMBERS, NUMBERS)
@SLOWLY
def test_the_graph_and_sympy_have_the_same_derivative(text: str, x: Fraction, y: Fraction) -> None:
    _, point = asked(text, x, y)
    assert point.symbolic is not None
    wanted = point.symbolic["x",]
    assume(isinstance(wanted, float) and math.isfinite(wanted))
    reading = read([text], setting=Setting(["x", "y"]))
    graph, roots = fold(*expand(reading.graph, reading.roots))
    (found,) = evaluate(graph, gradient(graph, roots[0], ["x"], partial), {"x": x, "y": y}, real=True).roots
    if found.kind == "number":
        assert float(found) == wanted


@given(st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6))
def test_a_number_is_read_exactly(number: Fraction) -> None:
    assert constant(str(number), "x") == number
