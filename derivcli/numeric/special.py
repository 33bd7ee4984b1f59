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
        ball = _enclosed(key, args, c.prec) if all(map(_is_finite, args)) else None
        return _by_mpmath(otherwise, c, args) if ball is None else _number(c, ball)

    return operation


def _by_mpmath(function: Callable[..., Any], c: Any, args: Sequence[Any]) -> Any:
    try:
        return function(c, *args)
    except mpmath.libmp.NoConvergence as error:
        raise Unsettled from error


def _enclosed(key: str, args: Sequence[Any], bits: int) -> Any:
    """A ball around the value with so many bits right; None where Arb has none."""
    import flint

    if key not in BALLS:
        return None
    precision = bits + _GUARD
    for _ in range(_DOUBLINGS):
        with flint.ctx.workprec(precision):
            ball = _ball(BALLS[key], [_exactly(flint, a) for a in args], flint.acb)
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


def _is_finite(value: Any) -> bool:
    parts = (
        (value.real, value.imag) if isinstance(value, (complex, mpmath.mpc)) or hasattr(value, "_mpc_") else (value,)
    )
    return all(mpmath.isfinite(part) for part in parts)


def _exactly(flint: Any, value: Any) -> Any:
    """A number of any mpmath context as the ball of radius 0 around it."""
    if hasattr(value, "_mpc_") or isinstance(value, complex):
        return flint.acb(_exactly(flint, value.real), _exactly(flint, value.imag))
    if hasattr(value, "_mpf_"):
        sign, mantissa, exponent, _ = value._mpf_
        return flint.arb((-mantissa if sign else mantissa, exponent))
    return flint.arb(value)


def _number(c: Any, ball: Any) -> Any:
    """The middle of a ball as a number of the context; real where the ball may be."""
    if hasattr(ball, "imag") and not ball.imag.contains(0):
        return c.mpc(_middle(c, ball.real), _middle(c, ball.imag))
    return _middle(c, ball.real)


def _middle(c: Any, ball: Any) -> Any:
    mantissa, exponent = ball.mid().man_exp()
    if c is mpmath.fp:
        return math.ldexp(int(mantissa), int(exponent)) if abs(mantissa) < 2**1000 else float(ball)
    return c.ldexp(c.mpf(int(mantissa)), int(exponent))
