"""Where a curve of one variable is torn: poles, jumps, holes and places without a limit, told by its values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from derivcli.picture import WITHOUT_LIMIT, Mark
from derivcli.plotting.pieces import NEARER, Values, finite, grows, jumps, odd, oscillates, places, steep, torn, turning
from derivcli.plotting.poles import unbounded
from derivcli.plotting.ranges import heights, round_step
from derivcli.plotting.subject import Function

# Values that grow by less of the heights may be rounding; limits that differ by less of them meet.
_TRIFLE, _MEET = 1e-4, 1e-3
# What is as small beside the range is 0; places that are as near to each other are one.
_ZERO, _SAME = 1e-12, 1e-6
# How often an end of the domain is looked at more closely.
_HALVINGS = 60
# So many round numbers are looked at, and from how near: nearer to a hole the values are rounding.
_ROUND, _BESIDE, _COARSE = 100, 1e-5, (1e-3, 1e-4, 1e-5)


def unmarked(function: Function, marks: Sequence[Mark], low: float, high: float) -> list[Mark]:
    """Breaks of the curve, then of its derivative, that no mark tells of."""
    found = [*marks, *_even_poles(function, marks, low, high)]
    found += _without_limit(partial(column, function, 0), found, low, high)
    for slopes in (False, True):
        for x in _new(partial(column, function, int(slopes)), found, low, high, alone=not slopes):
            kind = _kind(function, x, high - low, slopes)
            found += [Mark(kind, x)] if kind else []
    return found[len(marks) :]


def _kind(function: Function, x: float, size: float, slopes: bool) -> str | None:
    """What there is where the values, or the slopes alone, are torn; None where they do not settle."""
    columns = [partial(column, function, which) for which in (0, 1)]
    if grows(x, size, columns[0]):
        return "pole"
    if not slopes:
        return "jump" if jumps(x, size, columns[0]) else None
    if grows(x, size, columns[1]):
        return "vertical_tangent"
    return "kink" if jumps(x, size, columns[1]) else None


def torn_derivative(values: Values, marks: Sequence[Mark], low: float, high: float) -> list[Mark]:
    """The marks of a derivative's curve: what becomes of those of the function, and breaks of its own.

    Args:
        values: of the derivative.
        marks: of the function.
        low, high: the range.
    """
    size = high - low
    counts = span(_heights(values, low, high, [mark.x for mark in marks]))
    found = [_derived(mark, values, size, counts) for mark in marks]
    own = _new(values, marks, low, high)
    found += [_derived(Mark("jump", x), values, size, counts) for x in own]
    return [mark for mark in found if mark is not None]


def _derived(mark: Mark, values: Values, size: float, counts: float) -> Mark | None:
    """What a derivative has where the function is torn; None where it has no values on either side."""
    left, right = values([mark.x - size * _BESIDE, mark.x + size * _BESIDE])
    there = [y for y in (left, right) if math.isfinite(y)]
    if mark.kind in WITHOUT_LIMIT or not there:
        kind = "pole" if mark.kind == "logarithmic_singularity" else mark.kind
        return replace(mark, kind=kind, y=None) if there else None
    if oscillates(mark.x, size, values, counts):
        return replace(mark, kind="no_limit", y=None)
    grown = grows(mark.x, size, values, _TRIFLE * counts, _COARSE if mark.kind == "hole" else NEARER)
    if len(there) == 1:
        return replace(mark, kind="domain_edge", y=None if grown else there[0])
    if grown:
        return replace(mark, kind="pole", y=None)
    if abs(left - right) <= _MEET * counts:
        return replace(mark, kind="hole", y=(left + right) / 2)
    return replace(mark, kind="jump", y=None)


def _new(values: Values, marks: Sequence[Mark], low: float, high: float, alone: bool = False) -> list[float]:
    """The places at which a curve breaks that are none of the marks.

    Args:
        values: of the curve.
        marks: the places that are known.
        low, high: the range.
        alone: whether small steps are looked into that stand out from those beside them: what is nothing beside the
            heights may be a pole.
    """
    parts = places(low, high, sorted(mark.x for mark in marks))
    pieces = [piece for xs in parts for piece in finite(xs, values(xs))]
    counts = span([y for piece in pieces for _, y in piece])
    if not counts:
        return []
    steps = dict.fromkeys([*steep(pieces, counts), *(odd(pieces) if alone else ())])
    found = torn(list(steps), values, high - low)
    return [_round_zero(x, high - low) for x in found if _is_new(x, marks, high - low)]


def _is_new(x: float, marks: Sequence[Mark], size: float) -> bool:
    return all(abs(x - mark.x) > _SAME * size for mark in marks)


def _even_poles(function: Function, marks: Sequence[Mark], low: float, high: float) -> list[Mark]:
    """Poles to both sides of which the values go the same way, that no mark tells of."""
    parts = places(low, high, sorted(mark.x for mark in marks))
    computed = [list(zip(xs, *function(xs), strict=True)) for xs in parts]
    flat = [y for piece in computed for _, y, _ in piece if math.isfinite(y)]
    turns = turning(computed)

    def along(parts: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
        values, slopes = function([a + (b - a) * part for part, (a, b, _, _) in zip(parts, turns, strict=True)])
        return values, slopes

    found = unbounded([slope for _, _, slope, _ in turns], along, _TRIFLE * span(flat))
    at = [a + (b - a) * part for part, (a, b, _, _) in zip(found, turns, strict=True) if part is not None]
    return [Mark("pole", _round_zero(x, high - low)) for x in at]


def _round_zero(x: float, size: float) -> float:
    return 0.0 if abs(x) < _ZERO * size else x


def _without_value(values: Values, low: float, high: float) -> list[float]:
    """Round numbers without a value."""
    step = round_step((high - low) / _ROUND)
    xs = [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return [x for x, y in zip(xs, values(xs), strict=True) if not math.isfinite(y)]


def _without_limit(values: Values, marks: Sequence[Mark], low: float, high: float) -> list[Mark]:
    """Round numbers beside which values go up and down without end, as those of sin(1/x) beside 0."""
    size = high - low
    xs = [x for x in _without_value(values, low, high) if _is_new(x, marks, size)]
    if not xs:
        return []
    counts = span(_heights(values, low, high))
    return [Mark("no_limit", x) for x in xs if oscillates(x, size, values, counts)]


def edges(function: Function, marks: Sequence[Mark], low: float, high: float) -> list[Mark]:
    """Ends of the domain, that no mark tells of: between neighbours of which one has a value."""
    values = partial(column, function, 0)
    (xs,) = places(low, high, [])
    there = [math.isfinite(y) for y in values(xs)]
    steps = [
        (a, b) if begins else (b, a)
        for a, b, begins, goes in zip(xs, xs[1:], there, there[1:], strict=False)
        if begins != goes
    ]
    for _ in range(_HALVINGS if steps else 0):
        middles = [a + (b - a) / 2 for a, b in steps]
        halves = zip(steps, middles, values(middles), strict=True)
        steps = [(m, b) if math.isfinite(y) else (a, m) for (a, b), m, y in halves]
    known = [*marks, Mark("", low), Mark("", high)]
    return [Mark("domain_edge", b) for _, b in steps if _is_new(b, known, high - low)]


def holes(function: Function, marks: Sequence[Mark], low: float, high: float) -> list[Mark]:
    """Round numbers without a value between values that meet, that no mark tells of."""
    values = partial(column, function, 0)
    beside = round_step((high - low) / _ROUND) * 1e-5
    xs = [x for x in _without_value(values, low, high) if _is_new(x, marks, high - low)]
    left, right = (values([x + side * beside for x in xs]) for side in (-1, 1))
    return [
        Mark("hole", x) for x, a, b in zip(xs, left, right, strict=True) if abs(a - b) <= _MEET * max(abs(a), beside)
    ]


def _heights(values: Values, low: float, high: float, breaks: Sequence[float] = ()) -> list[float]:
    """The heights of a curve at places that are spread evenly."""
    return [y for part in places(low, high, breaks) for y in values(part) if math.isfinite(y)]


def span(values: Sequence[float]) -> float:
    """The heights that count of a curve that may have no bounds."""
    if not values:
        return 0.0
    low, high = heights(values, [], False)
    return high - low


def column(function: Function, which: int, xs: Sequence[float]) -> Sequence[float]:
    """The values of a function, or another of its columns."""
    return function(xs)[which]


def placed(mark: Mark, function: Function, low: float, high: float) -> Mark:
    """A mark with its height: that of a hole lies between those beside it, that of an end is approached."""
    size, values = high - low, partial(column, function, 0)
    if mark.kind in WITHOUT_LIMIT:
        return replace(mark, y=None)
    if mark.kind == "hole":
        if oscillates(mark.x, size, values, span(_heights(values, low, high))):
            return replace(mark, kind="no_limit", y=None)
        left, right = values([mark.x - size * 1e-7, mark.x + size * 1e-7])
        return replace(mark, y=(left + right) / 2)
    if mark.y is None:
        (value,) = values([mark.x])
        if mark.kind == "domain_edge":
            near = _approached(values, mark.x, size)
            value = value if math.isfinite(value + near) else near
        return replace(mark, y=value if math.isfinite(value) else None)
    return mark


def _approached(values: Values, x: float, size: float) -> float:
    """The value towards an end of the domain; NaN where it has no bounds or goes up and down."""
    for side in (-1, 1):
        far, near, nearest = values([x + side * size * scale for scale in (1e-6, 1e-9, 1e-12)])
        if math.isfinite(nearest) and abs(nearest - near) <= abs(near - far) / 4:
            return nearest
    return math.nan
