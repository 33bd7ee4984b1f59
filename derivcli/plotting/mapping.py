"""A function of two variables as a map: the ranges, the values over a lattice, the contours' heights and the marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from derivcli.deadline import Expired, deadline
from derivcli.errors import OutOfTime, PointError
from derivcli.picture import Map, Side, Spot
from derivcli.plotting.breaks import broken
from derivcli.plotting.critical import critical, near
from derivcli.plotting.lattice import Lattice, Range
from derivcli.plotting.levels import levels
from derivcli.plotting.peaks import peaks
from derivcli.plotting.ranges import USUAL, around
from derivcli.plotting.subject import Function, Subject

# How many places there are along each axis: of the lattice that is drawn, and of one that only looks around.
_ACROSS, _UP, _COARSE = 181, 141, 61
# How much is seen on each side of a point; of how much of a range there must be values for it to stay as it is.
_BESIDE, _FEW = 3.0, 0.05
# How far is looked, in turn: for values, and for places with the gradient 0.
_FAR, _SEARCHED = (USUAL, 1.0, 100.0, 0.01, 1e4), (USUAL, 2 * USUAL)
# How far beyond what was searched is seen. The ranges are halved, so many times at most, while less than so much of the
# plane has other heights than the rest, by so much of them all.
_BEYOND, _HALVINGS, _OTHER, _BY = 1.4, 6, 0.15, 0.05
# Where Newton's steps begin when none is near, and how far away they may lead.
_STARTS = tuple((x, y) for x in (-3.1, 0.3, 2.9) for y in (-2.7, 0.2, 3.3))
_HORIZON = 1e6
# Seconds for the values, and as many for what else there is to see.
_SECONDS = 20.0
_UNSEEN = "out of time: contours may cross poles and jumps, and minima, maxima and saddles are not marked"


def mapped(of: Subject) -> Map:
    """What is drawn.

    Raises:
        DerivError: it cannot be computed at many places, or has no value in the ranges.
    """
    function = Function(of)
    seconds = _SECONDS if of.question.timeout is None else of.question.timeout
    try:
        with deadline(seconds):
            sides = _sides(of, function)
            held = Lattice(function, sides, _ACROSS, _UP)
    except Expired:
        hint = "it is computed at many places; --timeout SECONDS gives it more, and ranges that are given take less"
        raise OutOfTime(f"out of time after {seconds:g} s", hint=hint) from None
    values = held.finite()
    if not values:
        told = " and ".join(f"{n} from {a:g} to {b:g}" for n, (a, b) in zip(of.variables, sides, strict=True))
        raise PointError(f"there is no value with {told} to plot", hint="another --range may show more")
    scale = levels(values)
    breaks: frozenset[tuple[int, int]] = frozenset()
    spots: list[Spot] = []
    warnings = list(function.warnings)
    try:
        with deadline(seconds):
            breaks = broken(held, function, scale.span)
            known = critical(function, held, breaks)
            known += peaks(function, held, breaks, known, scale.span)
            spots = [Spot(place.kind, *place.at, place.value) for place in known]
    except Expired:
        warnings.append(_UNSEEN)
    spots += [Spot("point", x, y, z) for x, y, z in zip(*_columns(of), function(*_columns(of))[0], strict=True)]
    (left, right), (bottom, top) = sides
    return Map(
        text=function.text,
        given=of.given,
        sides=(Side(of.variables[0], left, right, held.xs), Side(of.variables[1], bottom, top, held.ys)),
        heights=held.values,
        slopes=held.slopes,
        levels=scale.heights,
        breaks=breaks,
        spots=tuple(spot for spot in spots if left <= spot.x <= right and bottom <= spot.y <= top),
        warnings=tuple(warnings),
    )


def _columns(of: Subject) -> tuple[list[float], ...]:
    return tuple([point[k] for point in of.points] for k in (0, 1))


def _sides(of: Subject, function: Function) -> list[Range]:
    """The ranges: as they are given, else around the points, else where there is something to see."""
    given = [(float(s.low), float(s.high)) if (s := of.sides.get(name)) else None for name in of.variables]
    if None not in given:
        return [side for side in given if side]
    if of.points:
        return [side or _range(column, _BESIDE) for side, column in zip(given, _columns(of), strict=True)]
    found = _searched(function, given)
    for far in () if found else _FAR:
        sides = [side or (-far, far) for side in given]
        if any(Lattice(function, sides, _COARSE, _COARSE).inhabited()):
            found = sides
            break
    sides = found or [side or (-USUAL, USUAL) for side in given]
    return _halved(function, _clipped(function, sides, given), given)


def _searched(function: Function, given: Sequence[Range | None]) -> list[Range] | None:
    """Ranges around the places with the gradient 0, the nearest ones."""
    for far in _SEARCHED:
        sides = [side or (-far, far) for side in given]
        held = Lattice(function, sides, _COARSE, _COARSE)
        places = [p.at for p in critical(function, held, ())]
        if places:
            break
    else:
        steepest = max((abs(s) for part in held.slopes for row in part for s in row if abs(s) < _HORIZON), default=0.0)
        found = near(function, _STARTS, (USUAL, USUAL), steepest)
        # The origin is seen, too.
        places = [(0.0, 0.0), *(p.at for p in found if max(map(abs, p.at)) < _HORIZON)] if found else []
    if not places:
        return None
    found_sides = [side or _range([at[k] for at in places], USUAL) for k, side in enumerate(given)]
    most = _BEYOND * max(far, *(abs(c) for at in places for c in at))
    return [side or (max(low, -most), min(high, most)) for side, (low, high) in zip(given, found_sides, strict=True)]


def _range(places: Sequence[float], alone: float) -> Range:
    # Rounding is no distance.
    near_one = max(places) - min(places) <= 1e-6 * max(USUAL, *map(abs, places))
    side = around(places[:1] if near_one else places, alone)
    return float(side.low), float(side.high)


def _clipped(function: Function, sides: Sequence[Range], given: Sequence[Range | None]) -> list[Range]:
    """The ranges without most of what has no value; those that were given stay."""
    held = Lattice(function, sides, _COARSE, _COARSE)
    there = list(held.inhabited())
    found = []
    for k, ((low, high), places) in enumerate(zip(sides, (held.xs, held.ys), strict=True)):
        # A line alone, as of x**y below 0 at a whole y, is nothing to look at.
        known = [i for i, count in Counter(spot[k] for spot in there).items() if count > 2]
        if given[k] is None and known:
            first, last = places[min(known)], places[max(known)]
            beside = (last - first) * _FEW
            low, high = max(low, first - beside), min(high, last + beside)
        found.append((low, high))
    return found


def _halved(function: Function, sides: Sequence[Range], given: Sequence[Range | None]) -> list[Range]:
    """The ranges, nearer to their middles where all that happens is in a small part of them."""
    now = list(sides)
    for _ in range(_HALVINGS):
        values = sorted(Lattice(function, now, _COARSE, _COARSE).finite())
        if not values:
            return list(sides)
        middle, by = values[len(values) // 2], _BY * levels(values).span
        if not by or sum(abs(z - middle) > by for z in values) >= _OTHER * len(values):
            return now
        now = [side if given[k] else _nearer(*side) for k, side in enumerate(now)]
    return list(sides)


def _nearer(low: float, high: float) -> Range:
    middle = (low + high) / 2
    return middle + (low - middle) / 2, middle + (high - middle) / 2
