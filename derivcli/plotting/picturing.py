"""A function and its derivative as a picture: the range, the breaks, the heights and the marks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

from derivcli.errors import DerivError, PointError
from derivcli.findings import Analysis
from derivcli.picture import Mark, Picture
from derivcli.plotting.looking import interesting
from derivcli.plotting.panels import TEARS, panels
from derivcli.plotting.pieces import restless
from derivcli.plotting.ranges import around, round_step
from derivcli.plotting.subject import Function, Subject
from derivcli.plotting.tears import edges, holes, placed, unmarked
from derivcli.points import Interval
from derivcli.questions.analysis import RANGE, analyze

# Seconds for what there is to see.
_SECONDS = 5.0
# How much is seen on each side of a point.
_BESIDE = 3.0
# A break that is as near to an end of the range, relative to it, is looked at from further away.
_EDGE, _FURTHER = 0.04, 0.15
# What the legend says where the search for breaks did not come to its end; what is no wider is none of it.
_DOUBT, _LINE = "told from values: there may be more poles, kinks and jumps", 2e-3


def picture(of: Subject) -> Picture:
    """What is drawn.

    Raises:
        DerivError: it cannot be computed at many places, or has no value in the range.
    """
    functions = {order: Function(_of_order(of, order)) for order in dict.fromkeys((1, of.question.order))}
    function = functions[1]
    (variable,) = of.variables
    points = [point[0] for point in of.points]
    side = of.sides.get(variable) or (around(points, _BESIDE) if points else None)
    found, warnings = _analysis(of, side)
    if side is None:
        side = interesting(function, found.features if found else (), partial(unmarked, function, ()))
        if side.low < RANGE.low or side.high > RANGE.high:
            found, warnings = _analysis(of, side)
    marks = _marks(function, found, side)
    if points and variable not in of.sides and (wider := _wider(side, marks)) != side:
        side = wider
        found, warnings = _analysis(of, side)
        marks = _marks(function, found, side)
    low, high = _clipped(function, float(side.low), float(side.high), variable in of.sides)
    marks = [mark for mark in marks if low <= mark.x <= high]
    features = [f for f in (found.features if found else ()) if low <= f.x <= high]
    drawn = panels(functions, (low, high), marks, _given(points, function, marks), features, variable)
    if any(restless(panel.pieces, panel.high - panel.low) for panel in drawn):
        warnings.append("the curve turns more often than the plot can show: a smaller --range shows more")
    said = (*function.warnings, *dict.fromkeys(warnings))
    doubt = "" if _is_sure(found, marks, (low, high)) else _DOUBT
    return Picture(function.text, variable, of.given, low, high, drawn, said, doubt)


def _is_sure(found: Analysis | None, marks: Sequence[Mark], side: tuple[float, float]) -> bool:
    """Whether a search for breaks came to its end: what it leaves open is no wider than a line, or beside a break."""
    if found is None:
        return False
    width = (side[1] - side[0]) * _LINE
    wide = [(a, b) for a, b in found.unsettled if min(b, side[1]) - max(a, side[0]) > width]
    return all(any(a - width <= mark.x <= b + width for mark in marks) for a, b in wide)


def _marks(function: Function, found: Analysis | None, side: Interval) -> list[Mark]:
    """Where the curve is torn in a range: what an analysis found, and what the values tell beside it."""
    low, high = float(side.low), float(side.high)
    marks = [Mark(f.kind, f.x, f.y, exact=f.exact) for f in (found.features if found else ()) if f.kind in TEARS]
    marks = [mark for mark in marks if low <= mark.x <= high]
    marks += unmarked(function, marks, low, high)
    marks += [] if found else [*holes(function, marks, low, high), *edges(function, marks, low, high)]
    return [placed(mark, function, low, high) for mark in sorted(marks, key=lambda m: m.x)]


def _wider(side: Interval, marks: Sequence[Mark]) -> Interval:
    """A range with room beside a break that is nearly at its end: the end of a frame hides it."""
    size = float(side.high - side.low)
    breaks = [mark.x for mark in marks if mark.kind != "domain_edge"]
    beside = Fraction(round_step(size * _FURTHER))
    low = side.low - beside if any(x - float(side.low) <= _EDGE * size for x in breaks) else side.low
    high = side.high + beside if any(float(side.high) - x <= _EDGE * size for x in breaks) else side.high
    return Interval(low, high)


def _of_order(of: Subject, order: int) -> Subject:
    return replace(of, question=replace(of.question, order=order))


def _analysis(of: Subject, side: Interval | None) -> tuple[Analysis | None, list[str]]:
    """What there is to see, as far as it is found in time."""
    seconds = _SECONDS if of.question.timeout is None else of.question.timeout
    try:
        return analyze(replace(of.question, timeout=seconds, wrt=(), order=1), side), []
    except DerivError as error:
        return None, [f"poles, kinks and jumps are told from values alone: {error.message}"]


def _clipped(function: Function, low: float, high: float, given: bool) -> tuple[float, float]:
    """The range without most of its ends in which there is no value; one that was given stays."""
    grid = [low + (high - low) * k / 400 for k in range(401)]
    there = [x for x, y in zip(grid, function(grid)[0], strict=True) if math.isfinite(y)]
    if not there:
        hint = "another --range may show more" if given else "say where to look: --range x=0:10"
        raise PointError(f"there is no value from {low:g} to {high:g} to plot", hint=hint)
    beside = (there[-1] - there[0]) * 0.05
    if given or not beside:
        return low, high
    return (max(low, there[0] - beside), min(high, there[-1] + beside))


def _given(points: Sequence[float], function: Function, marks: Sequence[Mark]) -> list[Mark]:
    """The given points; there is no tangent where the curve breaks."""
    found = []
    for x, y, slope in zip(points, *function(points), strict=True):
        broken = any(abs(mark.x - x) <= 1e-12 * max(1.0, abs(x)) for mark in marks)
        if math.isfinite(y):
            found.append(Mark("point", x, y, None if broken or not math.isfinite(slope) else slope))
    return found
