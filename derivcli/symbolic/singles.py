"""Forms of an expression that are found at once, each with its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy

from derivcli.symbolic.algebra import MULTIPLIED_OUT, OVER_ONE, SPLIT, TAKEN_OUT, expands
from derivcli.symbolic.joined import (
    brackets_cleared,
    cotangents,
    minus_taken_in,
    numbers_first,
    powers_joined,
    roots_cleared,
    roots_opened,
    signs_joined,
)

UNDER_ROOT = "number brought under the root, n*sqrt(a) = sqrt(n**2*a)"
ROOT_OF_QUOTIENT = "root of a quotient, sqrt(a/b) = sqrt(a)/sqrt(b)"
_HALF = sympy.S.Half
SIZES = "absolute value, a = sign(a)*abs(a)"
BRACKETS_CLEARED = "fractions in the bracket put over one denominator"


def _split(expression: Any) -> Any:
    """A product with a sum as the sum of the products."""
    whole = next((f for f in sympy.Mul.make_args(expression) if f.is_Add), None)
    rest = None if whole is None else expression / whole
    return expression if whole is None else sympy.Add(*(term * rest for term in whole.args))


def _multiplied_in(expression: Any) -> Any:
    """2*(1 - x)*y as (2 - 2*x)*y."""
    number, rest = expression.as_coeff_Mul()
    bracket = next((f for f in sympy.Mul.make_args(rest) if f.is_Add), None)
    return expression if bracket is None or number == 1 else sympy.expand_mul(number * bracket) * (rest / bracket)


def _powers_split(expression: Any) -> Any:
    """x**(n - 1) as x**n/x."""
    return expression.replace(
        lambda e: e.is_Pow and e.exp.is_Add, lambda e: sympy.Mul(*(e.base**term for term in e.exp.args))
    )


def _expanded_by_root(expression: Any) -> Any:
    """1/sqrt(u) as sqrt(u)/u."""
    return expression.replace(
        lambda e: e.is_Pow and e.exp == -_HALF, lambda e: sympy.sqrt(e.base) * (sympy.S.One / e.base)
    )


def _under_root(expression: Any) -> Any:
    """2*sqrt(x + 1) as sqrt(4*x + 4)."""
    return expression.replace(lambda e: e.is_Mul, _joined)


def _joined(product: Any) -> Any:
    parts = root_with_number(product)
    if parts is None:
        return product
    rest, number, base, power = parts
    return rest * sympy.expand_mul(number * base) ** power


def root_with_number(product: Any) -> tuple[Any, Any, Any, Any] | None:
    """A product as rest*(number*base)**power, where its number goes under the root of a sum."""
    coefficient = product.as_coeff_Mul()[0]
    root = next((f for f in product.args if f.is_Pow and f.base.is_Add and f.exp in (_HALF, -_HALF)), None)
    if root is None or not coefficient.is_Rational or abs(coefficient) == 1:
        return None
    over, below = (part for part in (abs(coefficient).p, abs(coefficient).q))
    taken = sympy.Rational(1, below) if root.exp.is_negative else sympy.Integer(over)
    if taken == 1:
        return None
    number = taken ** (2 if root.exp.is_positive else -2)
    return product / taken / root, number, root.base, root.exp


def _roots_in_factors(expression: Any) -> Any:
    """sqrt(1 - x**2) as sqrt(-(x - 1)*(x + 1))."""
    return expression.replace(
        lambda e: e.is_Pow and e.exp.is_Rational and not e.exp.is_Integer and e.base.is_Add,
        lambda e: sympy.factor(e.base) ** e.exp,
    )


# More forms that are found at once.
MORE: tuple[tuple[Callable[[Any], Any], str], ...] = (
    (_under_root, UNDER_ROOT),
    (roots_cleared, ROOT_OF_QUOTIENT),
    (roots_opened, "multiplied out under the root"),
    (_roots_in_factors, "what is under the root in factors"),
    (_multiplied_in, "number multiplied into the bracket"),
    (_powers_split, "product of powers, a**(m + n) = a**m*a**n"),
    (powers_joined, "quotient of powers, a**m/a**n = a**(m - n)"),
    (signs_joined, SIZES),
    (minus_taken_in, "minus sign multiplied into the bracket"),
    (numbers_first, TAKEN_OUT),
    (cotangents, "definition, cot(u) = 1/tan(u)"),
    (sympy.powsimp, "product of powers, a**m*a**n = a**(m + n)"),
    (sympy.together, OVER_ONE),
    (brackets_cleared, BRACKETS_CLEARED),
    (sympy.expand, MULTIPLIED_OUT),
    (_split, SPLIT),
    (_expanded_by_root, "fraction expanded by the root"),
)


def tried(form: Callable[[Any], Any], expression: Any) -> Any:
    if expands(expression):
        return None
    try:
        return form(expression)
    except Exception:  # SymPy's searches fail in many ways; another one may do
        return None
