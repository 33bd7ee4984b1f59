"""Elementwise operations of a graph as nodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from derivcli import graph
from derivcli.indices.algebra import add, negative, power, times
from derivcli.indices.functions import function
from derivcli.indices.nodes import Constant, Node, Number, number

_MINUS_ONE = number(-1)
_E = ("e", "E")


def apply(operation: graph.Node, args: Sequence[Node]) -> Node:
    """An elementwise operation on nodes that have the same indices, or fewer.

    Args:
        operation: a node of a graph: a number, constant, arithmetic, a condition or a function of the catalog.
        args: its arguments.
    """
    if operation.op == "number":
        assert isinstance(operation.value, Fraction)
        return Number(operation.value)
    if operation.op == "constant":
        return Constant(str(operation.value))
    arithmetic = _ARITHMETIC.get(operation.op)
    return function(operation.op, *args) if arithmetic is None else arithmetic(*args)


def _power(base: Node, exponent: Node) -> Node:
    natural = isinstance(base, Constant) and base.text in _E and not isinstance(exponent, Number)
    return function("exp", exponent) if natural else power(base, exponent)


_ARITHMETIC: dict[str, Callable[..., Node]] = {
    "add": add,
    "mul": times,
    "neg": negative,
    "div": lambda a, b: times(a, power(b, _MINUS_ONE)),
    "pow": _power,
}
