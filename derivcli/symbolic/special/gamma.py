"""Special functions as SymPy classes that stay as they were written, with their derivatives.

SymPy's own take some arguments apart on sight, into polar numbers, piecewise sums and functions of other names, and
some of its derivatives are wrong on real numbers, or lost. These know their derivatives and their numbers alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
import sympy
from mpmath import mp
from sympy import Expr, cos, exp, gamma, log, pi, polygamma, sin, sqrt
from sympy.core.function import ArgumentIndexError, Function

# A product of so many factors is written out.
_MAX_FACTORS = 12

Formula = Callable[..., Any]


@dataclass(frozen=True)
class Known:
    """What is known of a function.

    Args:
        number: its value at numbers of mpmath.
        slopes: its partial derivatives, one for each argument; None where there is no closed form.
        form: what it is of special arguments: an expression without it, or None.
    """

    number: Formula
    slopes: tuple[Formula | None, ...]
    form: Formula | None = None


class SpecialBase(Function):  # type: ignore[misc]
    """A function of the catalog that stays as it is written."""

    known: Known

    @classmethod
    def eval(cls, *args: Any) -> Any:
        return cls.known.form(*args) if cls.known.form is not None else None

    def fdiff(self, argindex: int = 1) -> Any:
        """The partial derivative by an argument, the first being 1; SymPy leaves one that is not known open."""
        slope = self.known.slopes[argindex - 1]
        if slope is None:
            raise ArgumentIndexError(self, argindex)
        return slope(*self.args)

    def _eval_evalf(self, prec: int) -> Any:
        with mpmath.workprec(prec + 10):
            try:
                value = self.known.number(*[a._to_mpmath(prec + 10) for a in self.args])
            except (ValueError, ZeroDivisionError, mpmath.libmp.NoConvergence):
                return None
        return Expr._from_mpmath(value, prec)


def special_class(name: str, known: Known) -> Any:
    """The SymPy class of a function.

    Args:
        name: of the class, as the catalog's SymPy column has it.
        known: its numbers and derivatives.
    """
    return type(name, (SpecialBase,), {"known": known, "nargs": len(known.slopes), "__doc__": name})


def _of(name: str, *args: Any) -> Any:
    """A function of this file, for derivatives."""
    return OWN[name](*args)


def _digamma(x: Any) -> Any:
    return polygamma(0, x)


def _factors(x: Any, n: Any, step: int) -> Any:
    """x*(x + step)*… of n factors, where n is a small whole number."""
    if not n.is_Integer or not 0 <= n <= _MAX_FACTORS:
        return None
    return sympy.Mul(*[x + step * k for k in range(int(n))])


def _lambert_slope(w: Any, x: Any) -> Any:
    return w / (x * (1 + w))


_GAMMA: dict[str, Known] = {
    "RisingFactorial": Known(
        mp.rf,
        (
            lambda x, n: _of("RisingFactorial", x, n) * (_digamma(x + n) - _digamma(x)),
            lambda x, n: _of("RisingFactorial", x, n) * _digamma(x + n),
        ),
        lambda x, n: _factors(x, n, 1),
    ),
    "FallingFactorial": Known(
        mp.ff,
        (
            lambda x, n: _of("FallingFactorial", x, n) * (_digamma(x + 1) - _digamma(x - n + 1)),
            lambda x, n: _of("FallingFactorial", x, n) * _digamma(x - n + 1),
        ),
        lambda x, n: _factors(x, n, -1),
    ),
    "beta": Known(
        mp.beta,
        (
            lambda a, b: _of("beta", a, b) * (_digamma(a) - _digamma(a + b)),
            lambda a, b: _of("beta", a, b) * (_digamma(b) - _digamma(a + b)),
        ),
    ),
    "logbeta": Known(
        lambda a, b: mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b),
        (lambda a, b: _digamma(a) - _digamma(a + b), lambda a, b: _digamma(b) - _digamma(a + b)),
    ),
    "harmonic": Known(mp.harmonic, (lambda x: polygamma(1, x + 1),)),
    "generalized_harmonic": Known(
        lambda x, m: mp.zeta(m) - mp.zeta(m, x + 1),
        (lambda x, m: m * (_of("zeta", m + 1) - _of("generalized_harmonic", x, m + 1)), None),
    ),
    "lowergamma": Known(lambda s, x: mp.gammainc(s, 0, x), (None, lambda s, x: x ** (s - 1) * exp(-x))),
    "uppergamma": Known(mp.gammainc, (None, lambda s, x: -(x ** (s - 1)) * exp(-x))),
    "gammainc": Known(
        lambda s, x: mp.gammainc(s, 0, x, regularized=True), (None, lambda s, x: x ** (s - 1) * exp(-x) / gamma(s))
    ),
    "gammaincc": Known(
        lambda s, x: mp.gammainc(s, x, regularized=True), (None, lambda s, x: -(x ** (s - 1)) * exp(-x) / gamma(s))
    ),
    "regularized_beta": Known(
        lambda a, b, x: mp.betainc(a, b, 0, x, regularized=True),
        (None, None, lambda a, b, x: x ** (a - 1) * (1 - x) ** (b - 1) / _of("beta", a, b)),
    ),
    "incomplete_beta": Known(
        lambda x, a, b: mp.betainc(a, b, 0, x), (lambda x, a, b: x ** (a - 1) * (1 - x) ** (b - 1), None, None)
    ),
}

_ERRORS: dict[str, Known] = {
    "erfi": Known(mp.erfi, (lambda x: 2 * exp(x**2) / sqrt(pi),)),
    "erfcx": Known(lambda x: mp.exp(x**2) * mp.erfc(x), (lambda x: 2 * x * _of("erfcx", x) - 2 / sqrt(pi),)),
    "dawsn": Known(
        lambda x: mp.exp(-(x**2)) * mp.erfi(x) * mp.sqrt(mp.pi) / 2, (lambda x: 1 - 2 * x * _of("dawsn", x),)
    ),
    "erfinv": Known(mp.erfinv, (lambda x: sqrt(pi) * exp(_of("erfinv", x) ** 2) / 2,)),
    "erfcinv": Known(lambda x: mp.erfinv(1 - x), (lambda x: -sqrt(pi) * exp(_of("erfcinv", x) ** 2) / 2,)),
    "fresnels": Known(mp.fresnels, (lambda x: sin(pi * x**2 / 2),)),
    "fresnelc": Known(mp.fresnelc, (lambda x: cos(pi * x**2 / 2),)),
    "log_ndtr": Known(lambda x: mp.log(mp.ncdf(x)), (lambda x: sqrt(2 / pi) / _of("erfcx", -x / sqrt(2)),)),
}

_INTEGRALS: dict[str, Known] = {
    "Ei": Known(mp.ei, (lambda x: exp(x) / x,)),
    "E1": Known(mp.e1, (lambda x: -exp(-x) / x,)),
    "expint": Known(mp.expint, (None, lambda n, x: -_of("expint", n - 1, x))),
    "li": Known(mp.li, (lambda x: 1 / log(x),)),
    "Li": Known(lambda x: mp.li(x, offset=True), (lambda x: 1 / log(x),)),
    "Si": Known(mp.si, (lambda x: sin(x) / x,)),
    "Ci": Known(mp.ci, (lambda x: cos(x) / x,)),
    "Shi": Known(mp.shi, (lambda x: sympy.sinh(x) / x,)),
    "Chi": Known(mp.chi, (lambda x: sympy.cosh(x) / x,)),
}

_ZETA: dict[str, Known] = {
    "LambertW": Known(mp.lambertw, (lambda x: _lambert_slope(_of("LambertW", x), x),)),
    "lambertw_branch": Known(
        lambda x, k: mp.lambertw(x, int(k)), (lambda x, k: _lambert_slope(_of("lambertw_branch", x, k), x), None)
    ),
    "zeta": Known(mp.zeta, (None,)),
    "hurwitz_zeta": Known(mp.zeta, (None, lambda s, a: -s * _of("hurwitz_zeta", s + 1, a))),
    "dirichlet_eta": Known(mp.altzeta, (None,)),
    "polylog": Known(mp.polylog, (None, lambda s, z: _of("polylog", s - 1, z) / z)),
    "lerchphi": Known(
        mp.lerchphi,
        (
            lambda z, s, a: (_of("lerchphi", z, s - 1, a) - a * _of("lerchphi", z, s, a)) / z,
            None,
            lambda z, s, a: -s * _of("lerchphi", z, s + 1, a),
        ),
    ),
    "clausen": Known(lambda x: mp.clsin(2, x), (lambda x: -log(2 * sqrt(sin(x / 2) ** 2)),)),
}

OWN: dict[str, Any] = {
    name: special_class(name, known) for name, known in {**_GAMMA, **_ERRORS, **_INTEGRALS, **_ZETA}.items()
}
