"""Special functions to the digits of an mpmath context: by Arb's balls, and by mpmath where Arb gives none.

F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, IEEE Trans. Computers 66 (2017).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import mpmath

from derivcli.numeric.balls import BALLS

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
        ball = enclosed(key, args, c.prec)
        return _by_mpmath(otherwise, c, args) if ball is None else nearest(c, ball)

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

    exact = [exactly(flint, a) for a in args]
    if key not in BALLS or None in exact:
        return None
    precision = bits + _GUARD
    for _ in range(_DOUBLINGS):
        with flint.ctx.workprec(precision):
            ball = _ball(BALLS[key], exact, flint.acb)
            if ball is None or (ball.is_finite() and _accuracy(ball) >= bits):
                return ball
        precision *= 2
    return ball if ball.is_finite() and abs(ball).upper() < flint.arb(2) ** (-4 * bits) else None


def _ball(function: Callable[..., Any], args: Sequence[Any], complex_ball: Any) -> Any:
    """The function of real balls where it is real, else of complex ones; None where Arb has neither."""
    if not any(isinstance(a, complex_ball) for a in args):
        ball = _applied(function, args)
        if ball is not None and ball.is_finite():
            return ball
    return _applied(function, [complex_ball(a) for a in args])


def _applied(function: Callable[..., Any], args: Sequence[Any]) -> Any:
    try:
        return function(*args)
    except (AttributeError, TypeError, ValueError, ZeroDivisionError):
        return None


def _accuracy(ball: Any) -> int:
    """The bits of a ball that are right; a part that may be 0 beside the other does not count."""
    return int(ball.rel_accuracy_bits())


def exactly(flint: Any, value: Any) -> Any:
    """A number as the ball of radius 0 around it; None where it is not finite."""
    if hasattr(value, "_mpf_"):
        sign, mantissa, exponent, bits = value._mpf_
        if not bits and exponent:
            return None
        return flint.arb((-mantissa if sign else mantissa, exponent))
    if isinstance(value, (float, int)):
        return flint.arb(value) if math.isfinite(value) else None
    parts = exactly(flint, value.real), exactly(flint, value.imag)
    return None if None in parts else flint.acb(*parts)


def nearest(c: Any, ball: Any) -> Any:
    """The middle of a ball as a number of the context; real where the ball may be."""
    if hasattr(ball, "imag") and not ball.imag.contains(0):
        return c.mpc(_middle(c, ball.real), _middle(c, ball.imag))
    return _middle(c, ball.real)


def _middle(c: Any, ball: Any) -> Any:
    mantissa, exponent = ball.mid().man_exp()
    if c is mpmath.fp:
        return math.ldexp(int(mantissa), int(exponent)) if abs(mantissa) < 2**1000 else float(ball)
    return c.ldexp(c.mpf(int(mantissa)), int(exponent))


def float_of(ball: Any) -> complex:
    """The middle of a ball as a float, or as a complex number where it cannot be real."""
    if hasattr(ball, "imag") and not ball.imag.contains(0):
        return complex(float(ball.real.mid()), float(ball.imag.mid()))
    return float(ball.real.mid())
