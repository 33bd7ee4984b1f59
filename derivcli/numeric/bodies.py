"""The value of an integral, a sum or a product in an mpmath context, and bodies as functions of their bound name."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import mpmath

from derivcli.graph import COMPARISONS, CONDITIONS, Body, Node
from derivcli.numeric.contexts import context_of
from derivcli.numeric.operations import constant, number, operate
from derivcli.numeric.special import Unsettled

# Digits for which floats ask.
_FOR_FLOATS = 20
# Values that are kept, and arguments at which none was found.
_KEPT = 2_000

# A body as a function of its bound name.
Function = Callable[[Any], Any]
_FAILURES = (ArithmeticError, ValueError, TypeError, AttributeError, NotImplementedError)
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "lt": lambda x, y: x < y, "le": lambda x, y: x <= y, "gt": lambda x, y: x > y, "ge": lambda x, y: x >= y,
    "eq": lambda x, y: x == y, "ne": lambda x, y: x != y,
}  # fmt: skip


def bound(c: Any, op: str, body: Body, *args: Any) -> Any:
    """An integral, a sum or a product.

    Args:
        c: the context whose digits the value is to have.
        op: one of `graph.BINDERS`.
        body: what it goes over.
        args: the lower limit, the upper one, and the body's other arguments.

    Raises:
        Unsettled: it cannot be had, or not in this context.
        ValueError: it diverges, or is not defined.
    """
    if c is mpmath.fp:
        fine = context_of(_FOR_FLOATS)
        return float(bound(fine, op, body, *map(fine.convert, args)))
    if any(hasattr(a, "_mpc_") for a in args):
        raise Unsettled
    coarse = (op, body, tuple(float(a) for a in args))
    if coarse in _OPEN:
        raise Unsettled
    try:
        return c.make_mpf(_kept(c.dps, op, body, tuple(a._mpf_ for a in args)))
    except Unsettled:
        if len(_OPEN) < _KEPT:
            _OPEN.add(coarse)
        raise


# What could not be settled once is not tried again with more digits.
_OPEN: set[tuple[str, Body, tuple[float, ...]]] = set()


@functools.lru_cache(_KEPT)
def _kept(digits: int, op: str, body: Body, args: tuple[Any, ...]) -> Any:
    """The value as mpmath's own tuple."""
    from derivcli.numeric.quadrature import integral
    from derivcli.numeric.series import product, series

    c = context_of(digits)
    lower, upper, *given = (c.make_mpf(a) for a in args)
    over = {"Integral": integral, "Sum": series, "Product": product, "InfiniteProduct": product}[op]
    value = over(c, body, (lower, upper), tuple(given))
    if hasattr(value, "_mpc_"):
        raise ValueError("not real")
    return c.convert(value)._mpf_


class _Failed:
    """The value of a node that has none; it matters only if it is used."""

    def __init__(self, error: Exception) -> None:
        self.error = error


def function(c: Any, body: Body, given: Sequence[Any]) -> Function:
    """A body as a function of its bound name, in a context.

    Args:
        c: the context.
        body: the body.
        given: its other arguments, numbers of any context.
    """
    known = dict(zip(body.parameters[1:], map(c.convert, given), strict=True))
    name = body.parameters[0]
    moving: set[int] = set()
    # What is 0 whatever the other arguments are makes a product 0 wherever it is defined at all.
    alone: set[int] = set()
    start: list[Any] = [None] * len(body.nodes)
    for k, node in enumerate(body.nodes):
        if (node.op == "variable" and node.value == name) or any(a in moving for a in node.args):
            moving.add(k)
        if (
            node.op in ("number", "constant")
            or (node.op == "variable" and node.value == name)
            or (node.args and all(a in alone for a in node.args))
        ):
            alone.add(k)
        if k not in moving:
            start[k] = known[str(node.value)] if node.op == "variable" else _value(c, node, start, alone)
    rest = [(k, body.nodes[k]) for k in sorted(moving)]

    def evaluated(t: Any) -> Any:
        values = list(start)
        for k, node in rest:
            values[k] = t if node.op == "variable" else _value(c, node, values, alone)
        found = values[body.root]
        if isinstance(found, _Failed):
            raise found.error
        return found

    return evaluated


def _value(c: Any, node: Node, values: Sequence[Any], alone: set[int]) -> Any:
    """The value of a node from those of its arguments, or why there is none."""
    args = [values[a] for a in node.args]
    if node.op == "piecewise":
        for value, holds in zip(args[::2], args[1::2], strict=True):
            if isinstance(holds, _Failed) or holds:
                return holds if isinstance(holds, _Failed) else value
        return _Failed(ValueError("no branch holds"))
    broken = next((a for a in args if isinstance(a, _Failed)), None)
    if broken is not None:
        vanishes = node.op == "mul" and any(a in alone and values[a] == 0 for a in node.args)
        return c.zero if vanishes else broken
    if node.op in COMPARISONS:
        return _COMPARED[node.op](*(c.re(a) for a in args))
    if node.op in CONDITIONS:
        return {"and": all(args), "or": any(args), "not": not any(args), "true": True, "false": False}[node.op]
    try:
        if node.op in ("number", "constant"):
            return number(c, node.value) if isinstance(node.value, Fraction) else constant(c, node.value)
        found = operate(c, node, args)
    except (Unsettled, *_FAILURES) as error:
        return _Failed(error)
    return _Failed(ValueError("not a number")) if c.isnan(found) else found
