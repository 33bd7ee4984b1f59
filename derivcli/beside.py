"""What a function does just beside a point where its formula alone does not decide."""

from __future__ import annotations

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
    missing = [v.kind != "number" for v in values]
    if all(missing):
        return Sides("outside_domain")
    if any(missing):
        return Sides("domain_edge" if here.kind == "number" else "outside_domain")
    closer = [function.at(p) for p in points[1]]
    if any(c.kind != "number" for c in closer):
        return Sides("unchecked")
    if here.kind != "number":
        return _hole(values, closer)
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


def _hole(values: Sequence[Exact], closer: Sequence[Exact]) -> Sides:
    """The function is not defined at the point, and is on both sides of it."""
    far, near = ([float(v) for v in side] for side in (values, closer))
    if any(abs(n) > 1e6 * abs(f) for f, n in zip(far, near, strict=True)):
        return Sides("pole")
    a, b = map(_limit, far, near)
    if abs(a - b) > _SAME * max(abs(a), abs(b)):
        return Sides("jump")
    return Sides("removable", limit=b)


def _stays_away(value: Exact, closer: Exact, here: Exact) -> bool:
    """Whether the value beside the point differs from the value here, however near it is taken."""
    gap, rest = (abs(v.value - v.value.context.convert(here.value)) for v in (value, closer))
    return bool(gap > 1e-30 * max(abs(float(here)), abs(float(value))) and rest > gap / 2)
