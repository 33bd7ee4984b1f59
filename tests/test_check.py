"""`deriv check`: a claim in any form is judged by its values, and a wrong one is shown where it differs."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from conftest import rows
from hypothesis import assume, given, settings
from test_json import VALIDATOR
from test_properties import EXPRESSIONS, SLOWLY

from derivcli import check, differentiate
from derivcli.batch import run
from derivcli.checking.rules import differentiate as by_rules
from derivcli.errors import DerivError
from derivcli.language import expand, partial, read
from derivcli.numeric.exact import evaluate
from derivcli.render.json import checked_data
from derivcli.reverse import gradient

Deriv = Callable[..., Any]


@pytest.mark.parametrize("case", rows("claims.jsonl"), ids=lambda c: f"{c['expr']}: {c['claimed']}")
def test_a_claim(case: dict[str, Any]) -> None:
    checked = check(case["expr"], case["claimed"], **case.get("options", {}))
    VALIDATOR.validate(json.loads(json.dumps(checked_data(checked), allow_nan=False)))
    assert checked.status == case["status"], checked
    assert (checked.differs is not None) == (checked.status == "wrong")
    if "slip" in case:
        assert checked.slip is not None
        assert any(words in checked.slip for words in case["slip"].split("|")), checked.slip
    if checked.status != "wrong":
        assert checked.slip is None
    assert case.get("reason", "") in (checked.reason or "")
    assert case.get("warns", "") in " ".join(checked.warnings)
    if checked.differs is not None:
        differs = checked.differs
        assert case.get("at", differs.at) == differs.at
        assert case.get("values", [differs.claimed, differs.derivative]) == [differs.claimed, differs.derivative]
        assert case.get("result", ",".join(differs.path)) == ",".join(differs.path)
        assert case.get("index", list(differs.index or ())) == list(differs.index or ())


SAYS = [
    (["x**2", "2*x"], 0, "correct\n"),
    (["x**2", "x+x"], 0, "correct\nin another form: df/dx = 2*x\n"),
    (["x**3", "2*x"], 1, "wrong at x = 1: you claim 2, the derivative is 3\ndf/dx = 3*x**2\n"),
    (["x**2", "2*x", "-q"], 0, "correct\n"),
    (["x**2", "x", "-q"], 1, "wrong\n"),
    (["sqrt(-x**2)", "x", "-q"], 1, "undecided\n"),
    (["x*y", "y", "--", "-x"], 1, "wrong at x = 1, y = 0: you claim ∂f/∂y = -1, the derivative is 1\n"
                            "∂f/∂y = x\nlikely slip: the sign is wrong\n"),
    (["abs(x)", "1", "--at", "x=-7/2"], 1, "wrong at x = -1: you claim 1, the derivative is -1\ndf/dx = sign(x)\n"
                                           "likely slip: abs(x) is differentiated as if it were x everywhere\n"),
    (["x**2", "2*x + (1 if x == 1/7 else 0)", "--at", "x=1/7", "-q"], 1, "wrong\n"),
    (["[x**2, x]", "[2x, 0]"], 1, "wrong at x = 0: you claim df/dx[1] = 0, the derivative is 1\n"
                                  "df/dx = [2*x, 1]\nread as: f = [x**2, x], claimed: [2*x, 0]\n"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "status", "out"), SAYS, ids=lambda w: " ".join(w) if isinstance(w, list) else "")
def test_what_people_read(words: list[str], status: int, out: str, deriv: Deriv) -> None:
    ran = deriv("check", *words)
    assert (ran.status, ran.out, ran.err) == (status, out, "")


REFUSED = [
    (["x**2", "2*x + C"], 3, "variable C that the expression lacks"),
    (["x**2", "2*x)"], 3, "in the claim: ')' closes nothing"),
    (["x**2", "dy/dt = 2*x"], 3, "the derivative by t is claimed"),
    (["x*y", "y"], 2, "the derivative has 2 parts, and the claim has 1 part"),
    (["x*y", "y", "x", "0"], 2, "in the order x, y"),
    (["[x, x**2, y]", "[[1, 2*x, 0], [0, 0, 1]]"], 2, "another arrangement"),
    (["x"], 2, "CLAIMED"),
    (["x**2", "2*x", "--at", "z=1"], 3, "no variable z"),
    (["y = x; while y < 9: y = y*x; y", "1"], 3, "a claim is compared at many"),
    (["sum(x)", "1", "--var", "x:vector(n)"], 3, "has the shape []"),
    (["x @ x", "2*x", "1", "--var", "x:vector(n)"], 2, "the derivative has 1 part, and the claim has 2"),
    (["detach(x)*x", "x", "--var", "x"], 3, "detach"),
    (["x**2", "__import__('os')"], 3, "two underscores"),
    (["x**2", "(" * 10_000 + "x" + ")" * 10_000], 3, "nested deeper"),
    (["x**2", "2*x", "--order", "0"], 2, "--order is 1 or more"),
]


@pytest.mark.parametrize(
    ("words", "status", "says"), REFUSED, ids=lambda w: " ".join(w)[:40] if isinstance(w, list) else ""
)
def test_what_cannot_be_compared_is_refused(words: list[str], status: int, says: str, deriv: Deriv) -> None:
    ran = deriv("check", *words)
    assert ran.status == status and ran.out == ""
    assert ran.err.startswith("deriv: ") and says in ran.err and "fault of deriv" not in ran.err


@given(EXPRESSIONS)
@settings(SLOWLY, max_examples=20)
def test_own_formulas_are_correct_and_others_are_not(text: str) -> None:
    try:
        (formula,) = differentiate(text, wrt="x", var="x").derivatives.values()
    except DerivError:
        assume(False)
    options = {"wrt": "x", "var": "x"}
    found = check(text, str(formula.text), **options)
    assert found.status in ("correct", "undecided"), found
    if found.status == "correct":
        assert check(text, f"({formula.text}) + 1", **options).status == "wrong"
        assert formula.text == "0" or check(text, f"2*({formula.text})", **options).status == "wrong"


@given(EXPRESSIONS)
@settings(SLOWLY, max_examples=40)
def test_the_rules_and_the_adjoints_give_the_same_derivative(text: str) -> None:
    reading = read([text])
    graph, (root,) = expand(reading.graph, reading.roots)
    nodes = [by_rules(graph, root, "x")[root], *gradient(graph, root, ["x"], partial)]
    a, b = evaluate(graph, nodes, {"x": Fraction(17, 13), "y": Fraction(5, 7)}, real=True).roots
    if a.kind == b.kind == "number":
        assert float(a) == float(b)


def test_a_batch_line_may_hold_a_claim() -> None:
    lines = [
        {"id": 1, "expr": "x**2", "check": "2*x"},
        {"id": 2, "expr": "x*y", "check": ["y", "-x"]},
        {"id": 3, "expr": "x**2", "check": 5},
        {"id": 4, "expr": "x**2", "at": {"x": 1}},
    ]
    out = io.StringIO()
    status = run([json.dumps(line) for line in lines], out)
    right, wrong, bad, plain = (json.loads(line) for line in out.getvalue().splitlines())
    for answer in (right, wrong, bad, plain):
        VALIDATOR.validate(answer)
    assert right["id"] == 1 and right["check"]["correct"] is True
    assert wrong["check"]["wrong"] == ["y"] and wrong["check"]["differs"]["at"] == {"x": 1, "y": 0}
    assert bad["error"]["kind"] == "usage" and status == 1
    assert plain["points"][0]["gradient"] == {"x": 2}


def test_a_point_of_a_batch_is_looked_at() -> None:
    assert check("x**2", "2*x + (1 if x == 1/7 else 0)", at={"x": "1/7"}).status == "wrong"
    assert check("x**2", "2*x + (1 if x == 1/7 else 0)").status == "wrong"
