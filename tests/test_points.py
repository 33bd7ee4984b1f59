"""`--at`: which points a text describes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivcli.errors import DerivError, PointError
from derivcli.points import from_data, from_prompt
from derivcli.values import constant, value


def at(*arguments: str, pair: bool = False) -> list[dict[str, float]]:
    """The points as floats."""
    return [{name: float(value(v, name).entries[0]) for name, v in p} for p in from_prompt(arguments, value, pair)]


@pytest.mark.parametrize(
    ("arguments", "points"),
    [
        (["x=1"], [{"x": 1}]),
        (["x=1", "y=2"], [{"x": 1, "y": 2}]),
        (["x=1,y=2"], [{"x": 1, "y": 2}]),
        (["x=1,2,5"], [{"x": 1}, {"x": 2}, {"x": 5}]),
        (["x=1,2,y=3"], [{"x": 1, "y": 3}, {"x": 2, "y": 3}]),
        (["x=1,2", "y=3,4"], [{"x": 1, "y": 3}, {"x": 1, "y": 4}, {"x": 2, "y": 3}, {"x": 2, "y": 4}]),
        (["x=0:1:0.5"], [{"x": 0}, {"x": 0.5}, {"x": 1}]),
        (["x=0:1:0.4"], [{"x": 0}, {"x": 0.4}, {"x": 0.8}]),
        (["x=3:1:-1"], [{"x": 3}, {"x": 2}, {"x": 1}]),
        (["x=linspace(0,1,3)"], [{"x": 0}, {"x": 0.5}, {"x": 1}]),
        (["x=linspace(2,3,1)"], [{"x": 2}]),
        (["x=-1.5e-3"], [{"x": -0.0015}]),
        (["x=2**0.5"], [{"x": 2**0.5}]),
        (["x=1,y=2", "x=3"], [{"x": 1, "y": 2}, {"x": 3, "y": 2}]),
        (["x=1", "x=2"], [{"x": 1}, {"x": 2}]),
        (["x=max(1,2),y=5"], [{"x": 2, "y": 5}]),
    ],
)
def test_a_text_describes_its_points(arguments: list[str], points: list[dict[str, float]]) -> None:
    assert at(*arguments) == points


def test_zip_pairs_lists() -> None:
    assert at("x=1,2", "y=3,4", "z=9", pair=True) == [{"x": 1, "y": 3, "z": 9}, {"x": 2, "y": 4, "z": 9}]


def test_grids_in_irrational_steps_hit_their_stop() -> None:
    assert len(at("x=0:2*pi:pi/4")) == 9
    assert at("x=linspace(0,pi,3)")[-1]["x"] == pytest.approx(3.141592653589793)


@pytest.mark.parametrize(
    ("text", "exact"),
    [("0.1", Fraction(1, 10)), ("1/3", Fraction(1, 3)), ("1e300", Fraction(10) ** 300), ("-2", Fraction(-2))],
)
def test_a_rational_value_is_exact(text: str, exact: Fraction) -> None:
    assert constant(text, "x") == exact


def test_an_irrational_value_has_as_many_digits_as_are_asked_for() -> None:
    from mpmath.ctx_mp import MPContext

    context = MPContext()
    context.dps = 200
    assert constant("pi/4", "x").in_context(context) == context.pi / 4  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ("x", "names its variables"), ("5", "names its variables"), ("x=", "lacks its value"), ("x=1,x=2", "twice"),
        ("x=y", "y is not a number"), ("x=1/0", "not a finite"), ("x=oo", "not a finite"), ("x=1e400", "too large"),
        ("x=10**10**10", "too large"), ("x=--1", "two signs"),
        ("x=log(-1)", "not a finite"), ("x=1;y=2", "comma between them"), ("x=1=2", "'=' cannot stand"),
        ("x=abc", "abc is not"), ("x=[1,2", "never closed"),
        ("x=0:1e9:1", "limit"), ("x=::1", "start:stop:step"),
        ("x=0:1:0.5:3", "start:stop:step"), ("x=linspace(0,1)", "linspace takes"),
        ("x=linspace(0,1,0)", "linspace takes"),
        ("x=__import__('os')", "two underscores"), ("2x=1", "not the name"), ("x.y=1", "not the name"),
        ("x=sin", "needs its argument"), ("=3", "not the name"), ("x=1,,2", "lacks its value"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_point_says_why(argument: str, says: str) -> None:
    with pytest.raises(DerivError, match=says.replace("(", r"\(")):
        at(argument)


def test_too_many_combinations_are_refused() -> None:
    with pytest.raises(PointError, match="limit"):
        at("x=0:999:1", "y=0:999:1")


def test_unequal_lists_cannot_be_paired() -> None:
    with pytest.raises(PointError, match="--zip"):
        at("x=1,2", "y=1,2,3", pair=True)


def test_points_as_data() -> None:
    assert from_data({"x": 1, "y": "pi/4"}, value) == ((("x", "1"), ("y", "pi/4")),)
    assert from_data([{"x": 1}, {"x": 0.5}], value) == ((("x", "1"),), (("x", "0.5"),))
    assert from_data("x=1,2", value) == ((("x", "1"),), (("x", "2"),))


@pytest.mark.parametrize("at_", [5, {"x": None}, {"x": True}, {"x": [[1], [2, 3]]}, {"x": {"y": 1}}, ["x=1", 2]])
def test_data_that_are_no_points_are_refused(at_: object) -> None:
    with pytest.raises(PointError):
        from_data(at_, value)
