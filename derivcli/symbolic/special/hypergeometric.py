"""Special functions that SymPy lacks, or that it rewrites or differentiates as if degrees were whole numbers.

Each has its derivatives where they have a closed form; by other arguments SymPy leaves a `Derivative`. Their formulas
are regular where SymPy's divide by 0, as at the ends of the interval of an orthogonal polynomial.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import mpmath
import sympy
from sympy import Expr, Integer, Rational, sqrt
from sympy.core.function import ArgumentIndexError, Function

from derivcli import catalog

# Polynomials of higher degrees than this are not written out: they would cancel.
_WRITTEN_OUT = 5

Rules = Mapping[int, Callable[..., Any]]


class Special(Function):  # type: ignore[misc]
    """A function with derivatives by some of its arguments, and its values by mpmath."""

    rules: ClassVar[Rules] = {}
    values: ClassVar[Callable[..., Any]]

    def fdiff(self, argindex: int = 1) -> Any:
        if argindex not in self.rules:
            raise ArgumentIndexError(self, argindex)
        return self.rules[argindex](*self.args)

    def _eval_evalf(self, prec: int) -> Any:
        with mpmath.workprec(prec + 10):
            value = type(self).values(*[a._to_mpmath(prec + 10) for a in self.args])
        return Expr._from_mpmath(value, prec)


class Polynomial(Special):
    """An orthogonal polynomial, written out where its degree is a small whole number."""

    @classmethod
    def eval(cls, *args: Any) -> Any:
        degree = args[0]
        if degree.is_Integer and 0 <= degree <= _WRITTEN_OUT:
            return getattr(sympy, cls.__name__)(*args)
        return None


def _half_power(n: Any, x: Any) -> Any:
    """What the derivatives of Struve functions hold beside these functions."""
    return (x / 2) ** n / (sqrt(sympy.pi) * sympy.gamma(n + Rational(3, 2)))


def _between(name: str, sign: int) -> Callable[..., Any]:
    """(f(n - 1) + sign*f(n + 1) + what is beside)/2, of Struve functions."""
    return lambda n, x: (OWN[name](n - 1, x) + sign * OWN[name](n + 1, x) + _half_power(n, x)) / 2


def _spherical(name: str) -> Callable[..., Any]:
    return lambda n, x: (n * OWN[name](n - 1, x) - (n + 1) * OWN[name](n + 1, x)) / (2 * n + 1)


def _of_spherical(kind: str) -> Callable[..., Any]:
    return lambda n, x: mpmath.sqrt(mpmath.pi / (2 * x)) * getattr(mpmath, kind)(n + mpmath.mpf(0.5), x)


def _legendre_slope(name: str, *order: int) -> Callable[..., Any]:
    def slope(n: Any, *rest: Any) -> Any:
        *orders, x = rest
        m = sum(orders)
        return ((n + 1) * x * OWN[name](n, *rest) - (n + 1 - m) * OWN[name](n + 1, *rest)) / (1 - x**2)

    return slope


def _pi_by_n(n: Any, *rest: Any) -> Any:
    *angle, m = rest
    e, f = (function(*rest) for function in (sympy.elliptic_e, sympy.elliptic_f if angle else sympy.elliptic_k))
    inner = e + (m - n) * f / n + (n**2 - m) * OWN["elliptic_pi"](n, *rest) / n
    for z in angle:
        sine = sympy.sin(z) ** 2
        inner -= n * sqrt(1 - m * sine) * sympy.sin(2 * z) / (2 * (1 - n * sine))
    return inner / (2 * (m - n) * (n - 1))


def _pi_by_m(n: Any, *rest: Any) -> Any:
    *angle, m = rest
    inner = sympy.elliptic_e(*rest) / (m - 1) + OWN["elliptic_pi"](n, *rest)
    for z in angle:
        inner -= m * sympy.sin(2 * z) / (2 * (m - 1) * sqrt(1 - m * sympy.sin(z) ** 2))
    return inner / (2 * (n - m))


def _pi_by_angle(n: Any, *rest: Any) -> Any:
    if len(rest) == 1:
        return _pi_by_m(n, *rest)
    z, m = rest
    return 1 / ((1 - n * sympy.sin(z) ** 2) * sqrt(1 - m * sympy.sin(z) ** 2))


def _appell(place: int) -> Callable[..., Any]:
    def slope(*args: Any) -> Any:
        raised = [a + 1 if k in (0, place, 3) else a for k, a in enumerate(args)]
        return args[0] * args[place] / args[3] * OWN["appellf1"](*raised)

    return slope


# Each function with its values, and its derivatives by the place of the argument.
_FUNCTIONS: dict[str, tuple[Callable[..., Any], Rules]] = {
    "spherical_jn": (_of_spherical("besselj"), {2: _spherical("spherical_jn")}),
    "spherical_yn": (_of_spherical("bessely"), {2: _spherical("spherical_yn")}),
    "struveh": (mpmath.struveh, {2: _between("struveh", -1)}),
    "struvel": (mpmath.struvel, {2: _between("struvel", 1)}),
    "legendre_q": (lambda n, x: mpmath.legenq(n, 0, x, type=2), {2: _legendre_slope("legendre_q")}),
    "elliptic_pi": (mpmath.ellippi, {1: _pi_by_n, 2: _pi_by_angle, 3: lambda n, z, m: _pi_by_m(n, z, m)}),
    "hyperu": (mpmath.hyperu, {3: lambda a, b, x: -a * OWN["hyperu"](a + 1, b + 1, x)}),
    "appellf1": (mpmath.appellf1, {5: _appell(1), 6: _appell(2)}),
}
_POLYNOMIALS: dict[str, tuple[Callable[..., Any], Rules]] = {
    "legendre": (mpmath.legendre, {2: lambda n, x: (n + 1) * OWN["jacobi"](n - 1, Integer(1), Integer(1), x) / 2}),
    "assoc_legendre": (lambda n, m, x: mpmath.legenp(n, m, x, type=2), {3: _legendre_slope("assoc_legendre")}),
    "chebyshevt": (mpmath.chebyt, {2: lambda n, x: n * OWN["chebyshevu"](n - 1, x)}),
    "chebyshevu": (mpmath.chebyu, {2: lambda n, x: 2 * OWN["gegenbauer"](n - 1, Integer(2), x)}),
    "hermite": (mpmath.hermite, {2: lambda n, x: 2 * n * OWN["hermite"](n - 1, x)}),
    "hermite_prob": (
        lambda n, x: mpmath.hermite(n, x / mpmath.sqrt(2)) * mpmath.mpf(2) ** (-n / 2),
        {2: lambda n, x: n * OWN["hermite_prob"](n - 1, x)},
    ),
    "laguerre": (
        lambda n, x: mpmath.laguerre(n, 0, x), {2: lambda n, x: -OWN["assoc_laguerre"](n - 1, Integer(1), x)},
    ),
    "assoc_laguerre": (mpmath.laguerre, {3: lambda n, a, x: -OWN["assoc_laguerre"](n - 1, a + 1, x)}),
    "jacobi": (
        mpmath.jacobi, {4: lambda n, a, b, x: (n + a + b + 1) * OWN["jacobi"](n - 1, a + 1, b + 1, x) / 2},
    ),
    "gegenbauer": (mpmath.gegenbauer, {3: lambda n, a, x: 2 * a * OWN["gegenbauer"](n - 1, a + 1, x)}),
}  # fmt: skip


def _made(name: str, base: type, values: Callable[..., Any], rules: Rules) -> Any:
    return type(name, (base,), {"values": staticmethod(values), "rules": rules})


OWN: dict[str, Any] = {
    **{name: _made(name, Special, *parts) for name, parts in _FUNCTIONS.items()},
    **{name: _made(name, Polynomial, *parts) for name, parts in _POLYNOMIALS.items()},
}


class OfListsBase(Special):
    """A function that takes lists, of all its arguments one after the other."""


@functools.cache
def of_lists(key: str) -> Any:
    """The class of a function that takes lists, by the key of its row."""
    row = catalog.KEYS[key]
    slope, values = _OF_LISTS[row.name]
    rules = {len(row.parameters): functools.partial(slope, key)}
    return _made(key, OfListsBase, lambda *args: values(*row.packed(args)), rules)


def _hyper_slope(key: str, *args: Any) -> Any:
    above, below, z = catalog.KEYS[key].packed(args)
    raised = of_lists(key)(*(a + 1 for a in (*above, *below)), z)
    return sympy.Mul(*above) / sympy.Mul(*below) * raised


def _meijerg_slope(key: str, *args: Any) -> Any:
    """z*dG/dz is (a1 - 1)*G + G of a1 - 1, and b1*G - G of b1 + 1."""
    lists = catalog.KEYS[key].lists
    function, z = of_lists(key), args[-1]
    if lists[0]:
        return ((args[0] - 1) * function(*args) + function(args[0] - 1, *args[1:])) / z
    k = lists[1]
    return (args[k] * function(*args) - function(*args[:k], args[k] + 1, *args[k + 1 :])) / z


_OF_LISTS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "hyper": (_hyper_slope, mpmath.hyper),
    "meijerg": (_meijerg_slope, lambda a, c, b, d, z: mpmath.meijerg([a, c], [b, d], z)),
}
