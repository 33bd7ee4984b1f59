"""Identities, one at a time, each by its equation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sympy

from derivcli.symbolic.algebra import HYPERBOLIC, PYTHAGORAS
from derivcli.symbolic.functions import Abs, sign

# What makes of an expression another one, or leaves it as it is, and what it is called.
Form = tuple[Callable[[Any], Any], str]
# What stands for a value where it is put in.
Put = Callable[[Any], Any]

# Functions that are quotients of two others, and those that are reciprocals of one.
_QUOTIENTS = (
    (sympy.tan, sympy.sin, sympy.cos), (sympy.cot, sympy.cos, sympy.sin),
    (sympy.tanh, sympy.sinh, sympy.cosh), (sympy.coth, sympy.cosh, sympy.sinh),
)  # fmt: skip
_RECIPROCALS = (
    (sympy.sec, sympy.cos), (sympy.csc, sympy.sin), (sympy.sech, sympy.cosh), (sympy.csch, sympy.sinh),
)  # fmt: skip
# A square, by the square of which function it is written, and the equation.
SQUARES: tuple[tuple[Any, Callable[[Any], Any], str], ...] = (
    (sympy.sin, lambda u: 1 - sympy.cos(u) ** 2, "sin(u)**2 = 1 - cos(u)**2"),
    (sympy.cos, lambda u: 1 - sympy.sin(u) ** 2, "cos(u)**2 = 1 - sin(u)**2"),
    (sympy.sec, lambda u: 1 + sympy.tan(u) ** 2, "sec(u)**2 = 1 + tan(u)**2"),
    (sympy.tan, lambda u: sympy.sec(u) ** 2 - 1, "tan(u)**2 = sec(u)**2 - 1"),
    (sympy.csc, lambda u: 1 + sympy.cot(u) ** 2, "csc(u)**2 = 1 + cot(u)**2"),
    (sympy.cot, lambda u: sympy.csc(u) ** 2 - 1, "cot(u)**2 = csc(u)**2 - 1"),
    (sympy.sinh, lambda u: sympy.cosh(u) ** 2 - 1, "sinh(u)**2 = cosh(u)**2 - 1"),
    (sympy.cosh, lambda u: 1 + sympy.sinh(u) ** 2, "cosh(u)**2 = 1 + sinh(u)**2"),
    (sympy.sech, lambda u: 1 - sympy.tanh(u) ** 2, "sech(u)**2 = 1 - tanh(u)**2"),
    (sympy.tanh, lambda u: 1 - sympy.sech(u) ** 2, "tanh(u)**2 = 1 - sech(u)**2"),
    (sympy.csch, lambda u: sympy.coth(u) ** 2 - 1, "csch(u)**2 = coth(u)**2 - 1"),
    (sympy.coth, lambda u: 1 + sympy.csch(u) ** 2, "coth(u)**2 = 1 + csch(u)**2"),
)
# Two functions, the sign between their squares, what that is, and the equation.
_Sums = tuple[tuple[Any, Any, Any, Callable[[Any], Any], str], ...]
# Sums of squares that are one number, and differences of squares that are one function.
UNITS: _Sums = (
    (sympy.sin, sympy.cos, 1, lambda u: sympy.S.One, "sin(u)**2 + cos(u)**2 = 1"),
    (sympy.sinh, sympy.cosh, -1, lambda u: -sympy.S.One, "cosh(u)**2 - sinh(u)**2 = 1"),
)
_DIFFERENCES: _Sums = (
    (sympy.sin, sympy.cos, -1, lambda u: -sympy.cos(2 * u), "cos(u)**2 - sin(u)**2 = cos(2*u)"),
    (sympy.sinh, sympy.cosh, 1, lambda u: sympy.cosh(2 * u), "cosh(u)**2 + sinh(u)**2 = cosh(2*u)"),
)
_DOUBLE: tuple[tuple[Any, Any, str], ...] = (
    (sympy.sin, sympy.cos, "double-angle identity, 2*sin(u)*cos(u) = sin(2*u)"),
    (sympy.sinh, sympy.cosh, "hyperbolic double-angle identity, 2*sinh(u)*cosh(u) = sinh(2*u)"),
)


def _written(function: Any, by: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda e: e.replace(function, by)


def _same(value: Any) -> Any:
    return value


def _square(function: Any, by: Callable[[Any], Any]) -> Callable[..., Any]:
    """Even powers of a function by another one's."""

    def is_even(e: Any) -> bool:
        return bool(e.is_Pow and isinstance(e.base, function) and e.exp.is_Integer and e.exp.is_even and e.exp > 0)

    def form(e: Any, put: Put = _same) -> Any:
        return e.replace(is_even, lambda p: put(by(p.base.args[0])) ** (p.exp / 2)) if e.has(function) else e

    return form


def _summed(one: Any, other: Any, sign_of_other: int, whole: Callable[[Any], Any]) -> Callable[..., Any]:
    """Terms c*one(u)**2 and c*other(u)**2, or -c*other(u)**2, as what they are together."""

    def total(e: Any, put: Put) -> Any:
        for u in sorted({f.args[0] for f in e.atoms(one)}, key=str):
            for term in e.args:
                times = term / one(u) ** 2
                partner = sign_of_other * times * other(u) ** 2
                if not times.has(one(u)) and partner in e.args:
                    return e - term - partner + times * put(whole(u))
        return e

    def form(e: Any, put: Put = _same) -> Any:
        return e.replace(lambda p: p.is_Add, lambda p: total(p, put)) if e.has(one) and e.has(other) else e

    return form


def _doubled(one: Any, other: Any) -> Callable[[Any], Any]:
    def product(e: Any) -> Any:
        powers = e.as_powers_dict()
        found = (f for f in powers if isinstance(f, one) and powers[f] == powers.get(other(f.args[0])))
        f = next((f for f in found if powers[f] in (1, -1)), None)
        return e if f is None else e / (f * other(f.args[0]) / one(2 * f.args[0]) * 2) ** powers[f]

    return lambda e: e.replace(lambda p: p.is_Mul, product) if e.has(one) and e.has(other) else e


def _ratio(one: Any, other: Any, whole: Any) -> Callable[[Any], Any]:
    def product(e: Any) -> Any:
        powers = e.as_powers_dict()
        for f, n in powers.items():
            m = powers.get(other(f.args[0]), sympy.S.Zero) if isinstance(f, one) else sympy.S.Zero
            if n.is_Integer and n.is_positive and m.is_Integer and m.is_negative:
                k = min(n, -m)
                return e / f**k * other(f.args[0]) ** k * whole(f.args[0]) ** k
        return e

    return lambda e: e.replace(lambda p: p.is_Mul, product) if e.has(one) and e.has(other) else e


def _sign_of_power(expression: Any) -> Any:
    """sign(x**3) as sign(x)."""
    return expression.replace(
        lambda e: isinstance(e, sympy.sign) and e.args[0].is_Pow and e.args[0].exp.is_odd,
        lambda e: sign(e.args[0].base),
    )


def _size_of_power(expression: Any) -> Any:
    """abs(x**3) as abs(x)**3."""
    return expression.replace(
        lambda e: isinstance(e, sympy.Abs) and e.args[0].is_Pow and e.args[0].exp.is_Integer,
        lambda e: Abs(e.args[0].base) ** e.args[0].exp,
    )


def _signs_by_sizes(expression: Any) -> Any:
    """x*sign(x) as abs(x)."""
    return expression.replace(lambda e: e.is_Mul and e.has(sympy.sign), _one_size)


def _one_size(product: Any) -> Any:
    u = next((f.args[0] for f in product.args if isinstance(f, sympy.sign)), None)
    powers = product.as_powers_dict()
    if u is None or not powers.get(u, sympy.S.Zero).is_positive:
        return product
    return product / sign(u) / u * Abs(u)


def _even_size(expression: Any) -> Any:
    """abs(x)**2 as x**2."""
    return expression.replace(
        lambda e: e.is_Pow and isinstance(e.base, sympy.Abs) and e.exp.is_Integer and e.exp > 1,
        lambda e: e.base.args[0] ** (e.exp - e.exp % 2) * e.base ** (e.exp % 2),
    )


def _kind(text: str) -> str:
    if "2*u" in text:
        return f"double-angle identity, {text}"
    return f"{HYPERBOLIC if 'h(' in text else PYTHAGORAS}, {text}"


def _over(above: Any, below: Any) -> Callable[[Any], Any]:
    return lambda u: above(u) / below(u)


def _one(_: Any) -> Any:
    return sympy.S.One


def _defined() -> Iterator[tuple[Any, Form]]:
    """Functions with what writes them as they are defined."""
    for function, above, below in _QUOTIENTS:
        text = f"{function.__name__}(u) = {above.__name__}(u)/{below.__name__}(u)"
        yield function, (_written(function, _over(above, below)), f"definition, {text}")
    for function, below in _RECIPROCALS:
        text = f"{function.__name__}(u) = 1/{below.__name__}(u)"
        yield function, (_written(function, _over(_one, below)), f"definition, {text}")


def _ratios() -> Iterator[Form]:
    """Quotients that are one function, then those that are one function's reciprocal."""
    for function, above, below in _QUOTIENTS:
        text = f"{function.__name__}(u) = {above.__name__}(u)/{below.__name__}(u)"
        yield _ratio(above, below, function), f"definition, {text}"
    for function, above, below in _QUOTIENTS:
        text = f"1/{function.__name__}(u) = {below.__name__}(u)/{above.__name__}(u)"
        yield _ratio(below, above, _over(_one, function)), f"definition, {text}"


DEFINITIONS: tuple[tuple[Any, Form], ...] = tuple(_defined())
RATIOS: tuple[Form, ...] = tuple(_ratios())
SINGLE: tuple[Form, ...] = (
    *((_summed(one, other, times, whole), _kind(text)) for one, other, times, whole, text in (*UNITS, *_DIFFERENCES)),
    *((_square(function, by), _kind(text)) for function, by, text in SQUARES),
    *((_doubled(one, other), text) for one, other, text in _DOUBLE),
    *RATIOS,
    *(form for _, form in DEFINITIONS),
    (_sign_of_power, "sign of an odd power, sign(a**n) = sign(a)"),
    (_size_of_power, "absolute value of a power, abs(a**n) = abs(a)**n"),
    (_signs_by_sizes, "absolute value, a*sign(a) = abs(a)"),
    (_even_size, "square of an absolute value, abs(a)**2 = a**2"),
)


def quotients_named(expression: Any) -> Any:
    """sin(u)/cos(u) as tan(u), and so on."""
    for form, _ in RATIOS[: len(_QUOTIENTS)]:
        expression = form(expression)
    return expression


def written_out(expression: Any) -> Any:
    """Every function by sin and cos, or by sinh and cosh."""
    for _, (form, _name) in DEFINITIONS:
        expression = form(expression)
    return expression
