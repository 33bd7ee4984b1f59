"""Integrals, sums and products as functions of tensors, with derivatives of any order.

The value is the exact one at the floats that are given, rounded once. A derivative is found on the graph, by Leibniz's
rule and the catalog's partial derivatives, and is evaluated in the same way: nothing here knows of SymPy.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from derivcli.deadline import Expired, deadline
from derivcli.errors import OutOfTime
from derivcli.graph import Graph
from derivcli.language import expand, partial, read
from derivcli.leafnames import named
from derivcli.numeric.exact import evaluate
from derivcli.numeric.pointwise import pointwise
from derivcli.reverse import gradient

# Seconds for the values of one leaf.
LEAF_SECONDS = 10.0


def leaves(source: str) -> dict[str, Callable[..., Any]]:
    """The functions that a generated program calls beside torch's and the kernels, by their names."""
    called = ((name, named(name)) for name in dict.fromkeys(re.findall(r"\b(?:integral|sum|product)_\d+", source)))
    return {name: _bound(*found) for name, found in called if found is not None}


def leaf(text: str, *names: str) -> Callable[..., Any]:
    """An expression of the prompt as a function of tensors, as printed programs use it.

    Args:
        text: such as "Integral(exp(-x*t), (t, a, b))".
        names: its variables, in the order of the function's arguments.
    """
    reading = read([text])
    graph, (root,) = expand(reading.graph, reading.roots)
    return _function(_Expression(graph, root, names))


@functools.lru_cache(200)
def _bound(op: str, body: Any) -> Callable[..., Any]:
    graph = Graph()
    names = [f"a{k}" for k in range(len(body.parameters) + 1)]
    root = graph.add(op, [graph.variable(name) for name in names], body)
    return _function(_Expression(graph, root, names))


class _Expression:
    """A node of a graph of primitives as a function of numbers; a derivative of another one if there is a `whole`."""

    def __init__(self, graph: Graph, root: int, names: Sequence[str], whole: _Expression | None = None) -> None:
        self.graph, self.root, self.names, self.whole = graph, root, names, whole
        self.value = functools.lru_cache(10_000)(self._value)
        self.by = functools.cache(self._by)

    def _value(self, *args: float) -> float:
        """The value at floats, rounded once; NaN where there is none, or none of what this is a derivative of."""
        if self.whole is not None and math.isnan(self.whole.value(*args)):
            return math.nan
        if not all(map(math.isfinite, args)):
            return self._far_out(args)
        point = {name: Fraction(a) for name, a in zip(self.names, args, strict=True)}
        return float(evaluate(self.graph, [self.root], point, real=True).roots[0])

    def _far_out(self, args: Sequence[float]) -> float:
        """The value where arguments are infinite, as limits may be."""
        if any(map(math.isnan, args)):
            return math.nan
        graph = Graph()
        places = {}
        for name, a in zip(self.names, args, strict=True):
            infinite = graph.add("constant", value="oo" if a > 0 else "-oo")
            places[name] = infinite if math.isinf(a) else graph.number(Fraction(a))
        (root,) = self.graph.copy_into(
            graph, [self.root], lambda _, node, __: places[str(node.value)] if node.op == "variable" else None
        )
        return float(evaluate(graph, [root], {}, real=True).roots[0])

    def _by(self, place: int) -> Callable[..., Any]:
        """The derivative by one argument, as a function of tensors."""
        graph = Graph()
        (root,) = self.graph.copy_into(graph, [self.root], lambda *_: None)
        (derivative,) = gradient(graph, root, [self.names[place]], partial)
        return _function(_Expression(graph, derivative, self.names, self))


def _function(expression: _Expression) -> Callable[..., Any]:
    """The expression as an operation that autograd knows, of tensors that broadcast, and numbers."""

    def values(rows: Sequence[tuple[Any, ...]], _: bool) -> list[complex]:
        try:
            with deadline(LEAF_SECONDS):
                return [expression.value(*row) for row in rows]
        except Expired:
            message = f"an integral, sum or product was not settled within {LEAF_SECONDS:g} s"
            raise OutOfTime(message, hint="ask fewer points at a time, or give it narrower limits") from None

    return pointwise(values, expression.by)
