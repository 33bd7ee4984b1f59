"""A function and its derivative as a picture: the range, the breaks, the heights and the marks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from derivcli.errors import DerivError, PointError
from derivcli.findings import Analysis, Feature
from derivcli.picture import Mark, Panel, Picture
from derivcli.plotting.looking import interesting
from derivcli.plotting.pieces import Piece, finite, grows, jumps, places, restless, torn, turning
from derivcli.plotting.poles import unbounded
from derivcli.plotting.ranges import USUAL, around, heights, round_step
from derivcli.plotting.subject import Function, Subject
from derivcli.points import Interval
from derivcli.questions.analysis import RANGE, analyze

# Seconds for what there is to see.
_SECONDS = 5.0
# How much is seen on each side of a point.
_BESIDE = 3.0
# A piece with less of all places is short.
_SHORT = 0.05
# Values that grow by less of the heights may be rounding.
_TRIFLE = 1e-4
# What is as small beside the range is 0.
_ZERO = 1e-12
# Places that break a curve or its derivative, and those at which the values have no bounds.
_BREAKS = ("pole", "jump", "hole", "domain_edge", "kink", "vertical_tangent")
_UNBOUNDED = (("pole", "domain_edge"), ("pole", "domain_edge", "vertical_tangent"))


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
        side = interesting(function, found.features if found else (), partial(_unknown, function, ()))
        if side.low < RANGE.low or side.high > RANGE.high:
            found, warnings = _analysis(of, side)
    features = list(found.features) if found else []
    low, high = _clipped(function, float(side.low), float(side.high), variable in of.sides)
    marks = [Mark(f.kind, f.x, f.y, exact=f.exact) for f in features if f.kind in _BREAKS and low <= f.x <= high]
    marks += _unknown(function, marks, low, high)
    marks += [] if found else _holes(function, low, high)
    marks = [_placed(mark, function, high - low) for mark in sorted(marks, key=lambda m: m.x)]
    given = _given(points, function, marks)
    seen = [f for f in features if low <= f.x <= high]
    panels = _panels(functions, (low, high), marks, given, seen, variable)
    if any(restless(panel.pieces, panel.high - panel.low) for panel in panels):
        warnings.append("the curve turns more often than the plot can show: a smaller --range shows more")
    return Picture(function.text, variable, of.given, low, high, panels, (*function.warnings, *dict.fromkeys(warnings)))


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


def _unknown(function: Function, marks: Sequence[Mark], low: float, high: float) -> list[Mark]:
    """Breaks of the curve, then of its derivative, that no mark tells of."""
    found = _even_poles(function, marks, low, high)
    for which, kinds in ((0, ("jump", "pole")), (1, ("kink", "vertical_tangent"))):
        values = partial(_column, function, which)
        known = [mark.x for mark in (*marks, *found)]
        pieces = [p for xs in places(low, high, sorted(known)) for p in finite(xs, values(xs))]
        flat = [y for piece in pieces for _, y in piece]
        if not flat:
            continue
        span = _span(flat)
        if restless(pieces, span):
            return found  # what looks like a break may be a turn
        for x in torn(pieces, values, span):
            if all(abs(x - mark.x) > 1e-6 * (high - low) for mark in (*marks, *found)):
                grown = grows(x, high - low, values)
                if grown or which or jumps(x, high - low, values):
                    found.append(Mark(kinds[int(grown)], _round_zero(x, high - low)))
    return found


def _even_poles(function: Function, marks: Sequence[Mark], low: float, high: float) -> list[Mark]:
    """Poles to both sides of which the values go the same way, that no mark tells of."""
    parts = places(low, high, sorted(mark.x for mark in marks))
    computed = [list(zip(xs, *function(xs), strict=True)) for xs in parts]
    flat = [y for piece in computed for _, y, _ in piece if math.isfinite(y)]
    turns = turning(computed)

    def along(parts: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
        values, slopes = function([a + (b - a) * part for part, (a, b, _) in zip(parts, turns, strict=True)])
        return values, slopes

    found = unbounded([slope for *_, slope in turns], along, _TRIFLE * _span(flat) if flat else 0.0)
    at = [a + (b - a) * part for part, (a, b, _) in zip(found, turns, strict=True) if part is not None]
    return [Mark("pole", _round_zero(x, high - low)) for x in at]


def _round_zero(x: float, size: float) -> float:
    return 0.0 if abs(x) < _ZERO * size else x


def _holes(function: Function, low: float, high: float) -> list[Mark]:
    """Round numbers without a value between values that meet."""
    step = round_step((high - low) / 40)
    xs = [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
    beside = step * 1e-6
    left, at, right = (function([x + side * beside for x in xs])[0] for side in (-1, 0, 1))
    parts = zip(xs, left, at, right, strict=True)
    return [
        Mark("hole", x) for x, a, y, b in parts if not math.isfinite(y) and abs(a - b) <= 1e-3 * max(abs(a), beside)
    ]


def _span(values: Sequence[float]) -> float:
    low, high = heights(values, [], False)
    return high - low


def _column(function: Function, which: int, xs: Sequence[float]) -> Sequence[float]:
    return function(xs)[which]


def _placed(mark: Mark, function: Function, size: float) -> Mark:
    """A mark with its height: that of a hole lies between those beside it."""
    if mark.kind == "pole":
        return replace(mark, y=None)
    if mark.kind == "hole":
        left, right = function([mark.x - size * 1e-7, mark.x + size * 1e-7])[0]
        return replace(mark, y=(left + right) / 2)
    if mark.y is None:
        (value,) = function([mark.x])[0]
        return replace(mark, y=value if math.isfinite(value) else None)
    return mark


def _given(points: Sequence[float], function: Function, marks: Sequence[Mark]) -> list[Mark]:
    """The given points; there is no tangent where the curve breaks."""
    found = []
    for x, y, slope in zip(points, *function(points), strict=True):
        broken = any(abs(mark.x - x) <= 1e-12 * max(1.0, abs(x)) for mark in marks)
        if math.isfinite(y):
            found.append(Mark("point", x, y, None if broken or not math.isfinite(slope) else slope))
    return found


def _panels(
    functions: Mapping[int, Function],
    side: tuple[float, float],
    marks: Sequence[Mark],
    given: Sequence[Mark],
    seen: Sequence[Feature],
    variable: str,
) -> tuple[Panel, ...]:
    """The curve and those of its derivatives, on the same places."""
    parts = places(*side, [mark.x for mark in marks])
    upright = [mark for mark in marks if mark.kind == "pole"]
    smooth = [mark.x for mark in given if mark.slope is not None]
    found: list[Panel] = []
    for order, function in functions.items():
        computed = [(xs, *function(xs)) for xs in parts]
        if not found:
            curve = [piece for xs, ys, _ in computed for piece in finite(xs, ys)]
            heights_seen = [*(f.y for f in seen), *(mark.y for mark in given)]
            shown = [y for y in heights_seen if y is not None]
            inside = [mark for mark in given if side[0] <= mark.x <= side[1]]
            found.append(_panel(f"f({variable})", curve, [*marks, *inside], shown, _bounded(marks, 0)))
        pieces = [piece for xs, _, slopes in computed for piece in finite(xs, slopes)]
        points = [Mark("point", x, y) for x, y in zip(smooth, function(smooth)[1], strict=True) if math.isfinite(y)]
        inside = [mark for mark in points if side[0] <= mark.x <= side[1]]
        shown = [float(mark.y or 0.0) for mark in points]
        name = f"{_primed(order)}({variable})"
        found.append(_panel(name, pieces, [*upright, *inside], shown, _bounded(marks, 1)))
    return tuple(found)


def _primed(order: int) -> str:
    return "f" + "'" * order if order <= 3 else f"f^({order})"


def _bounded(marks: Sequence[Mark], which: int) -> bool:
    return not any(mark.kind in _UNBOUNDED[which] for mark in marks)


def _panel(name: str, pieces: Sequence[Piece], marks: Sequence[Mark], seen: Sequence[float], bounded: bool) -> Panel:
    values = [y for piece in pieces for _, y in piece]
    if not values:
        return Panel(name, (), -USUAL, USUAL, tuple(marks))
    bounded = bounded and not restless(pieces, _span(values))
    # Of each piece the middle is seen: a short one has few of all values.
    middles = [piece[len(piece) // 2][1] for piece in pieces if len(piece) > _SHORT * len(values)]
    low, high = heights(values, seen if bounded else [*seen, *middles], bounded)
    return Panel(name, tuple(pieces), low, high, tuple(marks))
