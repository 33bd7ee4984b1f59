"""The graph that is being rewritten, with the means to match its nodes and to make new ones."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from derivcli.arrays import OPERATIONS, Shape
from derivcli.graph import Graph, Node
from derivcli.numeric.stable.exponentials import Exponential, Exponentials, Linear

MINUS, HALF = Fraction(-1), Fraction(1, 2)


class Workshop:
    """The new graph, what is known about its nodes, and shorthands for matching and making them.

    Args:
        graph: the new graph.
        shapes: the shapes of its nodes as far as they are known; empty where all are numbers.
    """

    def __init__(self, graph: Graph, shapes: Mapping[int, Shape]) -> None:
        self.graph, self.shapes = graph, shapes
        self.forms = Exponentials(graph)
        self.build = self.forms.build
        self.varying: set[int] = set()
        self._seen = 0

    def settle(self) -> None:
        """Note which of the nodes that are new since the last time depend on variables."""
        for i in range(self._seen, len(self.graph.nodes)):
            node = self.graph.nodes[i]
            if node.op == "variable" or node.op in OPERATIONS or any(a in self.varying for a in node.args):
                self.varying.add(i)
        self._seen = len(self.graph.nodes)

    def node(self, i: int) -> Node:
        return self.graph.nodes[i]

    def call(self, op: str, *args: int) -> int:
        return self.graph.add(op, args)

    def constant(self, i: int) -> Fraction | None:
        return self.build.constant(i)

    def square(self, i: int) -> int:
        return self.graph.add("pow", (i, self.graph.number(2)))

    def squared(self, i: int) -> int | None:
        """a of a**2 or a*a."""
        node = self.node(i)
        if node.op == "pow" and self.constant(node.args[1]) == 2:
            return node.args[0]
        return node.args[0] if node.op == "mul" and len(node.args) == 2 and len(set(node.args)) == 1 else None

    def times(self, factor: Fraction, i: int) -> int:
        """factor*i, with the numbers before i taken in; a sum is not multiplied out."""
        form = self.forms.linear(i)
        whole = len(form.terms) == 1 and not form.constant
        return self.forms.node(form.times(factor)) if whole else self.forms.multiple(factor, i)

    def varies(self, term: Exponential) -> bool:
        return any(i in self.varying for i in term.exponent.terms)

    def difference(self, a: Exponential, b: Exponential) -> Linear | None:
        """The difference of two exponents; None where a part cancels, with its domain and its shape."""
        found = a.exponent.minus(b.exponent)
        return found if set(found.terms) == {*a.exponent.terms, *b.exponent.terms} else None

    def terms(self, node: Node) -> list[tuple[Fraction, int]]:
        """The terms of a sum as they stand, with the numbers before them; a number alone has -1 for its node."""
        found = []
        for i in node.args:
            form = self.forms.linear(i)
            if not form.terms:
                found.append((form.constant, -1))
            elif len(form.terms) == 1 and not form.constant:
                ((inner, factor),) = form.terms.items()
                found.append((factor, inner))
            else:
                found.append((Fraction(1), i))
        return found
