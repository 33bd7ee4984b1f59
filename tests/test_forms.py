"""The form in which a derivative is shown is the one that a textbook has, and has the derivative's values."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import rows

from derivcli import differentiate

# Where all expressions of the file are smooth and real.
POINT = {"x": 0.375, "y": 1.25, "a": 1.75, "n": 2.5, "r": 0.875, "c": 0.5}


@pytest.mark.parametrize("case", rows("forms.jsonl"), ids=lambda c: c["expr"])
def test_a_derivative_is_shown_as_in_a_textbook(case: dict[str, Any]) -> None:
    name = case.get("wrt", "x")
    at = {v: case.get("at", POINT)[v] for v in differentiate(case["expr"], no_check=True).variables}
    found = differentiate(case["expr"], wrt=[name], at=at)
    assert found.derivatives[name,].text == case["form"]
    (point,) = found.points
    assert point.checks is not None and point.checks[name,].status == "agree"


@pytest.mark.parametrize("x", [-2.5, -1.25, 1.25, 2.5])
@pytest.mark.parametrize(
    "text", ["acos(1/x)", "acsc(3*x)", "cbrt(x**2)", "sqrt(x**2)*x", "asin(1/x)", "abs(x)**5/x**2"]
)
def test_signs_and_roots_hold_on_both_sides(text: str, x: float) -> None:
    (point,) = differentiate(text, at={"x": x}).points
    assert point.checks is not None and point.checks["x",].status == "agree"
