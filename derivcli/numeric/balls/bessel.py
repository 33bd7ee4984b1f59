"""Bessel functions and their kin as Arb has them, or by hypergeometric series (DLMF 10.16.9, 11.2.1 and 11.2.2)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any


def _spherical_jn(n: Any, x: Any) -> Any:
    half = type(x)(1) / 2
    series = (-x * x / 4).hypgeom_0f1(n + 3 * half, regularized=True)
    return series * (x / 2) ** n * type(x).pi().sqrt() / 2


def _spherical_yn(n: Any, x: Any) -> Any:
    if n.is_exact() and n.unique_fmpz() is not None:
        return (-1) ** (int(n.unique_fmpz()) % 2 + 1) * _spherical_jn(-n - 1, x)
    return (x * 2 / type(x).pi()).rsqrt() * x.bessel_y(n + type(x)(1) / 2)


def _struve(sign: int) -> Callable[..., Any]:
    def function(n: Any, x: Any) -> Any:
        half = type(x)(1) / 2
        series = (sign * x * x / 4).hypgeom([type(x)(1)], [3 * half, n + 3 * half], regularized=True)
        return series * (x / 2) ** (n + 1)

    return function


# Bits that cancel between growing solutions, exp(2*x) at most, for each unit of the argument; they are given in advance
# as long as the argument is below this part of the bits, where Arb sums series.
_LOST, _PART = 3, 4


def _decaying(name: str) -> Callable[..., Any]:
    """The solution that is left when growing ones cancel."""

    def function(n: Any, x: Any) -> Any:
        import flint

        size = abs(x).upper()
        near = _PART * size <= flint.ctx.prec
        with flint.ctx.extraprec(_LOST * math.ceil(float(size) + 1) if near else 0):
            return getattr(x, name)(n)

    return function


BALLS: dict[str, Callable[..., Any]] = {
    "besselj": lambda n, x: x.bessel_j(n),
    "bessely": _decaying("bessel_y"),
    "besseli": lambda n, x: x.bessel_i(n),
    "besselk": _decaying("bessel_k"),
    "spherical_jn": _spherical_jn,
    "spherical_yn": _spherical_yn,
    "struveh": _struve(-1),
    "struvel": _struve(1),
    "airyai": lambda x: x.airy_ai(),
    "airybi": lambda x: x.airy_bi(),
    "airyaiprime": lambda x: x.airy_ai(derivative=1),
    "airybiprime": lambda x: x.airy_bi(derivative=1),
}
