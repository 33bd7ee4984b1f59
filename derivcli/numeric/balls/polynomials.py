"""Orthogonal polynomials, and the functions that they are of degrees between (DLMF section 18.5(iii))."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def whole(x: Any) -> int | None:
    """The whole number that a ball is, if it is one and no wider."""
    number = x.unique_fmpz() if x.is_exact() else None
    return None if number is None else int(number)


def _jacobi(n: Any, a: Any, b: Any, x: Any) -> Any:
    found = x.jacobi_p(n, a, b)
    order = whole(a)
    if found.is_finite() or order is None or order < 0:
        return found
    # Of a negative degree, where gamma functions have poles that cancel.
    return _binomial(n, order) * ((1 - x) / 2).hypgeom_2f1(-n, n + a + b + 1, a + 1)


def _assoc_laguerre(n: Any, a: Any, x: Any) -> Any:
    found = x.laguerre_l(n, a)
    order = whole(a)
    if found.is_finite():
        return found
    if order is not None and order >= 0:
        return _binomial(n, order) * x.hypgeom_1f1(-n, a + 1)
    return (n + a + 1).gamma() * (n + 1).rgamma() * x.hypgeom_1f1(-n, a + 1, regularized=True)


def _binomial(n: Any, order: int) -> Any:
    """The binomial coefficient of n + order and order."""
    product = type(n)(1)
    for k in range(1, order + 1):
        product = product * (n + k) / k
    return product


def _hermite_prob(n: Any, x: Any) -> Any:
    two = type(x)(2)
    return (x / two.sqrt()).hermite_h(n) * two ** (-n / 2)


BALLS: dict[str, Callable[..., Any]] = {
    "legendre": lambda n, x: x.legendre_p(n),
    "assoc_legendre": lambda n, m, x: x.legendre_p(n, m),
    "legendre_q": lambda n, x: x.legendre_q(n),
    "chebyshevt": lambda n, x: x.chebyshev_t(n),
    "chebyshevu": lambda n, x: x.chebyshev_u(n),
    "hermite": lambda n, x: x.hermite_h(n),
    "hermite_prob": _hermite_prob,
    "laguerre": lambda n, x: x.hypgeom_1f1(-n, 1),
    "assoc_laguerre": _assoc_laguerre,
    "jacobi": _jacobi,
    "gegenbauer": lambda n, a, x: x.gegenbauer_c(n, a),
}
