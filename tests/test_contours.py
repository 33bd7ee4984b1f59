"""Maps: what is seen of a function of two variables, and that no contour crosses a break."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import CASES, rows

from derivcli import plots
from derivcli.deadline import Expired
from derivcli.picture import Map
from derivcli.plotting import mapping
from derivcli.plotting.levels import levels
from derivcli.render import map as drawing
from derivcli.render.braille import Canvas
from derivcli.render.contours import contours, labels

Deriv = Callable[..., Any]
GOLDEN = CASES.parent / "golden"
ROWS = rows("maps.jsonl")


@pytest.fixture
def mapped(deriv: Deriv, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Map]:
    """The map that a command draws."""

    def call(*words: str) -> Map:
        found: list[Map] = []
        make = plots.mapped

        def kept(of: Any) -> Map:
            found.append(make(of))
            return found[-1]

        monkeypatch.setattr(plots, "mapped", kept)
        ran = deriv(*words, "--plot")
        assert ran.status == 0, ran.err
        return found[0]

    return call


@pytest.mark.parametrize("case", ROWS, ids=lambda c: " ".join(c["words"]))
def test_a_map_shows(case: dict[str, Any], deriv: Deriv, mapped: Callable[..., Map]) -> None:
    if "refused" in case:
        ran = deriv(*case["words"], "--plot")
        assert ran.status != 0 and case["refused"] in ran.err + ran.out
        return
    found = mapped(*case["words"])
    assert [side.name for side in found.sides] == case.get("axes", ["x", "y"])
    assert [[side.low, side.high] for side in found.sides] == case["sides"]
    spots = sorted(found.spots, key=lambda spot: (spot.x, spot.y))
    assert [spot.kind for spot in spots] == [kind for kind, *_ in case["spots"]]
    assert [[s.x, s.y] for s in spots] == [pytest.approx(at, abs=1e-7) for _, *at in case["spots"]]
    assert bool(found.breaks) == case["torn"]
    assert found.given == case.get("given", {})


@pytest.mark.parametrize(
    ("text", "side"),
    [("1/(x-y)", lambda x, y: x > y), ("floor(x) + y", lambda x, y: math.floor(x)), ("y/x", lambda x, y: x > 0)],
)
def test_no_contour_crosses_a_break(text: str, side: Callable[..., Any], mapped: Callable[..., Map]) -> None:
    lines = [line for found in contours(mapped(text)).values() for line in found]
    assert len(lines) > 100
    assert all(side(*a) == side(*b) for a, b in lines)


@pytest.mark.parametrize(
    ("text", "f"), [("x**2 + y**2", lambda x, y: x * x + y * y), ("abs(x) - abs(y)", lambda x, y: abs(x) - abs(y))]
)
def test_a_contour_has_its_height(text: str, f: Callable[..., float], mapped: Callable[..., Map]) -> None:
    found = contours(mapped(text))
    assert len(found) >= 4 and all(found.values())
    for level, lines in found.items():
        assert all(abs(f(*at) - level) < 0.06 for line in lines for at in line)


@pytest.mark.parametrize(
    ("values", "heights"),
    [
        ([k / 100 for k in range(1001)], (1, 2, 3, 4, 5, 6, 7, 8, 9)), ([3.0] * 50, ()),
        ([0.0, 2e-13], [2e-14 * k for k in range(1, 10)]),
        ([-1 + k / 50 for k in range(101)], (-0.8, -0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.8)),
    ],
)  # fmt: skip
def test_contours_are_at_round_heights(values: list[float], heights: list[float] | tuple[float, ...]) -> None:
    assert levels(values).heights == pytest.approx(tuple(heights))


def test_contours_are_where_the_plane_is() -> None:
    """Of values that grow without measure most contours are not in the last corner."""
    found = levels([math.exp(k / 10) for k in range(300)]).heights
    assert len(found) >= 7 and found[0] < 1000 and found[-1] > 1e9


@pytest.mark.parametrize(
    ("text", "arrow"), [("x + 0*y", "→"), ("y + 0*x", "↑"), ("-x + 0*y", "←"), ("-y - 0*x", "↓"), ("0*x*y", "·")]
)
def test_arrows_point_uphill(text: str, arrow: str, deriv: Deriv) -> None:
    shown = deriv(text, "--plot").out.partition("f(x, y)\n")[2].partition("└")[0]
    assert {sign for sign in shown if sign in "→↗↑↖←↙↓↘·"} == {arrow}


@pytest.mark.parametrize("name", ["saddle", "pole", "domain"])
def test_a_map_on_the_terminal(name: str, deriv: Deriv) -> None:
    """At 80 columns; the first line of the file is the question."""
    words, _, wanted = (GOLDEN / f"map_{name}.txt").read_text(encoding="utf-8").partition("\n")
    found = deriv(*words.split(" "), "--plot").out
    assert found == wanted
    assert max(map(len, found.partition("f(x, y)\n")[2].splitlines())) <= 80


def test_a_map_in_ascii(deriv: Deriv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "is_plain", lambda console: True)
    shown = deriv("x*y/(x-y)", "--plot", "--at", "x=1,y=2").out.partition("f(x, y)\n")[2]
    assert shown.isascii() and "# pole or jump" in shown and "@ point (1, 2): -2" in shown


@pytest.mark.parametrize(("term", "ground"), [("xterm-256color", ";48;5;"), ("xterm", ";44m")])
def test_heights_have_colours(term: str, ground: str, deriv: Deriv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.delenv("COLORTERM", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = deriv("x*y", "--plot", "--color", "always").out
    assert ground in shown and "contours at" not in shown, "a bar tells the heights"
    monkeypatch.setenv("NO_COLOR", "1")
    assert "contours at" in deriv("x*y", "--plot", "--color", "always").out


@pytest.mark.parametrize(("ending", "begin"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
@pytest.mark.parametrize("text", ["1/(x-y)", "0*x + 0*y + 3", "log(x*y)"])
def test_a_map_in_a_file(text: str, ending: str, begin: bytes, tmp_path: Path, deriv: Deriv) -> None:
    pytest.importorskip("matplotlib")
    file = tmp_path / f"map.{ending}"
    ran = deriv(text, "--at", "x=1,y=2", "--plot", str(file))
    assert (ran.status, ran.err) == (0, "")
    assert file.read_bytes().startswith(begin)


def test_texts_stand_on_their_contours_and_apart() -> None:
    heights = {"1": 0.3, "2": 0.4, "3": 0.8, "4": 0.8}
    crossed = {}
    for text, height in heights.items():
        canvas = Canvas(40, 10)
        canvas.line(0, height, 1, height)
        crossed[text] = canvas.cells()
    found = labels(crossed, 40, 10, ())
    assert sorted(found.values()) == ["1", "2"], "upon each other, 3 and 4 would not be told apart"
    assert all(cell in crossed[text] for cell, text in found.items())
    (a, _), (b, _) = found
    assert abs(a - b) > 3


def test_heights_that_are_near_each_other_are_told_apart(deriv: Deriv) -> None:
    shown = deriv("x + y", "--plot", "--range", "x=1:1.0000001,y=1:1.0000001").out
    (line,) = [line for line in shown.splitlines() if line.startswith("contours at ")]
    told = line.removeprefix("contours at ").split(", ")
    assert len(told) == len(set(told)) > 5


def test_what_takes_too_long_is_said(deriv: Deriv, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> frozenset[tuple[int, int]]:
        raise Expired

    monkeypatch.setattr(mapping, "broken", slow)
    assert "contours may cross poles and jumps" in deriv("x*y", "--plot").err
    monkeypatch.setattr(mapping, "_sides", slow)
    ran = deriv("x*y", "--plot")
    assert ran.status == 5 and "out of time after 20 s" in ran.err
