"""A graph's values in floats, node by node: what a program that does as the user wrote would see."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mpmath import fp

from derivcli.graph import COMPARISONS, CONDITIONS, Graph, Node
from derivcli.numeric.operations import constant, operate

# What Python's floats raise where IEEE arithmetic goes on with NaN or infinity.
_FAILURES = (ArithmeticError, ValueError, TypeError, AttributeError, NotImplementedError)

_OWN: dict[str, Callable[..., float]] = {
    "add": lambda *terms: sum(terms),
    "exp": lambda x: math.exp(x) if x < 709.78 else math.inf,
    "asinh": math.asinh,
    "acosh": math.acosh,
    "atanh": math.atanh,
    "acoth": lambda x: math.atanh(1 / x),
    "asech": lambda x: math.acosh(1 / x),
    "acsch": lambda x: math.asinh(1 / x),
    "Mod": lambda x, y: x - y * math.floor(x / y),
}
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "lt": lambda x, y: x < y,
    "le": lambda x, y: x <= y,
    "gt": lambda x, y: x > y,
    "ge": lambda x, y: x >= y,
    "eq": lambda x, y: x == y,
    "ne": lambda x, y: x != y,
}


def float_values(
    graph: Graph, order: Sequence[int], point: Mapping[str, float], known: Mapping[int, float] | None = None
) -> dict[int, float]:
    """The float of every node of a graph of primitives; conditions are 1.0 and 0.0, what is not real is NaN.

    Args:
        graph: the nodes.
        order: those that are wanted, arguments before what uses them.
        point: the float of each variable.
        known: floats of nodes that are not to be computed.
    """
    values = dict(known or {})
    for i in order:
        if i in values:
            continue
        node = graph.nodes[i]
        try:
            value = _value(node, [values[a] for a in node.args], point)
            values[i] = math.nan if isinstance(value, complex) else float(value)
        except OverflowError:
            values[i] = math.inf
        except _FAILURES:
            values[i] = math.nan
    return values


def _value(node: Node, args: Sequence[float], point: Mapping[str, float]) -> Any:
    if node.op == "variable":
        return point[str(node.value)]
    if node.op in ("number", "constant"):
        return constant(fp, node.value) if isinstance(node.value, str) else float(node.value)  # type: ignore[arg-type]
    if node.op in COMPARISONS:
        return _COMPARE[node.op](*args)
    if node.op in CONDITIONS:
        return {"and": all(args), "or": any(args), "not": not any(args), "true": True, "false": False}[node.op]
    if node.op == "piecewise":
        return next((v for v, holds in zip(args[::2], args[1::2], strict=True) if holds), math.nan)
    if node.op == "Along":
        return math.nan
    own = _OWN.get(node.op)
    return own(*args) if own is not None else operate(fp, node, args)
