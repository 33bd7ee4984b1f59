"""Further questions: each case is a statement of mathematics, or says why there is no answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from conftest import rows
from test_json import VALIDATOR

import derivcli
from derivcli.language import expand, read
from derivcli.model import Question
from derivcli.numeric.exact import evaluate
from derivcli.points import Interval
from derivcli.questions.scene import scene

Deriv = Callable[..., Any]
CASES = rows("questions.jsonl")


@pytest.mark.parametrize("case", CASES, ids=lambda c: " ".join([c["ask"], *c["words"]]))
def test_a_question(case: dict[str, Any], deriv: Deriv) -> None:
    # What ten seconds are enough for is no matter of this test.
    patient = ["--timeout", "60"] if case["ask"] == "analyze" and "--timeout" not in case["words"] else []
    ran = deriv(case["ask"], *case["words"], *patient, "--ndjson")
    VALIDATOR.validate(ran.json)
    if "refused" in case:
        assert case["refused"] in f"{ran.json['error']['message']} {ran.json['error']['hint']}"
        assert ran.status == case.get("status", ran.status) != 0
        return
    assert ran.status == 0, ran.out
    warnings = " ".join(ran.json["warnings"])
    assert case.get("warns", "") in warnings and bool(warnings) == ("warns" in case), warnings
    found: Any = ran.json
    for key, value in case.get("has", {}).items():
        part = found
        for step in key.split("."):
            part = part[int(step)] if isinstance(part, list) else part[step]
        assert part == (pytest.approx(value, rel=1e-12) if isinstance(value, float) else value), key
    if "is" in case:
        assert deriv(case["ask"], *case["words"], "-q").out == f"{case['is']}\n"


@pytest.mark.parametrize("case", [c for c in CASES if c["ask"] == "taylor" and "is" in c], ids=lambda c: c["words"][0])
def test_a_taylor_polynomial_touches(case: dict[str, Any], deriv: Deriv) -> None:
    """Halving the distance leaves less than 2**-order of the difference: the text is the polynomial."""
    ran = deriv("taylor", *case["words"], "--json").json
    at, order = ran["taylor"]["at"], ran["taylor"]["order"]
    differences = [
        abs(_value(case["words"][0], ran, at, step) - _value(case["is"], ran, at, step))
        for step in (Fraction(1, 2000), Fraction(1, 4000))
    ]
    assert differences[1] <= differences[0] * Fraction(6, 10) ** (order + 1) or differences[0] < 1e-40


def _value(text: str, ran: Any, at: dict[str, float], step: Fraction) -> Any:
    """The value of a text beside the point; parameters have some value. The point pi/4 is not a float."""
    reading = read([text.replace("pi/4", str(Fraction(at["x"])))] if "x" in at else [text])
    graph, roots = expand(reading.graph, reading.roots)
    point = {name: Fraction(at.get(name, 0.75)) + step * (name in at) for name in ran["variables"]}
    return evaluate(graph, roots, point, real=True).roots[0].value


def test_the_package_asks_the_same() -> None:
    assert derivcli.taylor("exp(a*x)", at={"x": 0}, order=2).polynomial.text == "1 + a*x + a**2/2*x**2"
    assert derivcli.implicit("x*y = 1", at={"x": 2, "y": 0.5}).points[0].slopes["x",].value == -0.25
    assert derivcli.parametric("cos(t)", "sin(t)").derivatives["x",].text == "-cot(t)"
    assert derivcli.propagate("x*y", at={"x": "10±1", "y": "2±0.1"}).deviation == pytest.approx(5**0.5)
    assert [f.exact for f in derivcli.analyze("x**2-1", range={"x": [-2, 2]}).features] == ["-1", "0", "1"]
    assert isinstance(derivcli.lint("x**2", at="x=-1:1"), derivcli.Report)
    with pytest.raises(derivcli.DerivError, match="no key 'ordre'"):
        derivcli.taylor("x", ordre=2)


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (["taylor", "exp(x*y)", "--at", "x=0,y=0", "--order", "2"], ["x,y,coefficient,value", "0,0,1,1", "1,1,1,1"]),
        (["analyze", "x**2-2", "--range", "x=0:2"],
         ["kind,x,exact,f,known", "minimum,0,0,-2,exact", "zero,1.4142135623730951,sqrt(2),0,exact"]),
        (["implicit", "x*y = 1"], ["derivative,formula", "x,-y/x"]),
        (["parametric", "t", "t**2", "--at", "t=3"], ["t,x,y,derivative,exact,autograd,status", "3,3,9,x,6,6,agree"]),
        (["propagate", "2*x", "--at", "x=3±1"], ["variable,value,deviation,derivative,share", "x,3,1,2,1", "f,6,2,,"]),
    ],
    ids=lambda v: v[0],
)  # fmt: skip
def test_tables_for_programs(words: list[str], rows: list[str], deriv: Deriv) -> None:
    assert deriv(*words, "--csv").out.splitlines() == rows
    assert deriv(*words, "-o", "plain").out.isascii() or "±" in deriv(*words, "-o", "plain").out


def test_what_is_longer_than_a_screen_is_shown_by_its_ends(deriv: Deriv) -> None:
    asked = ["analyze", "sin(20*x)", "--range", "x=-3:3"]
    shown, whole = deriv(*asked).out, deriv(*asked, "-o", "plain").out
    assert len(shown.splitlines()) < 80 < len(whole.splitlines())
    assert "… 92 more" in shown and shown.endswith("-o plain shows all lines.\n")


@pytest.mark.parametrize(
    ("text", "at", "y"),
    [
        ("x*sin(1/x)", 1 / (79 * math.pi), 0.0),
        ("1e20*(cos(x) - x)", 0.7390851332151607, 0.0),
        ("(x - sqrt(2))**2 + 1e-20", math.sqrt(2), 1e-20),
    ],
)
def test_rounding_of_a_place_is_no_value(text: str, at: float, y: float) -> None:
    seen = scene(Question((text,)), Interval(Fraction(-1), Fraction(2)), 5)
    found = seen.feature("inflection", at, None)
    assert found is not None and found.y == pytest.approx(y, rel=1e-9, abs=0)
