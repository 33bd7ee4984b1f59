"""Appell's function F1 of two variables, by a series of products of Gauss's functions.

Its terms fall like products of (1 - sqrt(1 - x))/(1 + sqrt(1 - x)), so it converges for all x, y < 1. J. L. Burchnall
and T. W. Chaundy, Expansions of Appell's double hypergeometric functions, Quart. J. Math. 11 (1940), formula 30.
Gauss's functions come from one of them, downwards by the recurrence of his continued fraction (DLMF 15.7, 3.6(v)).
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from typing import Any

import mpmath

from derivcli.numeric.conversion import accuracy, exactly, nearest

# Bits beyond those of the context, how often they are doubled, and how many terms are added at most.
_GUARD, _DOUBLINGS, _MAX_TERMS = 24, 4, 4_000
# Bits that balls lose in one step of the recurrence, and terms beyond those that the rate of convergence says.
_LOSS, _MORE = 2.2, 32
# From this rate on it takes too many terms.
_SLOW = 0.99


def appellf1(c: Any, *args: Any) -> Any:
    """The value of F1(a; b1, b2; c; x, y) in a context of mpmath.

    Raises:
        ValueError: it has none.
        NoConvergence: it takes more terms.
    """
    import flint

    rates = [_rate(complex(a)) for a in args[-2:]]
    if max(rates) > _SLOW:
        return c.appellf1(*args)
    bits = c.prec + _GUARD
    for _ in range(_DOUBLINGS):
        terms = _MORE + int(bits / -math.log2(rates[0] * rates[1]))
        tops = [terms + _MORE + int(bits / -math.log2(rate**2)) for rate in rates]
        if max(tops) > _MAX_TERMS:
            break
        with flint.ctx.workprec(bits + int(_LOSS * max(tops))):
            found = _series([exactly(flint, a) for a in args], terms, tops, bits)
            if found is not None and not found.is_finite():
                raise ValueError("Appell's function is not finite here")
            if found is not None and accuracy(found) >= c.prec:
                return nearest(c, found)
        bits *= 2
    raise mpmath.libmp.NoConvergence("Appell's function")


def _rate(x: complex) -> float:
    root = cmath.sqrt(1 - x)
    return max(abs((1 - root) / (1 + root)), 1e-3)


def _series(balls: Sequence[Any], terms: int, tops: Sequence[int], bits: int) -> Any:
    """The sum of the terms until they are small; None where they do not become so."""
    a, b1, b2, c, x, y = balls
    ofs = [_gauss(a, b, c, z, terms, top) for b, z, top in zip((b1, b2), (x, y), tops, strict=True)]
    factor = x * 0 + 1
    total, small = factor * 0, 0
    for r, of_x, of_y in zip(range(terms), *ofs, strict=False):
        term = factor * of_x * of_y
        total += term
        small = small + 1 if abs(term).upper() * 2**bits <= abs(total).upper() else 0
        if small == 3 or not total.is_finite():
            return total
        # From (c + r - 1)_r*(c)_2r to (c + r)_(r + 1)*(c)_(2r + 2).
        over = (a + r) * (b1 + r) * (b2 + r) * (c - a + r) * (c + r - 1 if r else 1)
        factor *= over * x * y / ((r + 1) * (c + 2 * r - 1 if r else 1) * (c + 2 * r) ** 2 * (c + 2 * r + 1))
    return None


def _gauss(a: Any, b: Any, c: Any, z: Any, count: int, top: int) -> list[Any]:
    """2F1(a + r, b + r; c + 2*r; z) for r below count; `beside` is that of b + r + 1 and c + 2*r + 1."""
    here = beside = z * 0 + 1
    found = []
    for r in range(top, -1, -1):
        lower = here - (b + r + 1) * (c - a + r + 1) / ((c + 2 * r + 1) * (c + 2 * r + 2)) * z * beside
        here, beside = lower - (a + r) * (c - b + r) / ((c + 2 * r) * (c + 2 * r + 1)) * z * here, lower
        if r < count:
            found.append(here)
    scale = z.hypgeom_2f1(a, b, c) / here
    return [scale * value for value in reversed(found)]
