"""What a function does just beside a point where its formula alone does not decide."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.graph import Graph
from derivcli.numeric.exact import Exact, evaluate, number

# How far beside the point slopes are taken where one step is enough, relative to it (absolute at 0).
STEP = Fraction(1, 10**25)
# The powers of ten at which a function is looked at beside a point. They grow by the same factor, so that what goes to
# its limit as a power or a logarithm does shows by its ratios from one to the next.
_EXPONENTS, _FACTOR = (20, 32, 51, 82), 1.6
# So many of them must be settled.
_FEWEST = 3
# From this order on derivatives are looked for without their formulas first.
HIGH_ORDER = 6
# Digits in which the value at the point itself is held against those beside it.
HERE_DIGITS = 220
# Slopes that differ by less than this part are one; values so near to each other are near enough to their limit; what
# shrinks by more than that in the last step is 0 at the point.
_SAME, _SETTLED, _SHRINKS = 1e-15, 1e-10, 1e-10
# The part of its rise by a power of ten that a logarithm has by the next ones; of the powers of x that end somewhere
# only those below 1e-6 have as much.
_STEADY = 0.9999


@dataclass(frozen=True)
class Function:
    """One function on one graph."""

    graph: Graph
    root: int
    real: bool

    def at(self, point: Mapping[str, Any], digits: int = 0) -> Exact:
        return evaluate(self.graph, [self.root], point, real=self.real, digits=digits).roots[0]


@dataclass(frozen=True)
class Sides:
    """How a function behaves around a point: the class of the point, and the one-sided derivatives if there are any.

    `kind` is `smooth`, `removable`, `kink`, `jump`, `pole`, `vertical_tangent`, `domain_edge`, `outside_domain` or
    `unchecked`; `limit` the value that fills a removable hole. Where the function jumps over a hole, `left` and `right`
    are its limits.
    """

    kind: str
    left: float | None = None
    right: float | None = None
    limit: float | None = None


@dataclass(frozen=True)
class _Known:
    """A value at the point that is known but for an error, from the values nearest to it."""

    value: Exact
    error: Any


def beside(derivatives: Sequence[Function], along: Sequence[str], point: Mapping[str, Any]) -> Sides:
    """Classify a point.

    Args:
        derivatives: the function, its derivative by the first variable, and so on to the one in question.
        along: the variables of these steps.
        point: the exact values of all variables.
    """
    sides = Sides("unchecked")
    known: _Known | None = None
    for order, (function, derivative, name) in enumerate(zip(derivatives, derivatives[1:], along, strict=False)):
        # What the step before found is the value here: the formula may say nothing at the point itself.
        step = _Step(function, derivative, name, point)
        sides = step.sides(known)
        if order and sides.kind in ("outside_domain", "removable"):
            # A formula that is not defined, of a derivative that exists.
            return Sides("unchecked")
        if order and name != along[0] and sides.kind == "smooth" and not _is_smooth_beside(derivatives, along, step):
            # The first derivative is gone as soon as the other variable moves.
            return Sides("kink")
        if sides.kind in ("domain_edge", "vertical_tangent") and order < len(along) - 1:
            # Its slopes are those of a lower order; at a corner they say why there is no higher one.
            return Sides(sides.kind)
        if sides.kind != "smooth" or sides.right is None or (step.is_constant and len(set(along)) == 1):
            break
        known = step.nearest(sides.right)
    return sides


def smooth(function: Function, along: Sequence[str], point: Mapping[str, Any]) -> Exact | None:
    """A derivative of high order by one variable, where those of all orders from below are those from above.

    Formulas lose too many digits beside a point where they divide by a high power of the distance.

    Args:
        function: what is differentiated.
        along: the variables.
        point: the exact values of all variables.
    """
    if len(along) < HIGH_ORDER or len(set(along)) > 1:
        return None
    above = Exact("undefined")
    for order in range(1, len(along) + 1):
        below, above = (_one_sided(function, along[0], order, side).at(point) for side in (-1, 1))
        if below.kind != "number" or above.kind != "number":
            return None
        if abs(above.value - below.value) > _SAME * max(abs(above.value), abs(below.value)):
            return None
    return above


def _one_sided(function: Function, name: str, order: int, side: int) -> Function:
    return Function(function.graph, function.graph.add("Along", (function.root,), (((name, order),), side)), True)


def _is_smooth_beside(derivatives: Sequence[Function], along: Sequence[str], step: _Step) -> bool:
    """Whether the first derivative exists where another variable has moved."""
    return all(
        _Step(derivatives[0], derivatives[1], along[0], step.moved(steps[0])).sides(None).kind == "smooth"
        for steps in step.steps
    )


class _Step:
    """A function and its derivative along one variable, on both sides of a point."""

    def __init__(self, function: Function, derivative: Function, name: str, point: Mapping[str, Any]) -> None:
        value = point[name]
        # Far out functions change over steps of their own size, not of the point's.
        size = min(abs(value), Fraction(1)) if isinstance(value, Fraction) and value else Fraction(1)
        self.function, self.derivative, self.name, self.point = function, derivative, name, point
        # Whether the function does not change at all beside the point: then no derivative of it does.
        self.is_constant = False
        self.steps = [[sign * size / 10**exponent for exponent in _EXPONENTS] for sign in (-1, 1)]

    def sides(self, known: _Known | None) -> Sides:
        """The class of the point, where the function's value may be known already, but for what it moves on so near."""
        here = self.function.at(self.point, HERE_DIGITS) if known is None else known.value
        count = len(_EXPONENTS) if known is None else len(_EXPONENTS) - 1
        beside = [_settled([self.function.at(self.moved(h)) for h in steps]) for steps in self.steps]
        missing = [side[0].kind == "undefined" for side in beside]
        if all(missing):
            return Sides("outside_domain")
        if here.kind != "number":
            return Sides("outside_domain") if any(missing) else _hole(beside)
        slopes: list[float | None] = [None, None]
        changes: list[Any] = []
        for side, values, steps in zip((0, 1), beside, self.steps, strict=True):
            if missing[side]:
                continue
            if any(v.kind not in ("number", "infinite") for v in values):
                return Sides("unchecked")
            if _grows([float(v) for v in values]):
                return Sides("pole")
            gaps = [v.value - v.value.context.convert(here.value) for v in values[:count]]
            if known is not None:
                gaps = [g if abs(g) > known.error else 0 * g for g in gaps]
            changes += gaps
            gap = _tends([float(g) for g in gaps])
            if gap is None or abs(gap) > 1e-30 * max(abs(float(here)), abs(float(values[-1]))):
                # At the end of a domain that is said first.
                if not any(missing):
                    return Sides("unchecked" if gap is None and _shrinks(gaps) else "jump")
                continue
            slope = self._slope(gaps, steps[: len(gaps)])
            if slope is None and not any(missing):
                return Sides("unchecked")
            slopes[side] = slope
        self.is_constant = not any(changes)
        return _of_slopes(*slopes)

    def moved(self, step: Fraction) -> dict[str, Any]:
        """The point with the variable moved by a step."""
        return {**self.point, self.name: self.point[self.name] + step}

    def _slope(self, gaps: Sequence[Any], steps: Sequence[Fraction]) -> float | None:
        """The slope on one side: what the difference quotients go to, or else the derivative's formula does."""
        quotients = [float(gap * h.denominator / h.numerator) for gap, h in zip(gaps, steps, strict=True)]
        slope = _limit(quotients)
        if slope is None:
            derivatives = [self.derivative.at(self.moved(h)) for h in steps]
            if all(d.kind == "number" for d in derivatives):
                return _tends([float(d) for d in derivatives])
        return slope

    def nearest(self, slope: float) -> _Known | None:
        """The slope at the point in many digits: those of the formula, where it has them on both sides."""
        left, right = (self.derivative.at(self.moved(steps[-1])) for steps in self.steps)
        if any(d.kind != "number" or abs(float(d) - slope) > _SETTLED * (abs(slope) or 1.0) for d in (left, right)):
            return None
        error = 2 * abs(left.value - left.value.context.convert(right.value))
        return _Known(right if slope else number(0.0), error)


def _settled(values: Sequence[Exact]) -> list[Exact]:
    """The values up to one that is too near to the point to be settled in as many digits as are tried."""
    last = len(values)
    while last > _FEWEST and values[last - 1].kind == "unresolved":
        last -= 1
    return list(values[:last])


def _of_slopes(left: float | None, right: float | None) -> Sides:
    """The class of a point at which a function is continuous, from its slopes; None where it is not defined."""
    if left is None or right is None:
        return Sides("domain_edge", left, right)
    if math.isinf(left) or math.isinf(right):
        return Sides("vertical_tangent", left, right)
    same = abs(left - right) <= _SAME * max(abs(left), abs(right))
    return Sides("smooth" if same else "kink", left, right)


def _hole(beside: Sequence[Sequence[Exact]]) -> Sides:
    """The function is not defined at the point, and is on both sides of it: what it tends to."""
    if any(v.kind not in ("number", "infinite") for side in beside for v in side):
        return Sides("unchecked")
    values = [[float(v) for v in side] for side in beside]
    if any(_grows(side) or _runs(side) for side in values) or any(_grows(_scaled(side)) for side in beside):
        return Sides("pole")
    left, right = map(_tends, values)
    if left is None or right is None:
        return Sides("outside_domain")
    if abs(left - right) > _SAME * max(abs(left), abs(right)):
        return Sides("jump", left, right)
    return Sides("removable", limit=right)


def _scaled(values: Sequence[Exact]) -> list[float]:
    """The values as multiples of the first, which may be too small for any float."""
    first = values[0].value
    return [float(v.value / first) for v in values] if first and all(v.kind == "number" for v in values) else [0.0]


def _limit(values: Sequence[float]) -> float | None:
    """The limit of a sequence towards the point, which may be infinite; None where there is none."""
    return math.copysign(math.inf, values[-1]) if _grows(values) else _tends(values)


def _grows(values: Sequence[float]) -> bool:
    """Whether a function goes to infinity, be it as slowly as a logarithm of a logarithm."""
    if not all(map(math.isfinite, values)):
        return True
    sizes = [abs(v) for v in values]
    steps = [b - a for a, b in itertools.pairwise(sizes)]
    return len(steps) > 1 and steps[0] > 0 and all(b > 0.9 * a for a, b in itertools.pairwise(steps))


def _runs(values: Sequence[float]) -> bool:
    """Whether a function goes one way as fast as a logarithm, as -1000 - log(x), whose size becomes less at first."""
    rises = [
        (b - a) / (far - near) for (a, near), (b, far) in itertools.pairwise(zip(values, _EXPONENTS, strict=False))
    ]
    return len(rises) > 1 and all(a and b / a > _STEADY for a, b in itertools.pairwise(rises))


def _shrinks(values: Sequence[Any]) -> bool:
    return all(abs(b) < abs(a) for a, b in itertools.pairwise(values))


def _tends(values: Sequence[float]) -> float | None:
    """The limit, also of what goes there as slowly as a small power or 1/log(x); None where there is none."""
    if not all(map(math.isfinite, values)):
        return None
    near, nearest = values[-2:]
    if abs(nearest - near) <= _SETTLED * max(abs(nearest), abs(near)):
        return nearest
    if abs(nearest) <= _SHRINKS * abs(near):
        return 0.0
    # Powers go by ratios that are squared each time, powers of logarithms by equal ones.
    ratios = [abs(b / a) if a else math.inf for a, b in itertools.pairwise(values)]
    if ratios[-1] < 0.85 and all(b <= 1.01 * a for a, b in itertools.pairwise(ratios)):
        return 0.0
    *_, before, last = steps = [b - a for a, b in itertools.pairwise(values)]
    if all(steps) and all(abs(b / a * _FACTOR - 1) < 0.1 for a, b in itertools.pairwise(steps)):
        return nearest - last * last / (last - before)  # Aitken's extrapolation
    return None
