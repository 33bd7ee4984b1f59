"""Exact numbers behind floats: simple ones are tried, and one that makes an expression 0 for certain is taken."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import mpmath
import sympy

from derivcli.graph import Graph
from derivcli.symbolic import laurent
from derivcli.symbolic.translate import symbol, to_sympy

# Coefficients of quadratic equations that are tried, and how well a float must solve one.
_COEFFICIENT, _SOLVED = 200, 1e-13
# Denominators of what is tried, how many digits a decimal has, and how many of the last places of a float count for
# nothing.
_PLAIN, _SMALL, _DIGITS, _ULPS = 1_000, 24, 6, 8
_MAX_DIGITS = 20_000


def zero(graph: Graph, root: int, name: str, near: tuple[float, float]) -> str | None:
    """The simple exact number in an interval at which a node is 0, as a text; None where none is found.

    Args:
        graph, root: the expression in one variable.
        name: the variable.
        near: where it is.
    """
    (expression,) = to_sympy(graph, [root], "", _MAX_DIGITS)
    for candidate, text in _candidates(*near):
        try:
            value = expression.xreplace({symbol(name): candidate})
            if not value.has(sympy.zoo, sympy.nan, sympy.oo) and laurent.is_zero(value.doit()):
                return text
        except laurent.Undecided:
            continue
    return None


def _candidates(low: float, high: float) -> Iterator[tuple[Any, str]]:
    """Numbers in an interval, each with its text."""
    middle = (low + high) / 2
    room = (high - low) / 2 + _ULPS * math.ulp(middle)
    pi = sympy.pi
    tried: list[tuple[float, int, Any]] = [
        (middle, _PLAIN, lambda r: r),
        (middle / math.pi, _PLAIN, lambda r: r * pi),
        (middle**2, _PLAIN, lambda r: sympy.sqrt(r) if middle > 0 else -sympy.sqrt(r)),
    ]
    if low < 0 < high:
        yield sympy.S.Zero, "0"
    if abs(middle) < 700:
        tried.append((math.exp(middle), _PLAIN, sympy.log))
    if middle:
        tried.append((math.log(abs(middle)), _SMALL, lambda r: sympy.exp(r) if middle > 0 else -sympy.exp(r)))
    written = f"{middle:.{_DIGITS}g}"
    decimal = Fraction(written)
    if decimal.denominator > _PLAIN and abs(decimal - Fraction(middle)) <= room:
        yield sympy.Rational(decimal.numerator, decimal.denominator), written
    for value, denominator, made in tried:
        rational = Fraction(value).limit_denominator(denominator)
        if rational.numerator == 0 and abs(middle) > room:
            continue
        if rational <= 0 and made is sympy.log:
            continue
        candidate = made(sympy.Rational(rational.numerator, rational.denominator))
        if abs(float(candidate) - middle) <= room:
            yield candidate, str(sympy.sstr(candidate))
    for candidate in _quadratic(middle):
        if abs(float(candidate) - middle) <= room:
            yield candidate, str(sympy.sstr(candidate))


def _quadratic(value: float) -> Iterator[Any]:
    """The roots of the quadratic equation with small whole coefficients that a float solves, such as 2 - sqrt(3)."""
    found = mpmath.findpoly(value, 2, maxcoeff=_COEFFICIENT, tol=_SOLVED) if value else None
    if found is not None and len(found) == 3 and found[0]:
        a, b, c = map(int, found)
        yield from (sympy.Rational(-b, 2 * a) + sign * sympy.sqrt(b * b - 4 * a * c) / (2 * a) for sign in (-1, 1))
