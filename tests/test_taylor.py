"""High orders: Taylor series of programs, and exact values by differences where there is no formula."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import mpmath
import pytest
from test_catalog import SLOW, SMOOTH, TRUTH, differentiable, points, question

from derivcli import differentiate
from derivcli.catalog import Row
from derivcli.engine import answer
from derivcli.model import Question

# The orders of the walk through the catalog: leaves are worked out number by number, by their last argument here.
ORDER, LEAF_ORDER = 8, 6
CASES = [json.loads(line) for line in (Path(__file__).parent / "cases" / "orders.jsonl").read_text().splitlines()]


def ask(case: dict[str, Any], **more: Any) -> Any:
    point = tuple(case["at"].items())
    asked = Question((case["expr"],), (point,), partial=tuple(case["partial"].split(",")), **more)
    return answer(replace(asked, simplify="none"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['expr']} {c['partial'].count(',') + 1} {c['at']}")
def test_the_derivative_is_what_mathematics_says(case: dict[str, Any]) -> None:
    (found,) = ask(case).points
    (check,) = found.checks.values()
    assert check.status == case.get("status", "agree")
    if "value" in case:
        assert found.result[case["partial"],] == pytest.approx(case["value"], rel=1e-11, abs=0)
        assert found.symbolic[case["partial"],] == pytest.approx(case["value"], rel=1e-14, abs=0)


@pytest.mark.parametrize("case", [c for c in CASES if "value" in c][::4], ids=lambda c: c["expr"])
def test_differences_without_a_formula_are_the_derivative(
    case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("derivcli.formulas.MAX_OPERATIONS", -1)
    found = ask(case)
    assert found.derivatives[case["partial"],].text is None
    assert any("takes too long" in warning for warning in found.warnings)
    assert found.points[0].symbolic[case["partial"],] == pytest.approx(case["value"], rel=1e-14, abs=0)
    assert found.points[0].checks[case["partial"],].status == "agree"


# mpmath takes seconds for their values in as many digits as high orders need; test_catalog has their third.
SLOWER = {*SLOW, "tcdf"}


@pytest.mark.parametrize("row", [row for row in SMOOTH if row.key not in SLOWER], ids=lambda r: r.key)
def test_every_row_at_a_high_order(row: Row) -> None:
    """Against mpmath's own differences, which take many times as many digits as the result is wanted in."""
    somewhere = list(points(row))[2]
    order = LEAF_ORDER if row.leaf else ORDER
    for name in differentiable(row)[-1:] if row.leaf else differentiable(row):
        asked = question(row, partial=(name,) * order, simplify="none")
        (found,) = answer(replace(asked, points=asked.points[2:3])).points
        with mpmath.workdps(25):
            x = tuple(mpmath.mpf(v.numerator) / v.denominator for v in somewhere.values())
            wanted = float(mpmath.diff(TRUTH[row.key], x, tuple(order * (name == p) for p in row.parameters)))
        (result,), (symbolic,), (check,) = (d.values() for d in (found.result, found.symbolic, found.checks))  # type: ignore[union-attr]
        assert result == pytest.approx(wanted, rel=1e-11, abs=1e-50)
        assert symbolic == pytest.approx(wanted, rel=1e-14, abs=1e-50)
        assert check.status == "agree"


def test_many_points_in_one_call() -> None:
    found = differentiate("exp(sin(x))", at=[{"x": k / 8} for k in range(1, 200)], order=12, no_check=True)
    for point in found.points:
        with mpmath.workdps(25):
            wanted = mpmath.diff(lambda x: mpmath.exp(mpmath.sin(x)), mpmath.mpf(point.at["x"]), 12)
        assert point.result["x," * 11 + "x",] == pytest.approx(float(wanted), rel=1e-9, abs=0)


def test_float32_is_computed_in_float32() -> None:
    (found,) = differentiate("exp(sin(x))", at={"x": 0.5}, order=8, dtype="float32").points
    (check,) = found.checks.values()  # type: ignore[union-attr]
    assert check.status == "agree" and check.digits is not None and 4 < check.digits <= 7


def test_each_variable_has_its_own_derivative() -> None:
    (found,) = differentiate("x**7*y**8", at={"x": 1, "y": 1}, order=6).points
    assert list(found.result.values()) == [5040.0, 20160.0]


def test_a_constant_has_none() -> None:
    assert differentiate("2", order=7).derivatives == {}


def test_digits_need_a_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derivcli.formulas.MAX_OPERATIONS", -1)
    (found,) = differentiate("tan(x)", at={"x": 1}, order=6, digits=30).points
    (digits,) = found.decimals.results.values()  # type: ignore[union-attr]
    assert digits.text is None and "without a formula" in digits.note  # type: ignore[union-attr]
