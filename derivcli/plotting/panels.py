"""The frames of a picture: the curve of a function and those of its derivatives, with their heights and marks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial

from derivcli.findings import Feature
from derivcli.picture import WITHOUT_LIMIT, Mark, Panel
from derivcli.plotting.pieces import Piece, finite, places, restless, turning
from derivcli.plotting.ranges import USUAL, heights
from derivcli.plotting.subject import Function
from derivcli.plotting.tears import column, span, torn_derivative

# A piece with less of all places is short.
_SHORT = 0.05
# Places at which a curve or its derivative breaks; those at which its slope is one that is seen.
TEARS = (*WITHOUT_LIMIT, "jump", "hole", "domain_edge", "kink", "vertical_tangent")
_TURNS = ("maximum", "minimum", "inflection", "flat")


def panels(
    functions: Mapping[int, Function],
    side: tuple[float, float],
    marks: Sequence[Mark],
    given: Sequence[Mark],
    features: Sequence[Feature],
    variable: str,
) -> tuple[Panel, ...]:
    """The curve and those of its derivatives.

    Args:
        functions: by the order of the derivative that is computed beside their values.
        side: the range.
        marks: where the curve is torn.
        given: the points.
        features: what there is to see of the function.
        variable: along the axis.
    """
    values = partial(column, functions[1], 0)
    curve = _curve(values, side, marks)
    # There may not have been time for all features.
    seen = [*(f.y for f in features if f.y is not None), *_turns(functions[1], curve)]
    first = _panel(f"f({variable})", curve, [*marks, *_within(given, side)], seen, curve)
    found = [first]
    smooth = [mark.x for mark in given if mark.slope is not None]
    turns = [f.x for f in features if f.kind in _TURNS]
    for order, function in functions.items():
        values = partial(column, function, 1)
        points = [Mark("point", x, y) for x, y in zip(smooth, values(smooth), strict=True) if math.isfinite(y)]
        tears = torn_derivative(values, marks, *side)
        curve = _curve(values, side, tears)
        # Of a derivative that turns without end the heights at turns are without bounds.
        told = turns if order == 1 and not _turns_on(curve) else []
        seen = [y for y in values(told) if math.isfinite(y)]
        there = [_seen(piece, functions[1], first) for piece in curve]
        name = f"{_primed(order)}({variable})"
        found.append(_panel(name, curve, [*tears, *_within(points, side)], seen, there))
    return tuple(found)


def _seen(piece: Piece, function: Function, of: Panel) -> Piece:
    """The part of a derivative's piece where the function's curve is not cut; all where nothing would be left."""
    heights = function([x for x, _ in piece])[0]
    return tuple(at for at, y in zip(piece, heights, strict=True) if of.low <= y <= of.high) or piece


def _turns(function: Function, curve: Sequence[Piece]) -> list[float]:
    """The heights at which a curve turns, told by its slopes."""
    columns = [(xs, *function(xs)) for xs in ([x for x, _ in piece] for piece in curve)]
    return [y for _, _, _, y in turning([list(zip(*part, strict=True)) for part in columns])]


def _within(marks: Sequence[Mark], side: tuple[float, float]) -> list[Mark]:
    return [mark for mark in marks if side[0] <= mark.x <= side[1]]


def _curve(values: partial[Sequence[float]], side: tuple[float, float], marks: Sequence[Mark]) -> list[Piece]:
    """The unbroken parts, each up to the end of the domain where it has a height there."""
    breaks = sorted({mark.x for mark in marks if mark.kind in TEARS})
    ends = {mark.x: mark.y for mark in marks if mark.kind == "domain_edge" and mark.y is not None}
    found = []
    walls = [side[0], *(x for x in breaks if side[0] < x < side[1]), side[1]]
    for k, xs in enumerate(places(*side, breaks)):
        parts = finite(xs, values(xs))
        if parts and walls[k] in ends and parts[0][0][0] == xs[0]:
            parts[0] = ((walls[k], ends[walls[k]]), *parts[0])
        if parts and walls[k + 1] in ends and parts[-1][-1][0] == xs[-1]:
            parts[-1] = (*parts[-1], (walls[k + 1], ends[walls[k + 1]]))
        found += parts
    return found


def _primed(order: int) -> str:
    return "f" + "'" * order if order <= 3 else f"f^({order})"


def _panel(
    name: str, pieces: Sequence[Piece], marks: Sequence[Mark], seen: Sequence[float], there: Sequence[Piece]
) -> Panel:
    """A frame.

    Args:
        name: of the curve.
        pieces: of the curve.
        marks: on it.
        seen: heights that must be seen, as those of extrema, beside those of points.
        there: the parts of the curve whose heights count.
    """
    values = [y for piece in there for _, y in piece]
    if not values:
        return Panel(name, (), -USUAL, USUAL, tuple(marks))
    points = [mark.y for mark in marks if mark.kind == "point" and mark.y is not None]
    bounded = not _turns_on(pieces) and not any(_is_unbounded(mark) for mark in marks)
    # Of each piece the middle is seen: a short one has few of all values.
    middles = [piece[len(piece) // 2][1] for piece in there if not bounded and len(piece) > _SHORT * len(values)]
    low, high = heights(values, [*points, *middles], bounded, seen)
    return Panel(name, tuple(pieces), low, high, tuple(marks))


def _turns_on(pieces: Sequence[Piece]) -> bool:
    """Whether a curve turns more often than it is computed."""
    return restless(pieces, span([y for piece in pieces for _, y in piece]))


def _is_unbounded(mark: Mark) -> bool:
    return mark.kind in WITHOUT_LIMIT or (mark.kind == "domain_edge" and mark.y is None)
