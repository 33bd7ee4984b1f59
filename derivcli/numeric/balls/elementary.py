"""Arithmetic, elementary functions and the gamma family in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _product(first: Any, *others: Any) -> Any:
    for factor in others:
        first = first * factor
    return first


def _sum(first: Any, *others: Any) -> Any:
    for term in others:
        first = first + term
    return first


def _power(x: Any, y: Any) -> Any:
    if y == type(y)(1) / 2:
        return x.sqrt()
    return x**y


def _real_root(x: Any, n: Any) -> Any:
    """The real n-th root, also of negative numbers for odd n."""
    order = int(n.unique_fmpz())
    if order % 2 and x < 0:
        return -((-x).root(order))
    return x.root(order)


def _angle(y: Any, x: Any) -> Any:
    if x.contains(0) and y.contains(0):
        raise ValueError("the origin has no angle")
    return type(y).atan2(y, x)


def _modulo(x: Any, y: Any) -> Any:
    return x - y * (x / y).floor()


# By the keys of the catalog, and the operations of a graph.
BALLS: dict[str, Callable[..., Any]] = {
    "add": _sum,
    "mul": _product,
    "neg": lambda x: -x,
    "div": lambda x, y: x / y,
    "pow": _power,
    "root": _real_root,
    "atan2": _angle,
    "acot": lambda x: (1 / x).atan(),
    "asec": lambda x: (1 / x).acos(),
    "acsc": lambda x: (1 / x).asin(),
    "acoth": lambda x: (1 / x).atanh(),
    "asech": lambda x: (1 / x).acosh(),
    "acsch": lambda x: (1 / x).asinh(),
    "abs": abs,
    "sign": lambda x: x.sgn(),
    "ceiling": lambda x: x.ceil(),
    "heaviside": lambda x: (1 + x.sgn()) / 2,
    "max": lambda x, y: x.max(y),
    "min": lambda x, y: x.min(y),
    "Mod": _modulo,
    **{name: (lambda x, name=name: getattr(x, name)()) for name in (
        "exp", "log", "sin", "cos", "tan", "cot", "sec", "csc", "sinc", "asin", "acos", "atan", "sinh", "cosh", "tanh",
        "coth", "sech", "csch", "asinh", "acosh", "atanh", "floor",
    )},
}  # fmt: skip
