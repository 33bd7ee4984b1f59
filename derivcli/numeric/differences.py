"""A derivative of any order as a quotient of differences, in so many digits that those which cancel are not missed."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.graph import Node
from derivcli.numeric.special import Unsettled

# How often each variable is differentiated by.
Along = tuple[tuple[str, int], ...]
# The value of a function at a point with about so many digits, and with twice as many.
Sample = Callable[[Mapping[str, Any], int], tuple[Any, Any]]

# A value with fewer and with more digits, by the number of steps along each variable.
_Values = Mapping[tuple[int, ...], tuple[Any, Any]]
# Where a difference takes values, and with which weights.
_Difference = tuple[range, Sequence[Fraction]]

# Points beyond those that a difference needs, on each side: for one variable, and for each of several.
_MORE_ALONE, _MORE_EACH = 4, 2
# Digits to spare, and by how many powers of ten steps shrink where they were too long.
_GUARD, _SHORTER = 10, 12
_TRIES = 6
# What is smaller than the function by so many digits is 0 as a float.
_NOTHING = 330


@dataclass(frozen=True)
class _Quotient:
    """A quotient of differences, and how far rounding of the values may have moved it."""

    value: Any
    noise: Any


def derivative(sample: Sample, node: Node, point: Mapping[str, Any], context: Any) -> Any:
    """The value of an `Along` node at a point, to the digits of an mpmath context; 0 where they tell no more.

    Two quotients with errors of different powers of the step must agree, and rounding must be far below them.

    Args:
        sample: the function.
        node: which says the variables and orders, and the side: 1 from above, -1 from below, 0 from around.
        point: the exact value of each variable.
        context: of mpmath.

    Raises:
        Unsettled: there is no step with which the quotients agree.
    """
    along, side = _meant(node)
    more = _MORE_ALONE if len(along) == 1 else _MORE_EACH
    total = sum(n for _, n in along)
    power = math.ceil((context.dps + _GUARD) / (2 * more - 1))
    digits = context.dps + 2 * _GUARD + power * total
    vanished = False
    for _ in range(_TRIES):
        steps = {name: _size(point[name]) / 10**power for name, _ in along}
        narrow, wide = ([(_offsets(n, m, side), _weights(n, m, side)) for _, n in along] for m in (more - 1, more))
        values = _values(sample, [offsets for offsets, _ in wide], steps, point, digits)
        unit = math.prod(steps[name] ** n for name, n in along)
        near, far = (_quotient(differences, values, unit) for differences in (narrow, wide))
        allowed = abs(far.value) / far.value.context.mpf(10) ** context.dps
        if far.noise > allowed:
            if vanished and abs(far.value) <= far.noise:
                return context.zero
            vanished = abs(far.value) <= far.noise
            digits += _NOTHING if vanished else int(context.log10(far.noise / allowed)) + _GUARD
        elif abs(far.value - near.value) > allowed:
            power, digits = power + _SHORTER, digits + _SHORTER * total
        else:
            return context.convert(far.value)
    raise Unsettled


def _meant(node: Node) -> tuple[Along, int]:
    """The variables and orders of an `Along` node, and the side from which it is taken."""
    assert isinstance(node.value, tuple)
    along, side = node.value
    return along, side


def _size(value: Any) -> Fraction:
    """What steps are relative to: near 0 functions change over distances of the point's own size."""
    return min(abs(value), Fraction(1)) if isinstance(value, Fraction) and value else Fraction(1)


def _values(
    sample: Sample, offsets: Sequence[range], steps: Mapping[str, Fraction], point: Mapping[str, Any], digits: int
) -> _Values:
    """The function around a point, by the number of steps along each variable."""
    found = {}
    for place in itertools.product(*offsets):
        moved = {name: point[name] + k * step for (name, step), k in zip(steps.items(), place, strict=True)}
        found[place] = sample({**point, **moved}, -(-digits // 2))
    return found


def _quotient(differences: Sequence[_Difference], values: _Values, unit: Fraction) -> _Quotient:
    """The values with the product of the weights for each variable, over a product of steps."""
    context = next(iter(values.values()))[1].context
    weights = [dict(zip(offsets, weights, strict=True)) for offsets, weights in differences]
    terms, errors = [], []
    for place in itertools.product(*weights):
        exact = math.prod(w[k] for w, k in zip(weights, place, strict=True))
        weight = context.mpf(exact.numerator) / exact.denominator
        terms.append(weight * values[place][1])
        errors.append(abs(weight) * _error(*values[place]))
    scale = context.mpf(unit.denominator) / unit.numerator
    return _Quotient(context.fsum(terms) * scale, context.fsum(errors) * scale)


def _error(low: Any, high: Any) -> Any:
    """How far a value may be off: it loses as many digits as the one with half of them does."""
    context = high.context
    lost = abs(context.convert(low) - high)
    return (lost + abs(high) / context.mpf(10) ** low.context.dps) / context.mpf(10) ** (low.context.dps - 1)


def _offsets(order: int, more: int, side: int) -> range:
    """The steps at which a difference takes values, around the point or on one side of it."""
    half = (order + 1) // 2 + more
    return range(-half, half + 1) if not side else range(0, side * (order + 1 + 2 * more), side)


@functools.cache
def _weights(order: int, more: int, side: int) -> Sequence[Fraction]:
    """The weights of a difference over steps of 1: the derivative of the polynomial through all values.

    Each is a coefficient of a polynomial of Lagrange's.
    """
    nodes = _offsets(order, more, side)
    return [_lagrange(k, nodes)[order] * math.factorial(order) for k in nodes]


def _lagrange(k: int, nodes: Sequence[int]) -> list[Fraction]:
    """The polynomial that is 1 at one node and 0 at the others, by its coefficients."""
    polynomial = [Fraction(1)]
    for node in nodes:
        if node != k:
            shifted = [Fraction(0), *polynomial]
            rest = [*(node * c for c in polynomial), Fraction(0)]
            polynomial = [(a - b) / (k - node) for a, b in zip(shifted, rest, strict=True)]
    return polynomial
