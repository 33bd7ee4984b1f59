"""Plots: what is seen of a function, and that no line is drawn where there is none."""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import CASES, rows

from derivcli import plots
from derivcli.asking import boxed
from derivcli.errors import OutOfTime
from derivcli.model import Question
from derivcli.picture import Picture
from derivcli.plotting import picturing
from derivcli.plotting.ranges import heights
from derivcli.plotting.subject import Function, subject
from derivcli.plotting.tears import unmarked
from derivcli.render import plot as drawing

Deriv = Callable[..., Any]
GOLDEN = CASES.parent / "golden"
ROWS = rows("plots.jsonl")


def drawn(words: list[str], deriv: Deriv, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, list[Picture]]:
    """What the command answers, and what it draws."""
    found: list[Picture] = []
    make = plots.picture

    def kept(of: Any) -> Picture:
        found.append(make(of))
        return found[-1]

    monkeypatch.setattr(plots, "picture", kept)
    return deriv(*words, "--plot"), found


@pytest.mark.parametrize("case", ROWS, ids=lambda c: " ".join(c["words"]))
def test_a_plot_shows(case: dict[str, Any], deriv: Deriv, monkeypatch: pytest.MonkeyPatch) -> None:
    ran, pictures = drawn(case["words"], deriv, monkeypatch)
    if "refused" in case:
        assert ran.status != 0 and case["refused"] in ran.err + ran.out
        return
    assert ran.status == 0, ran.err
    (picture,) = pictures
    assert (picture.low, picture.high) == (case["low"], case["high"])
    marks = sorted(picture.panels[0].marks, key=lambda mark: (mark.x, mark.kind))
    assert [mark.kind for mark in marks] == [kind for kind, _ in case["marks"]]
    assert [mark.x for mark in marks] == pytest.approx([x for _, x in case["marks"]], abs=1e-9)
    for x, y in case.get("heights", []):
        assert [mark.y for mark in marks if mark.x == x] == pytest.approx([y], abs=1e-5)
    if "slopes" in case:
        assert [mark.slope for mark in marks] == case["slopes"]
    assert picture.given == case.get("given", {})
    assert [panel.name for panel in picture.panels][: len(case.get("panels", []))] == case.get("panels", [])
    for column, panel in (("derivative", picture.panels[1]), ("last", picture.panels[-1])):
        if column in case:
            told = sorted((mark.kind, mark.x) for mark in panel.marks if mark.kind != "point")
            assert told == [(kind, pytest.approx(x, abs=1e-9)) for kind, x in case[column]]
    if "shown" in case:
        low, high = case["shown"]
        assert low <= picture.panels[0].low <= low / 2 and high / 2 <= picture.panels[0].high <= high
    for panel in picture.panels:
        for mark in panel.marks:
            if mark.kind in ("pole", "jump", "hole", "no_limit"):
                assert not any(piece[0][0] < mark.x < piece[-1][0] for piece in panel.pieces)


@pytest.mark.parametrize("name", ["pole", "kink", "point"])
def test_a_plot_on_the_terminal(name: str, deriv: Deriv) -> None:
    """At 80 columns; the first line of the file is the question."""
    words, _, wanted = (GOLDEN / f"plot_{name}.txt").read_text(encoding="utf-8").partition("\n")
    found = deriv(*words.split(" "), "--plot").out
    assert found == wanted
    assert max(map(len, found.partition("f(x)\n")[2].splitlines())) <= 80


def test_a_plot_without_braille(deriv: Deriv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "is_plain", lambda console: True)
    assert deriv("tan(x)", "--plot", "--range", "x=-2:2").out.partition("f(x)\n")[2].isascii()


def test_the_word_after_plot(deriv: Deriv) -> None:
    assert deriv("--plot", "x**2").out == deriv("x**2", "--plot").out
    assert "writes .png, .svg, .pdf" in deriv("x**2", "--plot=curve.jpg").err
    assert "add --plot" in deriv("x**2", "--range", "x=0:1").err


@pytest.mark.parametrize(("ending", "begin"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_a_plot_in_a_file(ending: str, begin: bytes, tmp_path: Path, deriv: Deriv) -> None:
    pytest.importorskip("matplotlib")
    file = tmp_path / f"curve.{ending}"
    assert deriv("tan(x)", "--at", "x=0.5", "--plot", str(file)).status == 0
    assert file.read_bytes().startswith(begin)


def test_matplotlib_is_named_where_it_is_missing(tmp_path: Path, deriv: Deriv, monkeypatch: pytest.MonkeyPatch) -> None:
    load = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ModuleNotFoundError(name)
        return load(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    ran = deriv("x**2", "--plot", str(tmp_path / "curve.png"))
    assert ran.status == 2 and "pip install matplotlib" in ran.err


def test_rounding_is_no_curve() -> None:
    """(x² - 1)/(x - 1) is a line; what cancels beside its hole is not drawn as heights."""
    noise = [1.0] * 100 + [1 + 3e-9, 1 - 2e-9]
    assert heights(noise, [], True) == pytest.approx((0, 2))
    assert heights([1 + 1e-9 * k for k in range(100)], [], True) == (1, 1 + 99e-9)


@pytest.mark.parametrize(("turns", "shown"), [((), 1e5), ((2.0,), 1e5), ((-3.5, 2.0), 3 * 5**5), ((-2e4, 2e4), 1e5)])
def test_growth_does_not_dwarf_turns(turns: tuple[float, ...], shown: float) -> None:
    """Half of the values of x⁵ from -10 to 10 are between those at -5 and 5."""
    values = [(k / 10) ** 5 for k in range(-100, 101)]
    assert heights(values, [], True, turns) == pytest.approx((-shown, shown))


@pytest.mark.parametrize("words", [["--json"], ["--out", "answer.json"], ["-q"], ["--csv", "--at", "x=1"]])
def test_a_plot_in_a_file_goes_with_every_form(
    words: list[str], tmp_path: Path, deriv: Deriv, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    ran = deriv("x**2", *words, "--plot", "curve.png")
    assert ran.status == 0 and Path("curve.png").read_bytes().startswith(b"\x89PNG")
    alone = deriv("x**2", *words)
    assert (ran.out, ran.err) == (alone.out, alone.err)


def test_steps_stand_above_the_plot(deriv: Deriv) -> None:
    shown = deriv("x**2", "--steps", "--plot", "--range", "x=0:1").out
    assert shown.startswith(deriv("x**2", "--steps").out)
    assert shown.endswith(deriv("x**2", "--plot", "--range", "x=0:1").out.partition("f(x)\n")[2])


@pytest.mark.parametrize(
    ("text", "kind", "places"),
    [
        ("tan(x**2)", "pole", [sign * math.sqrt((k + 0.5) * math.pi) for sign in (-1, 1) for k in range(32)]),
        ("tan(x**2)**2", "pole", [sign * math.sqrt((k + 0.5) * math.pi) for sign in (-1, 1) for k in range(32)]),
        ("gamma(x)", "pole", list(range(-9, 1))),
        ("gamma(x)**2", "pole", list(range(-9, 1))),
        ("exp(x)/((x - 6)*(x + 8))", "pole", [-8, 6]),
        ("floor(x)/1000", "jump", list(range(-9, 11))),
        ("(1 - cos(x))/x**2", "jump", []),
        ("tanh(1e4*x)", "jump", []),
    ],
)
def test_values_alone_tell_of_breaks(text: str, kind: str, places: list[float]) -> None:
    """Also of those that are nothing beside the heights, and of more than are soon found by an analysis."""
    of = subject(Question((text,)), boxed(["x=-10:10"]))
    found = unmarked(Function(of), [], -10, 10)
    assert [(mark.kind, mark.x) for mark in sorted(found, key=lambda mark: mark.x)] == [
        (kind, pytest.approx(x, abs=1e-9)) for x in sorted(places)
    ]


def test_the_legend_says_that_marks_may_be_missing(deriv: Deriv, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: Any) -> Any:
        raise OutOfTime("out of time")

    monkeypatch.setattr(picturing, "analyze", late)
    legend = "told from values: there may be more poles, kinks and jumps"
    assert deriv("1/x", "--plot", "--range", "x=-1:1").out.splitlines()[-1] == legend
    monkeypatch.undo()
    assert legend not in deriv("1/x", "--plot", "--range", "x=-1:1").out
