"""Which number to trust."""

from __future__ import annotations

import math

import pytest
from conftest import rows

from derivcli import differentiate


@pytest.mark.parametrize("case", rows("verdicts.jsonl"), ids=lambda c: f"{c['expr']} at {c['at']}")
def test_a_point_is_judged(case: dict[str, object]) -> None:
    (point,) = differentiate(str(case["expr"]), at=case["at"], dtype=case.get("dtype", "float64")).points  # type: ignore[arg-type]
    assert point.checks is not None and point.symbolic is not None
    check = point.checks["x",]
    assert check.status == case["status"]
    if "symbolic" in case:
        assert point.symbolic["x",] == pytest.approx(case["symbolic"], rel=1e-15)
    assert check.note or check.status == "agree"
    assert str(case.get("note", "")) in (check.note or "")
    if "place" in case:
        text = str(case["expr"])
        assert check.span is not None and text[slice(*check.span)] == case["place"]
    if "trusted" in case:
        assert check.trusted_digits == pytest.approx(case["trusted"], abs=0.5)
    if "limit" in case:
        assert check.limit == pytest.approx(case["limit"], abs=1e-12)


def test_autograd_is_never_altered() -> None:
    (point,) = differentiate("(1-cos(x))/x**2", at={"x": "1e-8"}, literal=True).points
    assert point.result["x",] == pytest.approx(1e8)
    assert point.symbolic is not None and point.symbolic["x",] == pytest.approx(-1 / 12 * 1e-8, rel=1e-15)


def test_the_worst_entry_of_an_array_is_reported() -> None:
    (point,) = differentiate(["x", "(1-cos(x))/x**2", "2*x"], at={"x": "1e-8"}, literal=True).points
    assert point.checks is not None
    assert point.checks["x",].status == "disagree" and point.checks["x",].index == (1,)


def test_without_checks_there_is_nothing_but_autograd() -> None:
    (point,) = differentiate("x**2", at={"x": 3}, no_check=True).points
    assert point.symbolic is None and point.checks is None and point.result["x",] == 6


def test_what_is_undefined_has_no_symbolic_value() -> None:
    (point,) = differentiate("log(sign(x) + x)", at={"x": 0}).points
    assert point.symbolic is not None and math.isnan(point.symbolic["x",])  # type: ignore[arg-type]


def test_an_untaken_branch_does_no_harm() -> None:
    (point,) = differentiate("log(x) if x > 1 else x - 1", at={"x": -2}).points
    assert point.checks is not None and point.checks["x",].status == "agree"


def test_equal_pieces_meet_smoothly() -> None:
    (point,) = differentiate("x**2 if x < 1 else 2*x - 1", at={"x": 1}).points
    assert point.checks is not None and point.checks["x",].status == "agree"
