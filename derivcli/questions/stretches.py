"""Where a function of one variable rises and falls, and the corners at which it turns."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from derivcli.findings import Feature, Stretch
from derivcli.numeric.zeros import Enclosure, Interval
from derivcli.questions.marks import APART

# Where in a stretch the sign of its slope is asked.
_INSIDE = 0.4871


def stretches(
    enclosure: Enclosure, slope: int, pieces: Sequence[Interval], turns: Sequence[float], features: Sequence[Feature]
) -> list[Stretch]:
    """Where a function rises and falls: between two turns its slope has one sign.

    Args:
        enclosure, slope: the derivative.
        pieces: intervals on which the function is smooth, from left to right.
        turns: where the slope changes its sign inside them.
        features: the places that are known.
    """
    if not pieces:
        return []
    broken = {f.x for f in features if f.kind in ("pole", "jump", "hole", "domain_edge")}
    apart = 4 * (pieces[-1][1] - pieces[0][0]) * APART
    found: list[Stretch] = []
    for a, b in pieces:
        ends = [a, *sorted(t for t in turns if a < t < b), b]
        for low, high in itertools.pairwise(ends):
            sign = enclosure.sign(slope, low + (high - low) * _INSIDE)
            if sign is None:
                continue
            direction = {1: "increasing", -1: "decreasing", 0: "constant"}[sign]
            last = found[-1] if found else None
            met = last is not None and low - last.high <= apart
            if (
                last is not None
                and met
                and last.direction == direction
                and not any(last.high - apart <= x <= low + apart for x in broken)
            ):
                found[-1] = replace(last, high=high)
            else:
                found.append(Stretch(low, high, direction))
    return [_rounded(stretch, [*broken, *(f.x for f in features)], apart) for stretch in found]


def _rounded(stretch: Stretch, places: Sequence[float], apart: float) -> Stretch:
    """A stretch whose ends are the places that they are next to."""

    def end(x: float) -> float:
        return min((p for p in places if abs(p - x) <= apart), key=lambda p: abs(p - x), default=x)

    return replace(stretch, low=end(stretch.low), high=end(stretch.high))


def corner_extrema(features: Sequence[Feature], found: Sequence[Stretch]) -> list[Feature]:
    """Corners at which the function turns."""
    turns = {("decreasing", "increasing"): "minimum", ("increasing", "decreasing"): "maximum"}
    corners = {f.x: f for f in features if f.kind in ("kink", "vertical_tangent")}
    met = [(a, b) for a, b in itertools.pairwise(found) if a.high == b.low and a.high in corners]
    return [
        replace(corners[a.high], kind=kind)
        for a, b in met
        if (kind := turns.get((a.direction, b.direction))) is not None
    ]


def without(pieces: Sequence[Interval], unknown: Sequence[Interval]) -> list[Interval]:
    """The parts of intervals that no interval of others overlaps."""
    parts = list(pieces)
    for a, b in unknown:
        parts = [
            part
            for low, high in parts
            for part in ([(low, min(high, a)), (max(low, b), high)] if a < high and b > low else [(low, high)])
            if part[0] < part[1]
        ]
    return parts


def clipped(found: Sequence[Stretch], low: float, high: float) -> list[Stretch]:
    """The stretches as far as they lie between two numbers."""
    inside = [replace(s, low=max(s.low, low), high=min(s.high, high)) for s in found]
    return [s for s in inside if s.low < s.high]
