"""`--digits N`: exact values in N digits, correctly rounded, by Arb and without it."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from conftest import rows
from hypothesis import example, given
from hypothesis import strategies as st

from derivcli import batch, differentiate
from derivcli.catalog import KEYS, ROWS, Row
from derivcli.errors import DerivError
from derivcli.graph import Graph
from derivcli.model import Digits
from derivcli.numeric import enclosure
from derivcli.numeric.balls import BALLS
from derivcli.numeric.digits import digits_of
from derivcli.numeric.rounding import Rounded, rounded, rounded_within
from derivcli.render.json import answer_data

Deriv = Callable[..., Any]
CASES = rows("digits.jsonl")


@pytest.fixture(params=["arb", "mpmath"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to digits: enclosures, and the search at growing precision for functions that Arb lacks."""
    if request.param == "mpmath":
        monkeypatch.setattr(enclosure, "enclosed", lambda *_, **__: ())
    return str(request.param)


def asked(case: dict[str, Any], more: int = 0) -> dict[str, Any]:
    """The digits of a case as they stand in its JSON answer."""
    told = {key: value for key, value in case.items() if key not in ("about", "value", "symbolic")}
    answer = answer_data(differentiate(**{**told, "digits": told["digits"] + more}))
    assert not answer["warnings"] or "constant" in answer["warnings"][0]
    return dict(answer["points"][0]["digits"])


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['expr']} at {c.get('at')} to {c['digits']}")
def test_digits_are_the_true_ones(case: dict[str, Any], way: str) -> None:
    found = asked(case)
    assert {key: found[key] for key in ("value", "symbolic") if key in case} == {
        key: case[key] for key in ("value", "symbolic") if key in case
    }
    if way == "arb" and found["value"] is not None:
        assert found["proven"]


@pytest.mark.parametrize("case", CASES[::3], ids=lambda c: f"{c['expr']} to {c['digits']}")
def test_more_digits_round_to_fewer(case: dict[str, Any]) -> None:
    few, many = asked(case), asked(case, more=20)
    for text, longer in zip(texts(few), texts(many), strict=True):
        with localcontext() as context:
            context.prec, context.rounding = case["digits"], ROUND_HALF_EVEN
            assert Decimal(text) == +Decimal(longer)


def texts(digits: Any) -> list[str]:
    """All numbers of an answer's digits."""
    if isinstance(digits, str):
        return [digits]
    if isinstance(digits, list):
        return [text for part in digits for text in texts(part)]
    if "value" in digits:
        return texts([digits["value"], digits["symbolic"]])
    return texts([part for part in digits.values() if part is not None])


NUMBERS = st.fractions().filter(bool) | st.builds(Fraction, st.integers(1, 10**40), st.integers(1, 10**40))


@example(value=Fraction(1, 1249999999999999999998697916666666666667), digits=1)  # very near to 8e-40
@given(value=NUMBERS, digits=st.integers(1, 30))
def test_rounding_is_to_the_nearest_with_ties_to_even(value: Fraction, digits: int) -> None:
    with localcontext() as context:
        context.prec, context.rounding = digits, ROUND_HALF_EVEN
        nearest = Decimal(value.numerator) / Decimal(value.denominator)
    found = rounded(value, digits)
    distance = abs(Fraction(found.text) - value)
    assert Decimal(found.text) == nearest
    assert distance <= Fraction(found.radius) <= distance * Fraction(6, 5)


@given(low=st.integers(-(10**20), 10**20), width=st.integers(0, 10**6), digits=st.integers(1, 12))
def test_an_interval_is_rounded_where_all_of_it_agrees(low: int, width: int, digits: int) -> None:
    found = rounded_within(low, low + width, -10, digits)
    for inside in (low, low + width // 3, low + width) if found else ():
        value = Fraction(inside, 10**10)
        assert Fraction(rounded(value, digits).text) == Fraction(found.text)  # type: ignore[union-attr]
        assert abs(Fraction(found.text) - value) <= Fraction(found.radius)  # type: ignore[union-attr]


def of_row(row: Row, point: dict[str, Fraction]) -> Digits:
    """A function of the catalog at a point, in 30 digits."""
    graph = Graph()
    root = graph.add(row.key, [graph.variable(name) for name in row.parameters])
    (found,) = digits_of(graph, [root], point, 30, real=True)
    return found[1]


# Functions that Arb lacks, or at some points encloses in complex numbers only, whose imaginary part may be 0.
UNPROVEN = {"elliptic_pi", "elliptic_pi/3", "hyper/2,1", "appellf1", "meijerg/1,0,2,0"}


@pytest.mark.parametrize("row", [r for r in ROWS if not r.definition], ids=lambda r: r.key)
def test_arb_has_every_function_and_agrees(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    for share in (Fraction(1, 7), Fraction(5, 9)):
        point = {
            name: Fraction(low) if low == high else Fraction(str(low)) + share * Fraction(str(high - low))
            for name, (low, high) in zip(row.parameters, row.samples, strict=True)
        }
        proven = of_row(row, point)
        with monkeypatch.context() as without:
            without.setattr(enclosure, "enclosed", lambda *_, **__: ())
            plain = of_row(row, point)
        assert proven.text is not None and (plain.text == proven.text or proven.text == "0")
        assert (proven.radius is None) == (proven.note is not None)
        assert proven.note is None or row.key in UNPROVEN


def test_digits_in_contradiction_are_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        enclosure, "enclosed", lambda graph, roots, *_, **__: [(r, Rounded("2.5", "1e-9")) for r in roots]
    )
    found = of_row(KEYS["sin"], {"x": Fraction(1)})
    assert found.text is None and "contradict" in str(found.note)


def test_a_function_that_arb_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(BALLS, "sin")
    found = of_row(KEYS["sin"], {"x": Fraction(1)})
    assert found == Digits("0.841470984807896506652502321630", None, "not proven: Arb has no sin")


@pytest.mark.parametrize(
    ("expr", "at"),
    [
        ("sin(x)**2 + cos(x)**2 - 1", 1), ("x if exp(log(x)) == 3 else 0", 3), ("floor(3 - exp(-x))", 5000),
        ("3*log(x) - log(8)", 2),
    ],
)  # fmt: skip
def test_what_is_not_settled_has_no_digits(expr: str, at: int, way: str) -> None:
    answer = answer_data(differentiate(expr, at={"x": at}, digits=10))
    assert answer["points"][0]["digits"]["value"] is None
    assert "the digits of f" in answer["warnings"][0]


@pytest.mark.parametrize("expr", ["exp(-x)", "1/exp(x)", "2**(-x)"])
def test_without_enclosures_what_is_too_small_is_not_called_zero(expr: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enclosure, "enclosed", lambda *_, **__: ())
    digits = answer_data(differentiate(expr, at={"x": 10**100}, digits=10))["points"][0]["digits"]
    assert digits["value"] is digits["symbolic"]["x"] is None and not digits["proven"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"digits": 0, "at": {"x": 1}}, "from 1 to 10,000"),
        ({"digits": 10_001, "at": {"x": 1}}, "from 1 to 10,000"),
        ({"digits": "many", "at": {"x": 1}}, "whole number"),
        ({"digits": 5}, "needs a point"),
        ({"digits": 5, "at": {"x": 1}, "no_check": True}, "--no-check"),
        ({"digits": 5, "at": {"x": [1, 2]}, "direction": "[1, 2]"}, "--direction"),
        ({"digits": 5, "at": {"x": [1, 2]}, "jvp": "[1, sqrt(2)]"}, "rational"),
        ({"digits": 5, "at": "x=1*linspace(0, 1, 1001)", "expr": "sum(x)"}, "up to 1,000 numbers"),
    ],
)
def test_what_cannot_be_asked_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(DerivError, match=said):
        differentiate(**{"expr": "sin(x)", **options})


def test_every_face_prints_digits(deriv: Deriv, way: str) -> None:
    words = ("sin(x)", "--at", "x=1/3", "--digits", "20")
    value, slope = "0.32719469679615224417", "0.94495694631473766439"
    assert deriv(*words, "-q").out == f"{slope}\n"
    assert deriv(*words, "--csv").out.splitlines()[1] == f"0.3333333333333333,{value},0.9449569463147377,{slope},agree"
    assert f"= {slope}" in deriv(*words, "--latex").out
    told = {"arb": ("symbolic (20 digits, proven)", f"{slope} ± 1.8e-21"), "mpmath": ("symbolic (20 digits) ", slope)}
    assert all(part in deriv(*words).out for part in (*told[way], f"f = {value}"))
    assert f"  df/dx = {told[way][1]} (autograd: 0.9449569463147377; agree)" in deriv(*words, "-o", "plain").out
    line, failed = batch.answer_line(json.dumps({"expr": "sin(x)", "at": {"x": "1/3"}, "digits": 20}), 1)
    assert not failed and line["points"][0]["digits"]["symbolic"] == {"x": slope}
    assert line["points"][0]["digits"]["proven"] is (way == "arb")


def test_a_number_of_ten_thousand_digits(deriv: Deriv) -> None:
    out = deriv("pi*x", "--at", "x=1", "--digits", "10000", "-q").out.strip()
    # The 9,991st to 10,001st digits of pi are 5256375678, as published.
    assert out.startswith("3.14159265358979") and len(out) == 10_001 and out.endswith("525637568")
