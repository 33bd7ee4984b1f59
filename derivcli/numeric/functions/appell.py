"""Appell's function F1 of two variables, by a series of products of Gauss's functions.

Its terms fall like products of (1 - sqrt(1 - x))/(1 + sqrt(1 - x)), so it converges for all x, y < 1. J. L. Burchnall
and T. W. Chaundy, Expansions of Appell's double hypergeometric functions, Quart. J. Math. 11 (1940), formula 30.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mpmath

from derivcli.numeric.conversion import accuracy, exactly, nearest

# Bits beyond those of the context, how often they are doubled, and how many terms are added at most.
_GUARD, _DOUBLINGS, _MAX_TERMS = 24, 4, 3_000


def appellf1(c: Any, *args: Any) -> Any:
    """The value of F1(a; b1, b2; c; x, y) in a context of mpmath.

    Raises:
        ValueError: it has none.
        NoConvergence: it takes more terms.
    """
    import flint

    precision = c.prec + _GUARD
    for _ in range(_DOUBLINGS):
        with flint.ctx.workprec(precision):
            balls = [exactly(flint, a) for a in args]
            found = _series(balls, precision)
            if not found.is_finite():
                found = _series([flint.acb(a) for a in balls], precision)
            if not found.is_finite():
                raise ValueError("Appell's function is not finite here")
            if accuracy(found) >= c.prec:
                return nearest(c, found)
        precision *= 2
    raise mpmath.libmp.NoConvergence("Appell's function")


def _series(balls: Sequence[Any], bits: int) -> Any:
    a, b1, b2, c, x, y = balls
    factor = total = x * 0 + 1
    total = factor * 0
    small = 0
    for r in range(_MAX_TERMS):
        term = factor * x.hypgeom_2f1(a + r, b1 + r, c + 2 * r) * y.hypgeom_2f1(a + r, b2 + r, c + 2 * r)
        total += term
        if not total.is_finite():
            return total
        small = small + 1 if abs(term).upper() * 2**bits <= abs(total).upper() else 0
        if small == 2:
            return total
        factor *= (a + r) * (b1 + r) * (b2 + r) * (c - a + r) * x * y / (r + 1)
        # From (c + r - 1)_r*(c)_2r to (c + r)_(r + 1)*(c)_(2r + 2).
        factor *= (c + r - 1 if r else 1) / ((c + 2 * r - 1 if r else 1) * (c + 2 * r) * (c + 2 * r) * (c + 2 * r + 1))
    raise mpmath.libmp.NoConvergence("Appell's function")
