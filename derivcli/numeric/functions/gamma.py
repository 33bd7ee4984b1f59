"""Special functions in an mpmath context: where Arb gives none, as at poles and ends of domains, and in floats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _loggamma(c: Any, x: Any) -> Any:
    if c.im(x) == 0 and c.re(x) <= 0:
        raise ValueError("loggamma is real for positive arguments only")
    return c.loggamma(x)


def _logbeta(c: Any, a: Any, b: Any) -> Any:
    return _loggamma(c, a) + _loggamma(c, b) - _loggamma(c, a + b)


def _polygamma(c: Any, n: Any, x: Any) -> Any:
    if not c.isint(n) or n < 0:
        raise ValueError("polygamma is defined for whole orders only")
    return c.psi(int(n), x)


def _beta(c: Any, a: Any, b: Any) -> Any:
    return c.gamma(a) * c.gamma(b) * c.rgamma(a + b)


def _generalized_harmonic(c: Any, x: Any, m: Any) -> Any:
    return c.harmonic(x) if m == 1 else c.zeta(m) - c.zeta(m, x + 1)


def _erfcx(c: Any, x: Any) -> Any:
    if c.isinf(x):
        return c.zero if x > 0 else c.inf
    return c.exp(x * x) * c.erfc(x)


def _dawson(c: Any, x: Any) -> Any:
    if c.isinf(x):
        return c.zero
    return c.sqrt(c.pi) / 2 * c.exp(-x * x) * c.erfi(x)


def _log_ndtr(c: Any, x: Any) -> Any:
    return c.log(c.erfc(-x / c.sqrt(2)) / 2)


def _whole_branch(c: Any, x: Any, k: Any) -> Any:
    if not c.isint(k):
        raise ValueError("branches have whole numbers")
    return c.lambertw(x, int(k))


# By the names in the catalog's column for mpmath.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "loggamma": _loggamma,
    "logbeta": _logbeta,
    "polygamma": _polygamma,
    "beta": _beta,
    "generalized_harmonic": _generalized_harmonic,
    "RisingFactorial": lambda c, x, n: c.gammaprod([x + n], [x]),
    "FallingFactorial": lambda c, x, n: c.gammaprod([x + 1], [x - n + 1]),
    "lowergamma": lambda c, s, x: c.gammainc(s, 0, x),
    "uppergamma": lambda c, s, x: c.gammainc(s, x),
    "gammainc": lambda c, s, x: c.gammainc(s, 0, x, regularized=True),
    "gammaincc": lambda c, s, x: c.gammainc(s, x, regularized=True),
    "betainc": lambda c, a, b, x: c.betainc(a, b, 0, x, regularized=True),
    "incomplete_beta": lambda c, x, a, b: c.betainc(a, b, 0, x),
    "erfcx": _erfcx,
    "dawsn": _dawson,
    "erfcinv": lambda c, x: c.erfinv(1 - x),
    "log_ndtr": _log_ndtr,
    "E1": lambda c, x: c.e1(x),
    "Ei": lambda c, x: c.ei(x),
    "Li": lambda c, x: c.li(x, offset=True),
    "Si": lambda c, x: c.si(x),
    "Ci": lambda c, x: c.ci(x),
    "Shi": lambda c, x: c.shi(x),
    "Chi": lambda c, x: c.chi(x),
    "LambertW": lambda c, x: c.lambertw(x),
    "lambertw_branch": _whole_branch,
    "hurwitz_zeta": lambda c, s, a: c.zeta(s, a),
    "dirichlet_eta": lambda c, s: c.altzeta(s),
    "clausen": lambda c, x: c.clsin(2, x),
}
