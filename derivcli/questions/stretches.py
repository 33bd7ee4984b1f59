"""Where a function rises and falls."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from derivcli.findings import Feature, Stretch
from derivcli.numeric.zeros import Interval
from derivcli.questions.growth import UNBOUNDED
from derivcli.questions.landmarks import Landmark
from derivcli.questions.marks import APART
from derivcli.questions.scene import Scene

# Where in a stretch the sign of its slope is asked.
_INSIDE = 0.4871


def stretches(
    scene: Scene,
    pieces: Sequence[Interval],
    turns: Sequence[float],
    features: Sequence[Feature],
    marks: Sequence[Landmark],
) -> list[Stretch]:
    """Where a function rises and falls: between two turns its slope has one sign.

    Args:
        scene: the function.
        pieces: intervals on which it is smooth, from left to right.
        turns: where the slope changes its sign inside them.
        features: the places that are known.
        marks: where the function may be other than smooth.
    """
    broken = {f.x for f in features if f.kind in (*UNBOUNDED, "jump", "hole", "domain_edge")}
    apart = 4 * (scene.wide[1] - scene.wide[0]) * APART
    found: list[Stretch] = []
    for a, b in pieces:
        level = scene.vanishes(scene.derivatives[1], (a, b))
        ends = [a, *sorted(t for t in turns if a < t < b), b]
        for low, high in itertools.pairwise(ends):
            inside = low + (high - low) * _INSIDE
            sign = 0 if level else scene.enclosure.sign(scene.derivatives[1], inside)
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
    places = [*broken, *(f.x for f in features), *(mark.at for mark in marks)]
    ends_of = [rounded((s.low, s.high), places, apart) for s in found]
    return [Stretch(*ends, s.direction) for s, ends in zip(found, ends_of, strict=True)]


def rounded(part: Interval, places: Sequence[float], apart: float) -> Interval:
    """An interval whose ends are the places that they are next to."""

    def end(x: float) -> float:
        return min((p for p in places if abs(p - x) <= apart), key=lambda p: abs(p - x), default=x)

    return end(part[0]), end(part[1])


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
