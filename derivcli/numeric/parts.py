"""Real and imaginary parts of numbers known in two precisions: which of them are nothing but rounding."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from mpmath.ctx_mp_python import _mpc

# A part is noise if it shrinks by this share of the bits by which the precisions differ, and if it is smaller than
# the number by this share of the bits of the higher precision.
_SHARE = 0.5
# Where the part is 0 in the lower precision, it is smaller than this share of all bits.
_ALL = 0.9


def is_complex(pair: tuple[Any, Any]) -> bool:
    """Whether a number known in two precisions is complex in the higher one."""
    return isinstance(pair[1], _mpc)


def cleaned(contexts: Sequence[Any], pair: tuple[Any, Any]) -> tuple[tuple[Any, Any], bool]:
    """The pair without the parts that vanish as the precision grows, and whether there was one.

    On a branch cut the sign of such a part would decide: what is real is on the cut itself, where every function has
    the value that mpmath gives to real arguments.

    Args:
        contexts: of the lower and of the higher precision.
        pair: one number in each of them.
    """
    low, high = contexts
    if not any(isinstance(v, c.mpc) for v, c in zip(pair, contexts, strict=True)):
        return pair, False
    (a, b), (x, y) = ((c.re(v), c.im(v)) for v, c in zip(pair, contexts, strict=True))
    bits = _SHARE * (high.prec - low.prec)
    size, prec = high.mag(pair[1]), high.prec

    def shrinks(below: Any, above: Any) -> bool:
        before, after = low.mag(below), high.mag(above)
        if before == -math.inf:
            return bool(-math.inf < after < size - _ALL * prec)
        return bool(before - after > bits and after < size - _SHARE * prec)

    real, imaginary = shrinks(a, x), shrinks(b, y)
    if not (real or imaginary):
        return pair, False
    if imaginary:
        return (low.zero if real else a, high.zero if real else x), True
    return (low.mpc(0, b), high.mpc(0, y)), True
