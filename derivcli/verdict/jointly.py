"""What a function of several variables does where all of them move: tangent planes and limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.verdict.beside import HERE_DIGITS, STEP, Function

# Directions in which the variables move at once, with steps that are nowhere in a simple ratio.
_STRIDES = (Fraction(1), Fraction(7, 5), Fraction(5, 8), Fraction(12, 7), Fraction(9, 11))


# Signs of the steps of every other variable, and their powers of the common step.
_WAYS = (
    ((1, 1), (1, 1)), ((-1, -1), (1, 1)), ((1, -1), (1, 1)), ((-1, 1), (1, 1)), ((1, 1), (1, 2)), ((1, 1), (2, 1)),
)  # fmt: skip


@dataclass(frozen=True)
class Bend:
    """A direction with a slope other than the slopes along the axes make it: there is no gradient.

    `curved` says that every other variable moves by the square of the step.
    """

    direction: tuple[tuple[str, float], ...]
    slope: float
    expected: float
    curved: bool


def bend(function: Function, names: Sequence[str], point: Mapping[str, Any]) -> Bend | None:
    """Look whether a function has a tangent plane: whether its slope in some directions is what the axes say.

    Args:
        function: with a derivative along each of the axes.
        names: the variables.
        point: the exact values of all variables.
    """
    if len(names) < 2 or function.at(point).kind != "number":
        return None
    for signs, powers in _WAYS:
        direction = {name: signs[k % 2] * _STRIDES[k % len(_STRIDES)] for k, name in enumerate(names)}
        apart: list[tuple[float, float, float, float]] = []
        slopes: list[list[float]] = []
        for step in (STEP, STEP**2):
            # Along a curve some variables move by the square of the step.
            bent = {name: u * step ** (powers[k % 2] - 1) for k, (name, u) in enumerate(direction.items())}
            slope = _slope(function, bent, step, point)
            along = [_slope(function, {name: u}, step, point) for name, u in bent.items()]
            if slope is None or None in along:
                return None
            expected = sum(v for v in along if v is not None)
            apart.append((abs(slope - expected), max(abs(slope), *(abs(v or 0) for v in along)), slope, expected))
            slopes.append([v for v in along if v is not None])
        if not all(abs(b - a) <= 1e-9 * abs(b) or abs(b) < abs(a) / 2 for a, b in zip(*slopes, strict=True)):
            return None  # no slope along some axis
        (far, _, before, _), (near, size, slope, expected) = apart
        # What shrinks towards the point, as that of abs(x*y) does, is no bend.
        if near > 1e-9 * size and near > far / 2:
            slope = math.copysign(math.inf, slope) if abs(slope) > 1e3 * abs(before) else slope
            return Bend(tuple((name, float(u)) for name, u in direction.items()), slope, expected, max(powers) > 1)
    return None


def _slope(
    function: Function, direction: Mapping[str, Fraction], step: Fraction, point: Mapping[str, Any]
) -> float | None:
    """The difference quotient for one step in a direction."""
    here = function.at(point, HERE_DIGITS)
    there = function.at({**point, **{name: point[name] + u * step for name, u in direction.items()}})
    if there.kind != "number" or here.kind != "number":
        return None
    return float((there.value - there.value.context.convert(here.value)) * step.denominator / step.numerator)


# Lines and curves to the point: how far a variable has moved after a step.
_PATHS: tuple[Callable[[int, Fraction], Fraction], ...] = (
    lambda k, h: _STRIDES[k % 5] * h,
    lambda k, h: -_STRIDES[k % 5] * h,
    lambda k, h: _STRIDES[k % 5] * h ** (1 + k % 2),
    lambda k, h: _STRIDES[k % 5] * h ** (2 - k % 2),
    # Beside the diagonals, where differences vanish sooner than the variables do.
    lambda k, h: h + k % 2 * h**2,
    lambda k, h: h**2 - h if k % 2 else h,
)


def goes_to(function: Function, limit: float, point: Mapping[str, Any]) -> bool:
    """Whether a function goes to a limit on all these paths.

    Args:
        function: not defined at the point.
        limit: what it goes to along the axes.
        point: the exact values of all variables.
    """
    for path in _PATHS:
        far, near = (
            function.at({**point, **{name: v + path(k, step) for k, (name, v) in enumerate(point.items())}})
            for step in (STEP, STEP**2)
        )
        if far.kind == near.kind == "number":
            first, last = abs(float(far) - limit), abs(float(near) - limit)
            if last > 1e-9 * max(abs(limit), abs(float(near))) and last > first / 2:
                return False
    return True
