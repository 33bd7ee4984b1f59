"""What a function does just beside a point where its formula alone does not decide."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.graph import Graph
from derivcli.numeric.exact import Exact, evaluate

# How far beside the point, relative to it (absolute at 0).
STEP = Fraction(1, 10**25)
# Numbers that differ by less than this part are the same; what shrinks by more than that towards the point is 0 there.
_SAME, _SHRINKS = 1e-12, 1e-10


@dataclass(frozen=True)
class Function:
    """One function on one graph."""

    graph: Graph
    root: int
    real: bool

    def at(self, point: Mapping[str, Any]) -> Exact:
        return evaluate(self.graph, [self.root], point, real=self.real).roots[0]


@dataclass(frozen=True)
class Sides:
    """How a function behaves around a point: the class of the point, and the one-sided derivatives if there are two.

    `kind` is `smooth`, `removable`, `kink`, `jump`, `pole`, `vertical_tangent`, `domain_edge`, `outside_domain` or
    `unchecked`; `limit` the value that fills a removable hole.
    """

    kind: str
    left: float | None = None
    right: float | None = None
    limit: float | None = None


def beside(derivatives: Sequence[Function], along: Sequence[str], point: Mapping[str, Any]) -> Sides:
    """Classify a point.

    Args:
        derivatives: the function, its derivative by the first variable, and so on to the one in question.
        along: the variables of these steps.
        point: the exact values of all variables.
    """
    steps = list(zip(derivatives, derivatives[1:], along, strict=False))
    for order, (function, derivative, name) in enumerate(steps):
        sides = _one_step(function, derivative, name, point)
        if sides.kind not in ("smooth", "removable") or order == len(steps) - 1:
            return sides
    return Sides("unchecked")


def _one_step(function: Function, derivative: Function, name: str, point: Mapping[str, Any]) -> Sides:
    value = point[name]
    size = abs(value) if isinstance(value, Fraction) and value else Fraction(1)
    around = [[sign * step * size for sign in (-1, 1)] for step in (STEP, STEP * STEP)]
    points = [[{**point, name: value + step} for step in steps] for steps in around]
    here, values = function.at(point), [function.at(p) for p in points[0]]
    missing = [v.kind not in ("number", "infinite") for v in values]
    if all(missing):
        return Sides("outside_domain")
    if any(missing):
        return Sides("domain_edge" if here.kind == "number" else "outside_domain")
    if here.kind != "number":
        return _hole(function, name, size, point)
    closer = [function.at(p) for p in points[1]]
    if any(abs(float(c)) > 1e6 * max(1.0, abs(float(v))) for v, c in zip(values, closer, strict=True)):
        return Sides("pole")
    if any(c.kind != "number" for c in closer):
        return Sides("unchecked")
    if any(_stays_away(v, c, here) for v, c in zip(values, closer, strict=True)):
        return Sides("jump")
    slopes = [[derivative.at(p) for p in side] for side in points]
    if any(s.kind != "number" for pair in slopes for s in pair):
        # Where the formula is not defined beside the point either, the function's own differences are.
        differences = zip((values, closer), around, strict=True)
        return _slopes(*([_quotient(v, here, h) for v, h in zip(vs, hs, strict=True)] for vs, hs in differences))
    return _slopes(*([float(s) for s in pair] for pair in slopes))


def _quotient(there: Exact, here: Exact, step: Fraction) -> float:
    context = there.value.context
    return float((there.value - context.convert(here.value)) * step.denominator / step.numerator)


def _slopes(slopes: Sequence[float], nearer: Sequence[float]) -> Sides:
    """From the slopes on both sides, and much nearer to the point."""
    largest = max(map(abs, slopes))
    if any(abs(s) > 1e3 * largest for s in nearer):
        return Sides("vertical_tangent")
    left, right = map(_limit, slopes, nearer)
    # A difference that vanishes towards the point, as that of abs(x)**1.5 does, is no corner.
    vanishes = abs(left - right) < abs(slopes[0] - slopes[1]) / 2
    same = vanishes or abs(left - right) <= _SAME * max(abs(left), abs(right))
    return Sides("smooth" if same else "kink", left, right)


def _limit(far: float, near: float) -> float:
    """What is 0 at the point shrinks towards it."""
    return 0.0 if abs(near) <= _SHRINKS * abs(far) else near


def _hole(function: Function, name: str, size: Fraction, point: Mapping[str, Any]) -> Sides:
    """The function is not defined at the point, and is on both sides of it: what it tends to."""
    sides = [
        [function.at({**point, name: point[name] + sign * size * STEP**power}) for power in (1, 2, 4, 8)]
        for sign in (-1, 1)
    ]
    if any(v.kind not in ("number", "infinite") for side in sides for v in side):
        return Sides("unchecked")
    values = [[float(v) for v in side] for side in sides]
    if any(_grows(side) for side in values):
        return Sides("pole")
    limits = [_tends(side) for side in values]
    if None in limits:
        return Sides("outside_domain")
    a, b = map(float, limits)  # type: ignore[arg-type]
    if abs(a - b) > _SAME * max(abs(a), abs(b)):
        return Sides("jump", a, b)
    return Sides("removable", limit=b)


def _grows(values: Sequence[float]) -> bool:
    """Whether a function goes to infinity, be it as slowly as a logarithm of a logarithm."""
    if not all(map(math.isfinite, values)):
        return True
    sizes = [abs(v) for v in values]
    steps = [b - a for a, b in itertools.pairwise(sizes)]
    return steps[0] > 0 and all(b > 0.9 * a for a, b in itertools.pairwise(steps))


def _tends(values: Sequence[float]) -> float | None:
    """The limit, also of what goes there as slowly as 1/log(x); None where there is none."""
    *_, far, near, nearest = values
    size = max(map(abs, values))
    if abs(nearest - near) <= _SAME * max(abs(nearest), abs(near)):
        return nearest
    if abs(nearest) <= _SHRINKS * size:
        return 0.0
    before, last = near - far, nearest - near
    if not 0 < last / before < 0.7 if before else True:
        return None
    limit = nearest - last * last / (last - before)  # Aitken's extrapolation
    return 0.0 if abs(limit) <= 1e-3 * abs(nearest) else None


def _stays_away(value: Exact, closer: Exact, here: Exact) -> bool:
    """Whether the value beside the point differs from the value here, however near it is taken."""
    gap, rest = (abs(v.value - v.value.context.convert(here.value)) for v in (value, closer))
    return bool(gap > 1e-30 * max(abs(float(here)), abs(float(value))) and rest > gap / 2)


# Directions in which the variables move at once, with steps that are nowhere in a simple ratio.
_STRIDES = (Fraction(1), Fraction(7, 5), Fraction(5, 8), Fraction(12, 7), Fraction(9, 11))


@dataclass(frozen=True)
class Bend:
    """A direction with a slope other than the slopes along the axes make it: there is no gradient."""

    direction: tuple[tuple[str, float], ...]
    slope: float
    expected: float


def bend(function: Function, names: Sequence[str], point: Mapping[str, Any]) -> Bend | None:
    """Look whether a function has a tangent plane: whether its slope in some directions is what the axes say.

    Args:
        function: with a derivative along each of the axes.
        names: the variables.
        point: the exact values of all variables.
    """
    if len(names) < 2 or function.at(point).kind != "number":
        return None
    for signs in ((1, 1), (-1, -1), (1, -1), (-1, 1)):
        direction = {name: signs[k % 2] * _STRIDES[k % len(_STRIDES)] for k, name in enumerate(names)}
        apart: list[tuple[float, float, float, float]] = []
        for step in (STEP, STEP**2):
            slope = _slope(function, direction, step, point)
            along = [_slope(function, {name: u}, step, point) for name, u in direction.items()]
            if slope is None or None in along:
                return None
            expected = sum(v for v in along if v is not None)
            apart.append((abs(slope - expected), max(abs(slope), *(abs(v or 0) for v in along)), slope, expected))
        (far, _, before, _), (near, size, slope, expected) = apart
        # What shrinks towards the point, as that of abs(x*y) does, is no bend.
        if near > 1e-9 * size and near > far / 2:
            slope = math.copysign(math.inf, slope) if abs(slope) > 1e3 * abs(before) else slope
            return Bend(tuple((name, float(u)) for name, u in direction.items()), slope, expected)
    return None


def _slope(
    function: Function, direction: Mapping[str, Fraction], step: Fraction, point: Mapping[str, Any]
) -> float | None:
    """The difference quotient for one step in a direction."""
    here, there = function.at(point), function.at({**point, **{n: point[n] + u * step for n, u in direction.items()}})
    return _quotient(there, here, step) if there.kind == here.kind == "number" else None
