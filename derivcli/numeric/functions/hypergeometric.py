"""Bessel functions, polynomials and hypergeometric functions in an mpmath context."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from derivcli.numeric.functions.appell import appellf1


def _spherical(kind: str) -> Callable[..., Any]:
    def function(c: Any, n: Any, x: Any) -> Any:
        if not x:
            raise ZeroDivisionError
        return c.sqrt(c.pi / (2 * x)) * getattr(c, kind)(n + c.mpf(0.5), x)

    return function


def _hyper(c: Any, above: Sequence[Any], below: Sequence[Any], z: Any) -> Any:
    ends = any(c.isint(a) and a <= 0 for a in above)
    if len(above) > len(below) + 1 and not ends:
        raise ValueError("the series converges nowhere")
    return c.hyper(list(above), list(below), z)


def _hermite_prob(c: Any, n: Any, x: Any) -> Any:
    return c.hermite(n, x / c.sqrt(2)) * c.mpf(2) ** (-n / 2)


def _meijerg(c: Any, a_first: Sequence[Any], a_rest: Sequence[Any], b_first: Sequence[Any], b_rest: Sequence[Any],
             z: Any) -> Any:  # fmt: skip
    return c.meijerg([list(a_first), list(a_rest)], [list(b_first), list(b_rest)], z)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "spherical_jn": _spherical("besselj"),
    "spherical_yn": _spherical("bessely"),
    "airyaiprime": lambda c, x: c.airyai(x, derivative=1),
    "airybiprime": lambda c, x: c.airybi(x, derivative=1),
    "assoc_legendre": lambda c, n, m, x: c.legenp(n, m, x, type=2),
    "legendre_q": lambda c, n, x: c.legenq(n, 0, x, type=2),
    "hermite_prob": _hermite_prob,
    "laguerre": lambda c, n, x: c.laguerre(n, 0, x),
    "assoc_laguerre": lambda c, n, a, x: c.laguerre(n, a, x),
    "hyper": _hyper,
    "appellf1": appellf1,
    "meijerg": _meijerg,
}
