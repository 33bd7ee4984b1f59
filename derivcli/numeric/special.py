"""Special functions to the digits of an mpmath context: by Arb's balls, and by mpmath where Arb gives none.

F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, IEEE Trans. Computers 66 (2017).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mpmath

from derivcli.numeric.balls import ball
from derivcli.numeric.conversion import accuracy, exactly, nearest

# Bits beyond those of the context, at first, and how often they are doubled until the ball is small enough.
_GUARD, _DOUBLINGS = 16, 5


class Unsettled(Exception):
    """The value exists, but cannot be had in this context."""


def special(key: str, otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """A function of the catalog as an operation on numbers of an mpmath context.

    Args:
        key: of its row.
        otherwise: mpmath's own, for what Arb does not enclose: poles, ends of domains, functions that it lacks.
    """

    def operation(c: Any, *args: Any) -> Any:
        found = enclosed(key, args, c.prec)
        return _by_mpmath(otherwise, c, args) if found is None else nearest(c, found)

    return operation


def _by_mpmath(function: Callable[..., Any], c: Any, args: Sequence[Any]) -> Any:
    try:
        return function(c, *args)
    except mpmath.libmp.NoConvergence as error:
        raise Unsettled from error


def enclosed(key: str, args: Sequence[Any], bits: int) -> Any:
    """A ball around a function's value with so many bits right; None where Arb has none.

    Args:
        key: of the function's row.
        args: floats, complex numbers, or numbers of an mpmath context, taken as they are.
        bits: how many.
    """
    import flint

    function, exact = ball(key), [exactly(flint, a) for a in args]
    if function is None or None in exact:
        return None
    precision = bits + _GUARD
    for _ in range(_DOUBLINGS):
        with flint.ctx.workprec(precision):
            found = of_balls(function, exact)
            if found is None or (found.is_finite() and accuracy(found) >= bits):
                return found
        precision *= 2
    return found if found.is_finite() and abs(found).upper() < flint.arb(2) ** (-4 * bits) else None


def of_balls(function: Callable[..., Any], args: Sequence[Any]) -> Any:
    """The function of real balls where it is real, else of complex ones; None where Arb has neither."""
    from flint import acb

    if not any(isinstance(a, acb) for a in args):
        found = _applied(function, args)
        if found is not None and found.is_finite():
            return found
    return _applied(function, [acb(a) for a in args])


def _applied(function: Callable[..., Any], args: Sequence[Any]) -> Any:
    try:
        return function(*args)
    except (AttributeError, TypeError, ValueError, ZeroDivisionError):
        return None


def float_of(found: Any) -> complex:
    """The middle of a ball as a float, or as a complex number where it cannot be real."""
    if hasattr(found, "imag") and not found.imag.contains(0):
        return complex(float(found.real.mid()), float(found.imag.mid()))
    return float(found.real.mid())
