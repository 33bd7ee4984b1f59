"""Forms of an expression that are found at once, each with its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy

from derivcli.symbolic.algebra import MULTIPLIED_OUT, OVER_ONE, expands
from derivcli.symbolic.joined import (
    brackets_cleared,
    cotangents,
    minus_taken_in,
    powers_joined,
    roots_cleared,
    roots_opened,
    signs_joined,
)
from derivcli.symbolic.named import RECIPROCALS, WRITTEN_OUT

SPLIT = "split into a sum"


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
        lambda e: e.is_Pow and e.exp == -sympy.S.Half, lambda e: sympy.sqrt(e.base) * (sympy.S.One / e.base)
    )


def _without_reciprocals(expression: Any) -> Any:
    """sec(x) as 1/cos(x), and so on."""
    return expression.replace(lambda e: isinstance(e, RECIPROCALS), lambda e: 1 / e._reciprocal_of(e.args[0]))


# More forms that are found at once.
MORE: tuple[tuple[Callable[[Any], Any], str], ...] = (
    (_multiplied_in, "number multiplied into the bracket"),
    (_powers_split, "powers split"),
    (powers_joined, "powers brought together"),
    (signs_joined, "sign and absolute value brought together"),
    (minus_taken_in, "minus sign taken into the bracket"),
    (roots_opened, "multiplied out under the root"),
    (roots_cleared, "root of a fraction written as a fraction of roots"),
    (cotangents, "definition of cot"),
    (sympy.powsimp, "powers brought together"),
    (sympy.together, OVER_ONE),
    (brackets_cleared, "fractions in the bracket put over one denominator"),
    (sympy.expand, MULTIPLIED_OUT),
    (_split, SPLIT),
    (_expanded_by_root, "fraction expanded by the root"),
    (_without_reciprocals, WRITTEN_OUT),
)


def tried(form: Callable[[Any], Any], expression: Any) -> Any:
    if expands(expression):
        return None
    try:
        return form(expression)
    except Exception:  # SymPy's searches fail in many ways; another one may do
        return None
