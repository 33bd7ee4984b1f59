"""Where a plain torch program goes wrong, and that what is proposed instead does not."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from conftest import rows

from derivcli import differentiate
from derivcli.asking import boxed, question
from derivcli.language import expand, read
from derivcli.linting import Linter
from derivcli.linting.sampling import sweeps
from derivcli.points import Interval
from derivcli.report import Finding, Report


def report(case: dict[str, Any]) -> Report:
    asked = question({key: case[key] for key in ("expr", "var", "dtype") if key in case})
    return Linter(asked, boxed([case["at"]] if "at" in case else [])).report()


def fits(finding: Finding, wanted: dict[str, Any]) -> bool:
    exactly = all(
        getattr(finding, key) == wanted[key] for key in ("place", "status", "truth", "rewrite") if key in wanted
    )
    return exactly and str(wanted.get("where", "")) in finding.where


@pytest.mark.parametrize("case", rows("lints.jsonl"), ids=lambda c: c["expr"])
def test_faults_are_found_with_their_place_and_what_cures_them(case: dict[str, Any]) -> None:
    found = report(case).findings
    assert len(found) == len(case["found"]), found
    for wanted in case["found"]:
        assert any(fits(finding, wanted) for finding in found), (wanted, found)


@pytest.mark.parametrize("case", [c for c in rows("lints.jsonl") if "var" not in c], ids=lambda c: c["expr"])
def test_a_finding_is_what_the_literal_program_returns(case: dict[str, Any]) -> None:
    for finding in report(case).findings:
        literal = differentiate(case["expr"], at=dict(finding.at), literal=True, dtype=case.get("dtype", "float64"))
        assert repr(literal.points[0].result[finding.result]) == repr(finding.autograd)


def points_of(text: str, **intervals: Interval | None) -> list[list[dict[str, Fraction]]]:
    reading = read([text])
    return sweeps(intervals, *expand(reading.graph, reading.roots))


@pytest.mark.parametrize(
    ("text", "special"),
    [
        ("abs(x - 3/7)", Fraction(3, 7)), ("log(x + 2)", Fraction(-2)), ("1/(x**3 - 8)", Fraction(2)),
        ("where(x < 5/4, x, 1)", Fraction(5, 4)), ("max(x, 2*x - 9)", Fraction(9)), ("sqrt(x)", Fraction(0)),
    ],
)  # fmt: skip
def test_what_vanishes_on_the_way_is_looked_at(text: str, special: Fraction) -> None:
    assert {"x": special} in points_of(text, x=None)[0]


def test_a_box_is_kept_to() -> None:
    low, high = Fraction(2), Fraction(3)
    for points in points_of("x/y", x=Interval(low, high), y=None):
        assert points and all(low <= point["x"] <= high for point in points)


def test_what_is_too_large_is_not_said_to_have_no_derivative(deriv: Callable[..., Any]) -> None:
    assert "beyond floats" in deriv("lint", "x**2*exp(-x)", "--at", "x=-800:-720").out
