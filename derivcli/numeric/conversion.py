"""Numbers of mpmath's contexts as balls of Arb, and back."""

from __future__ import annotations

import math
from typing import Any

import mpmath
from mpmath.libmp import from_man_exp


def accuracy(ball: Any) -> int:
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
    return c.make_mpf(from_man_exp(int(mantissa), int(exponent), c.prec, "n"))
