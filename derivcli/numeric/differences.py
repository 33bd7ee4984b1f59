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

# Points beyond those that a difference needs, on each side: for one variable, and for each of several.
_MORE_ALONE, _MORE_EACH = 4, 2
# Digits to spare, and by how many powers of ten steps shrink where they were too long.
_GUARD, _SHORTER = 10, 12
_TRIES = 6


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
        node: which says the variables and orders.
        point: the exact value of each variable.
        context: of mpmath.

    Raises:
        Unsettled: there is no step with which the quotients agree.
    """
    assert isinstance(node.value, tuple)
    along: Along = node.value
    more = _MORE_ALONE if len(along) == 1 else _MORE_EACH
    total = sum(n for _, n in along)
    power = math.ceil((context.dps + _GUARD) / (2 * more))
    digits = context.dps + 2 * _GUARD + power * total
    vanished = False
    for _ in range(_TRIES):
        steps = {name: _size(point[name]) / 10**power for name, _ in along}
        values = _values(sample, along, point, steps, more, digits)
        narrow, wide = (_quotient(along, values, steps, m) for m in (more - 1, more))
        allowed = abs(wide.value) / wide.value.context.mpf(10) ** context.dps
        if wide.noise > allowed:
            if vanished and abs(wide.value) <= wide.noise:
                return context.zero
            vanished = abs(wide.value) <= wide.noise
            digits += context.dps if vanished else int(context.log10(wide.noise / allowed)) + _GUARD
        elif abs(wide.value - narrow.value) > allowed:
            power, digits = power + _SHORTER, digits + _SHORTER * total
        else:
            return context.convert(wide.value)
    raise Unsettled


def _size(value: Any) -> Fraction:
    """What steps are relative to: near 0 functions change over distances of the point's own size."""
    return min(abs(value), Fraction(1)) if isinstance(value, Fraction) and value else Fraction(1)


def _values(
    sample: Sample, along: Along, point: Mapping[str, Any], steps: Mapping[str, Fraction], more: int, digits: int
) -> dict[tuple[int, ...], tuple[Any, Any]]:
    """The function around a point, by the number of steps along each variable."""
    found = {}
    for offsets in itertools.product(*(_offsets(n, more) for _, n in along)):
        moved = {name: point[name] + k * steps[name] for (name, _), k in zip(along, offsets, strict=True)}
        found[offsets] = sample({**point, **moved}, -(-digits // 2))
    return found


def _quotient(
    along: Along, values: Mapping[tuple[int, ...], tuple[Any, Any]], steps: Mapping[str, Fraction], more: int
) -> _Quotient:
    """The quotient of the differences that so many more points than needed make."""
    context = next(iter(values.values()))[1].context
    weights = [dict(zip(_offsets(n, more), _weights(n, more), strict=True)) for _, n in along]
    terms, errors = [], []
    for offsets in itertools.product(*weights):
        exact = math.prod(w[k] for w, k in zip(weights, offsets, strict=True))
        weight = context.mpf(exact.numerator) / exact.denominator
        terms.append(weight * values[offsets][1])
        errors.append(abs(weight) * _error(*values[offsets]))
    unit = math.prod(steps[name] ** n for name, n in along)
    scale = context.mpf(unit.denominator) / unit.numerator
    return _Quotient(context.fsum(terms) * scale, context.fsum(errors) * scale)


def _error(low: Any, high: Any) -> Any:
    """How far a value may be off: it loses as many digits as the one with half of them does."""
    context = high.context
    lost = abs(context.convert(low) - high)
    return (lost + abs(high) / context.mpf(10) ** low.context.dps) / context.mpf(10) ** (low.context.dps - 1)


def _offsets(order: int, more: int) -> range:
    side = (order + 1) // 2 + more
    return range(-side, side + 1)


@functools.cache
def _weights(order: int, more: int) -> Sequence[Fraction]:
    """The weights of a difference over steps of 1: the derivative of the polynomial through all values.

    Each is a coefficient of a polynomial of Lagrange's.
    """
    nodes = _offsets(order, more)
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
