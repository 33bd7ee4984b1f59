"""Where to look at a function of one variable, when nobody says: its places, without what dwarfs or hides them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from derivcli.findings import Feature
from derivcli.picture import Mark
from derivcli.plotting.distant import change, distant
from derivcli.plotting.ranges import USUAL, around
from derivcli.plotting.subject import Function
from derivcli.points import Interval
from derivcli.questions.analysis import RANGE

Range = tuple[float, float]

# Places that a straight line has, too; those with no bounds beside them.
_PLAIN, _UNBOUNDED = ("zero", "inflection"), ("pole", "logarithmic_singularity", "domain_edge", "vertical_tangent")
# How many values tell what a curve is like; what is straight, relative to its rise.
_COUNT, _STRAIGHT = 101, 1e-3
# A range is wider than its places where the heights stay the same up to this part of them.
_SAME_HEIGHTS = 0.15
# The range is halved, so many times at most, while one value in ten is this much of all heights.
_TAIL, _DWARFED, _HALVINGS = 0.1, 0.02, 60
# Beside a pole it is doubled, so many times at most, while the middle half of all values is less than this much of
# those without the tails.
_FLANKS, _DOUBLINGS = 0.1, 5
# From which power of ten to which is looked where the curve is a line, in so many steps each; how many turns are seen.
_POWERS, _FINE, _TURNS = 12, 8, 2
# Places that are as near to each other are one.
_SAME = 1e-6
# How far beyond a scale is seen.
_SCALES = 3.0


def interesting(
    function: Function, features: Sequence[Feature], breaks: Callable[[float, float], Sequence[Mark]]
) -> Interval:
    """A range in which something is seen.

    Args:
        function: what is plotted.
        features: what an analysis found in its usual range.
        breaks: finds further breaks between two numbers.
    """
    known = [f.x for f in features]
    if far := distant(function, known):
        return around([*(known or [0.0]), *far], USUAL)
    # Those that the analysis did not find; rounding is no distance.
    poles = [mark.x for mark in breaks(-USUAL, USUAL) if mark.kind == "pole"]
    poles = [x for x in poles if all(abs(x - place) > _SAME * USUAL for place in known)]
    whole = around([*known, *poles], USUAL)
    low, high = float(max(whole.low, RANGE.low)), float(min(whole.high, RANGE.high))
    if all(f.kind in _PLAIN for f in features) and _straight(function, low, high):
        return _elsewhere(function) or Interval(Fraction(low), Fraction(high))
    if {*(f.kind for f in features), *(mark.kind for mark in breaks(low, high))} & {*_UNBOUNDED}:
        low, high = _away(function, low, high)
    else:
        low, high = _halved(function, low, high)
        if len({f.x for f in features}) > 1:
            low, high = _widened(function, low, high)
    return Interval(Fraction(low), Fraction(high))


def _spread(low: float, high: float) -> list[float]:
    return [low + (high - low) * k / (_COUNT - 1) for k in range(_COUNT)]


def _straight(function: Function, low: float, high: float) -> bool:
    """Whether a curve is a line, as far as can be seen."""
    xs = _spread(low, high)
    ys = function(xs)[0]
    rise = ys[-1] - ys[0]
    off = max(abs(y - ys[0] - rise * (x - low) / (high - low)) for x, y in zip(xs, ys, strict=True))
    return math.isfinite(rise) and off <= _STRAIGHT * max(abs(rise), 1e-9 * abs(ys[0]))


def _elsewhere(function: Function) -> Interval | None:
    """A range around the turns nearest to 0, else of the scale at which the values change most."""
    sizes = [10.0 ** (k / _FINE) for k in range(-_POWERS * _FINE, _POWERS * _FINE + 1)]
    xs = [*(-x for x in reversed(sizes)), *sizes]
    slopes = function(xs)[1]
    turns = [
        change(function, 1, a, b)
        for (a, p), (b, q) in itertools.pairwise(zip(xs, slopes, strict=True))
        if a * b > 0 and (p * q < 0 or p != 0 == q)
    ]
    if turns:
        return around([0.0, *sorted(turns, key=abs)[:_TURNS]], USUAL)
    changes = [abs(x * slope) if math.isfinite(slope) else 0.0 for x, slope in zip(xs, slopes, strict=True)]
    most = max(changes)
    scale = abs(xs[changes.index(most)])
    # Where the change grows to the last, there is no scale.
    if not most or not sizes[_FINE] < scale < sizes[-1 - _FINE]:
        return None
    return around([-scale * _SCALES / 2, scale * _SCALES / 2], USUAL)


def _halved(function: Function, low: float, high: float) -> Range:
    """A range whose heights are not those of a few values alone; it is halved towards 0, or its middle."""
    middle = 0.0 if low < 0 < high else low + (high - low) / 2
    for _ in range(_HALVINGS):
        ys = sorted(y for y in function(_spread(low, high))[0] if math.isfinite(y))
        tail = int(len(ys) * _TAIL)
        if not ys or ys[-1 - tail] - ys[tail] >= _DWARFED * (ys[-1] - ys[0]):
            break
        low, high = middle + (low - middle) / 2, middle + (high - middle) / 2
    return low, high


def _away(function: Function, low: float, high: float) -> Range:
    """A range so wide that the flanks of a pole do not dwarf what lies away from it; as it is where none is."""
    middle, reach = low + (high - low) / 2, (high - low) / 2
    for _ in range(_DOUBLINGS):
        a, b = max(middle - reach, float(RANGE.low)), min(middle + reach, float(RANGE.high))
        ys = sorted(y for y in function(_spread(a, b))[0] if math.isfinite(y))
        tail, quarter = int(len(ys) * _TAIL), len(ys) // 4
        if ys and ys[-1 - quarter] - ys[quarter] >= _FLANKS * (ys[-1 - tail] - ys[tail]):
            return a, b
        reach *= 2
    return low, high


def _widened(function: Function, low: float, high: float) -> Range:
    """A range with half of it more on each side on which the heights stay what they are."""
    ys = [y for y in function(_spread(low, high))[0] if math.isfinite(y)]
    if not ys:
        return low, high
    more = (high - low) / 2
    room = (max(ys) - min(ys)) * _SAME_HEIGHTS
    least, most = min(ys) - room, max(ys) + room
    ends = max(low - more, float(RANGE.low)), min(high + more, float(RANGE.high))

    def stays(a: float, b: float) -> bool:
        return a < b and all(least <= y <= most for y in function(_spread(a, b))[0])

    return (ends[0] if stays(ends[0], low) else low, ends[1] if stays(high, ends[1]) else high)
