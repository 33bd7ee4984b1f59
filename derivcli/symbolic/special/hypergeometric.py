"""Bessel's kin, orthogonal polynomials, elliptic and hypergeometric functions, where SymPy lacks them or knows less.

SymPy takes degrees for whole numbers, and its derivatives of polynomials divide by 0 at the ends of their intervals;
these formulas are regular there. Functions that take lists have a class for each lengths of their lists.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import sympy
from mpmath import mp
from sympy import Rational, gamma, pi, sin, sqrt

from derivcli import catalog
from derivcli.symbolic.special.gamma import Formula, Known, SpecialBase, special_class

# Polynomials of higher degrees than this are not written out: they would cancel.
_WRITTEN_OUT = 5


def _of(name: str, *args: Any) -> Any:
    """A function of this file, for derivatives."""
    return OWN[name](*args)


def _half_power(n: Any, x: Any) -> Any:
    """What the derivatives of Struve functions hold beside these functions."""
    return (x / 2) ** n / (sqrt(pi) * gamma(n + Rational(3, 2)))


def _spherical(name: str) -> Formula:
    return lambda n, x: (n * _of(name, n - 1, x) - (n + 1) * _of(name, n + 1, x)) / (2 * n + 1)


def _of_half_order(kind: str) -> Formula:
    return lambda n, x: mp.sqrt(mp.pi / (2 * x)) * getattr(mp, kind)(n + mp.mpf(0.5), x)


def _pi_by_n(n: Any, *rest: Any) -> Any:
    *angle, m = rest
    e, f = (function(*rest) for function in (sympy.elliptic_e, sympy.elliptic_f if angle else sympy.elliptic_k))
    inner = e + (m - n) * f / n + (n**2 - m) * _of("elliptic_pi", n, *rest) / n
    for z in angle:
        inner -= n * sqrt(1 - m * sin(z) ** 2) * sin(2 * z) / (2 * (1 - n * sin(z) ** 2))
    return inner / (2 * (m - n) * (n - 1))


def _pi_by_m(n: Any, *rest: Any) -> Any:
    *angle, m = rest
    inner = sympy.elliptic_e(*rest) / (m - 1) + _of("elliptic_pi", n, *rest)
    for z in angle:
        inner -= m * sin(2 * z) / (2 * (m - 1) * sqrt(1 - m * sin(z) ** 2))
    return inner / (2 * (n - m))


def _pi_by_angle(n: Any, z: Any, m: Any) -> Any:
    return 1 / ((1 - n * sin(z) ** 2) * sqrt(1 - m * sin(z) ** 2))


class elliptic_pi(SpecialBase):
    """The elliptic integral of the third kind, complete without an angle."""

    nargs = (2, 3)
    known = Known(mp.ellippi, ())

    def fdiff(self, argindex: int = 1) -> Any:
        slopes: Sequence[Formula] = (_pi_by_n, _pi_by_angle, _pi_by_m)
        slopes = slopes if len(self.args) == 3 else slopes[::2]
        return slopes[argindex - 1](*self.args)


def _appell(place: int) -> Formula:
    def slope(*args: Any) -> Any:
        raised = [a + 1 if k in (0, place, 3) else a for k, a in enumerate(args)]
        return args[0] * args[place] / args[3] * _of("appellf1", *raised)

    return slope


def _legendre(name: str) -> Formula:
    def slope(n: Any, *rest: Any) -> Any:
        *orders, x = rest
        return ((n + 1) * x * _of(name, n, *rest) - (n + 1 - sum(orders)) * _of(name, n + 1, *rest)) / (1 - x**2)

    return slope


_FUNCTIONS: dict[str, Known] = {
    "spherical_jn": Known(_of_half_order("besselj"), (None, _spherical("spherical_jn"))),
    "spherical_yn": Known(_of_half_order("bessely"), (None, _spherical("spherical_yn"))),
    "struveh": Known(
        mp.struveh,
        (None, lambda n, x: (_of("struveh", n - 1, x) - _of("struveh", n + 1, x) + _half_power(n, x)) / 2),
    ),
    "struvel": Known(
        mp.struvel,
        (None, lambda n, x: (_of("struvel", n - 1, x) + _of("struvel", n + 1, x) + _half_power(n, x)) / 2),
    ),
    "legendre_q": Known(lambda n, x: mp.legenq(n, 0, x, type=2), (None, _legendre("legendre_q"))),
    "hyperu": Known(mp.hyperu, (None, None, lambda a, b, x: -a * _of("hyperu", a + 1, b + 1, x))),
    "appellf1": Known(mp.appellf1, (None, None, None, None, _appell(1), _appell(2))),
}


def _polynomial(name: str, number: Formula, arguments: int, slope: Formula) -> Known:
    """A polynomial of the degree that comes first, with its derivative by the argument that comes last."""

    def written_out(degree: Any, *rest: Any) -> Any:
        if degree.is_Integer and 0 <= degree <= _WRITTEN_OUT:
            return getattr(sympy, name)(degree, *rest)
        return None

    return Known(number, (*[None] * (arguments - 1), slope), written_out)


_POLYNOMIALS: dict[str, tuple[Formula, int, Formula]] = {
    "legendre": (mp.legendre, 2, lambda n, x: (n + 1) * _of("jacobi", n - 1, 1, 1, x) / 2),
    "assoc_legendre": (lambda n, m, x: mp.legenp(n, m, x, type=2), 3, _legendre("assoc_legendre")),
    "chebyshevt": (mp.chebyt, 2, lambda n, x: n * _of("chebyshevu", n - 1, x)),
    "chebyshevu": (mp.chebyu, 2, lambda n, x: 2 * _of("gegenbauer", n - 1, 2, x)),
    "hermite": (mp.hermite, 2, lambda n, x: 2 * n * _of("hermite", n - 1, x)),
    "hermite_prob": (
        lambda n, x: mp.hermite(n, x / mp.sqrt(2)) * mp.mpf(2) ** (-n / 2), 2,
        lambda n, x: n * _of("hermite_prob", n - 1, x),
    ),
    "laguerre": (lambda n, x: mp.laguerre(n, 0, x), 2, lambda n, x: -_of("assoc_laguerre", n - 1, 1, x)),
    "assoc_laguerre": (mp.laguerre, 3, lambda n, a, x: -_of("assoc_laguerre", n - 1, a + 1, x)),
    "jacobi": (mp.jacobi, 4, lambda n, a, b, x: (n + a + b + 1) * _of("jacobi", n - 1, a + 1, b + 1, x) / 2),
    "gegenbauer": (mp.gegenbauer, 3, lambda n, a, x: 2 * a * _of("gegenbauer", n - 1, a + 1, x)),
}  # fmt: skip

OWN: dict[str, Any] = {
    "elliptic_pi": elliptic_pi,
    **{name: special_class(name, known) for name, known in _FUNCTIONS.items()},
    **{name: special_class(name, _polynomial(name, *parts)) for name, parts in _POLYNOMIALS.items()},
}


class OfListsBase(SpecialBase):
    """A function that takes lists, of all its arguments one after the other."""


@functools.cache
def of_lists(key: str) -> Any:
    """The class of a function that takes lists, by the key of its row."""
    row = catalog.KEYS[key]
    slope, number = _OF_LISTS[row.name]
    slopes = (*[None] * (len(row.parameters) - 1), functools.partial(slope, key))
    known = Known(lambda *args: number(*row.packed(args)), slopes)
    return type(key, (OfListsBase,), {"known": known, "nargs": len(slopes)})


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


_OF_LISTS: dict[str, tuple[Callable[..., Any], Formula]] = {
    "hyper": (_hyper_slope, mp.hyper),
    "meijerg": (_meijerg_slope, lambda a, c, b, d, z: mp.meijerg([a, c], [b, d], z)),
}
