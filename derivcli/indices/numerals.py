"""Arithmetic of numbers alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from derivcli.graph import MAX_FOLDED_BITS


def power_of_number(base: Fraction, exponent: Fraction) -> Fraction | None:
    """base ** exponent if that is a number of moderate size, else None."""
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if not base or abs(exponent.numerator) * bits > MAX_FOLDED_BITS:
        return None
    if exponent.denominator == 1:
        return base ** int(exponent)
    if exponent.denominator == 2 and base > 0:
        root = Fraction(math.isqrt(base.numerator), math.isqrt(base.denominator))
        return Fraction(root**exponent.numerator) if root**2 == base else None
    return None


def common_part(coefficients: Sequence[Fraction]) -> Fraction:
    """What the numerators and the denominators have in common, negative where all the numbers are."""
    size = Fraction(math.gcd(*(c.numerator for c in coefficients)), math.gcd(*(c.denominator for c in coefficients)))
    return -size if all(c < 0 for c in coefficients) else size
