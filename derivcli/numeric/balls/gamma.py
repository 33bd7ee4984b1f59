"""Special functions in ball arithmetic, by Arb: each takes real balls, and complex ones where Arb does.

What Arb has under other names, or in parts, and where its branches are not those of real calculus.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any


def _half(x: Any) -> Any:
    return type(x)(1) / 2


def _root_of_pi(x: Any) -> Any:
    return type(x)(x.pi()).sqrt()


def _polygamma(n: Any, x: Any) -> Any:
    order = n.real.unique_fmpz()
    if order is None or order < 0:
        raise ValueError("of whole orders only")
    return _of_order(order, x)


def _of_order(order: Any, x: Any) -> Any:
    """Arb has polygamma of complex numbers alone, and digamma of both."""
    import flint

    if not order:
        return x.digamma()
    return flint.acb(x).polygamma(order).real if isinstance(x, flint.arb) else x.polygamma(order)


# Arguments wider than this are intervals, not numbers with a little uncertainty; and steps to the right, at most.
_WIDE, _MAX_SHIFT = 2.0**-30, 200
# The least value of gamma to the right of 0, from below, and an interval around its place.
_LEAST, _AT_LEAST = 0.8856, (1.46, 1.47)


def _shift(x: Any) -> int | None:
    """How many steps take a wide real interval without poles to the right of 0; None for others."""
    import flint

    if not isinstance(x, flint.arb) or not x.is_finite() or float(x.rad()) < _WIDE:
        return None
    steps = max(0, 1 - int(float(x.lower()) // 1))
    return None if steps > _MAX_SHIFT or (steps and x.contains_integer()) else steps


def _of_ends(function: Callable[[Any], Any], x: Any) -> Any:
    """The values of a monotone function on an interval."""
    return function(x.lower()).union(function(x.upper()))


def _gamma(x: Any) -> Any:
    """Of an interval by its ends, to the right of 0, where gamma is convex (DLMF 5.5.1)."""
    steps = _shift(x)
    if steps is None:
        return x.gamma()
    found = _of_ends(lambda end: end.gamma(), x + steps)
    low, high = _AT_LEAST
    if (x + steps).overlaps(type(x)(low).union(type(x)(high))):
        found = found.union(type(x)(_LEAST))
    for k in range(steps):
        found = found / (x + k)
    return found


def _polygamma_over(n: Any, x: Any) -> Any:
    """Of an interval by its ends, to the right of 0, where polygamma is monotone (DLMF 5.15.5)."""
    steps = _shift(x)
    order = n.real.unique_fmpz()
    if steps is None or order is None or order < 0:
        return _polygamma(n, x)
    found = _of_ends(lambda end: _of_order(order, end), x + steps)
    factor = (-1) ** (int(order) % 2) * math.factorial(int(order))
    for k in range(steps):
        found = found - factor * (1 / (x + k)) ** (order + 1)
    return found


def _loggamma(x: Any) -> Any:
    if not x > 0:
        raise ValueError("real for positive arguments only")
    return x.lgamma()


def _logbeta(a: Any, b: Any) -> Any:
    return _loggamma(a) + _loggamma(b) - _loggamma(a + b)


def _binomial(n: Any, k: Any) -> Any:
    return (n + 1).gamma() * (k + 1).rgamma() * (n - k + 1).rgamma()


def _beta(a: Any, b: Any) -> Any:
    return a.gamma() * b.gamma() * (a + b).rgamma()


def _regularized_beta(a: Any, b: Any, x: Any) -> Any:
    """By reflection (DLMF 8.17.4) on the right, where Arb is slow when b is nearly whole."""
    if x.real > 1 / 2:
        return 1 - (1 - x).beta_lower(b, a, regularized=1)
    return x.beta_lower(a, b, regularized=1)


def _incomplete_beta(x: Any, a: Any, b: Any) -> Any:
    if x.real > 1 / 2 and b.real > 0:
        return _beta(a, b) - (1 - x).beta_lower(b, a)
    return x.beta_lower(a, b)


def _erfcx(x: Any) -> Any:
    """On the right by Tricomi's function (DLMF 7.11.5), which knows its size far out."""
    if x.real > 1:
        return (x * x).hypgeom_u(_half(x), _half(x)) / _root_of_pi(x)
    return (x * x).exp() * x.erfc()


def _dawson(x: Any) -> Any:
    """By Kummer's function (DLMF 7.6.2)."""
    return x * (-x * x).hypgeom_1f1(type(x)(1), 3 * _half(x))


def _log_ndtr(x: Any) -> Any:
    """The logarithm of erfc(-x/sqrt(2))/2, which is near 1 on the right, and on the left exp(-x**2/2) times erfcx."""
    t = x / type(x)(2).sqrt()
    if x.real > 0:
        return (-t.erfc() / 2).log1p()
    return (_erfcx(-t) / 2).log() - t * t


def _clausen(x: Any) -> Any:
    """The imaginary part of the dilogarithm on the unit circle (DLMF 25.12.9)."""
    import flint

    return flint.acb(x.cos(), x.sin()).polylog(2).imag


def _branch(x: Any, k: Any) -> Any:
    return x.lambertw(int(k.unique_fmpz()))


def _generalized_harmonic(x: Any, m: Any) -> Any:
    if m == 1:
        return _harmonic(x)
    return m.zeta() - m.zeta(x + 1)


def _harmonic(x: Any) -> Any:
    return (x + 1).digamma() + type(x)(_euler())


def _euler() -> Any:
    import flint

    return flint.arb.const_euler()


# By the keys of the catalog.
BALLS: dict[str, Callable[..., Any]] = {
    "loggamma": _loggamma,
    "logbeta": _logbeta,
    "gamma": _gamma,
    "polygamma": _polygamma_over,
    "binomial": _binomial,
    "beta": _beta,
    "harmonic": _harmonic,
    "harmonic/2": _generalized_harmonic,
    "RisingFactorial": lambda x, n: x.rising(n),
    "FallingFactorial": lambda x, n: (x - n + 1).rising(n),
    "lowergamma": lambda s, x: x.gamma_lower(s),
    "uppergamma": lambda s, x: x.gamma_upper(s),
    "gammainc": lambda s, x: x.gamma_lower(s, regularized=1),
    "gammaincc": lambda s, x: x.gamma_upper(s, regularized=1),
    "betainc": _regularized_beta,
    "incomplete_beta": _incomplete_beta,
    "erfcx": _erfcx,
    "dawsn": _dawson,
    "log_ndtr": _log_ndtr,
    "E1": lambda x: x.expint(type(x)(1)),
    "expint/2": lambda n, x: x.expint(n),
    "Li": lambda x: x.li(offset=True),
    "LambertW/2": _branch,
    "zeta/2": lambda s, a: s.zeta(a),
    "polylog": lambda s, z: z.polylog(s),
    "lerchphi": lambda z, s, a: z.lerch_phi(s, a),
    "clausen": _clausen,
    **{key: (lambda x, name=name: getattr(x, name)()) for key, name in {
        **{name: name for name in ("gamma", "erf", "erfc", "erfi", "erfinv", "erfcinv", "zeta", "dirichlet_eta")},
        "fresnels": "fresnel_s", "fresnelc": "fresnel_c", "Ei": "ei", "li": "li", "Si": "si", "Ci": "ci",
        "Shi": "shi", "Chi": "chi", "LambertW": "lambertw",
    }.items()},
}  # fmt: skip
