"""A program as Taylor arithmetic takes it: sums, products, quotients, powers, and functions with their slopes.

A function's slopes are nodes of the same graph, and may hold the function itself: exp is its own slope, and the slope
of tan is 1 + tan**2. Whatever has slopes in the catalog has Taylor coefficients to any order.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from derivcli import catalog
from derivcli.graph import CONDITIONS, Graph, Node, Value, differentiated
from derivcli.reverse import Partials

_PLAIN = frozenset(
    ("number", "variable", "constant", "add", "mul", "neg", "div", "pow", "piecewise", "guard", *CONDITIONS)
)
# Functions whose slopes in the catalog are of no use at some point, as that of sinc is at 0: they are taken from the
# function's derivatives of all orders, as those of leaves are.
CHAINED = ("sinc",)


@dataclass
class Lowered:
    """A lowered program.

    Args:
        graph, roots: products of two, no whole powers, the slopes of functions beside the functions.
        names: the variables that it is expanded in.
        active: the nodes that depend on them.
        budgets: for each node that is needed, up to which order.
        slopes: for each function pairs of an argument and the derivative by it.
    """

    graph: Graph
    names: Sequence[str]
    roots: list[int] = field(default_factory=list)
    active: set[int] = field(default_factory=set)
    budgets: dict[int, int] = field(default_factory=dict)
    slopes: dict[int, list[tuple[int, int]]] = field(default_factory=dict)


def lower(graph: Graph, roots: Sequence[int], names: Sequence[str], order: int, partials: Partials) -> Lowered:
    """Lower a graph of primitives and functions that programs keep.

    Args:
        graph, roots: the program.
        names: the variables that it is expanded in.
        order: up to which order in all of them together.
        partials: the partial derivatives of functions.
    """
    return _Lowering(names, partials).run(graph, roots, order)


# The slope of steps: what has none has no coefficients, and no 0 that a pole is multiplied by.
_ZERO = Node("number", (), Fraction(0))


class _Lowering:
    def __init__(self, names: Collection[str], partials: Partials) -> None:
        self.found = Lowered(Graph(), list(names))
        self.partials = partials
        self._pending: list[tuple[int, int]] = []

    def run(self, graph: Graph, roots: Sequence[int], order: int) -> Lowered:
        new: dict[int, int] = {}
        for i in graph.reachable(roots):
            node = graph.nodes[i]
            new[i] = self._add(node.op, [new[a] for a in node.args], node.value)
        self.found.roots = [new[r] for r in roots]
        self._pending = [(root, order) for root in self.found.roots]
        while self._pending:
            self._need(*self._pending.pop())
        return self.found

    def _add(self, op: str, args: Sequence[int], value: Value = None) -> int:
        """The lowered node of an operation."""
        if op == "mul":
            product = args[0]
            for factor in args[1:]:
                product = self._node("mul", (product, factor))
            return product
        if op == "pow" and args[0] in self.found.active:
            exponent = self.found.graph.nodes[args[1]].value
            if isinstance(exponent, Fraction) and exponent.denominator == 1:
                return self._whole_power(args[0], int(exponent))
            if args[1] in self.found.active:
                return self._exponential(*args)
        elif op == "pow" and args[1] in self.found.active:
            return self._exponential(*args)
        return self._node(op, args, value)

    def _node(self, op: str, args: Sequence[int], value: Value = None) -> int:
        i = self.found.graph.add(op, args, value)
        moves = op == "variable" and value in self.found.names
        if moves or any(a in self.found.active for a in args):
            self.found.active.add(i)
        return i

    def _whole_power(self, base: int, exponent: int) -> int:
        """By squaring: exact at 0, where a recurrence would divide by it."""
        if exponent <= 0:
            one = self.found.graph.number(1)
            return one if not exponent else self._node("div", (one, self._whole_power(base, -exponent)))
        power = base
        for bit in bin(exponent)[3:]:
            power = self._node("mul", (power, power))
            if bit == "1":
                power = self._node("mul", (power, base))
        return power

    def _exponential(self, base: int, exponent: int) -> int:
        """A power whose exponent varies: it changes as exp(exponent*log(base)) does."""
        # The logarithm comes first: its coefficients make those of the power.
        logarithm = self._node("mul", (exponent, self._node("log", (base,))))
        power = self._node("pow", (base, exponent))
        self.found.slopes[power] = [(logarithm, power)]
        return power

    def _need(self, i: int, order: int) -> None:
        """Note that a node is needed up to an order, and what it needs for that."""
        if self.found.budgets.get(i, -1) >= order:
            return
        self.found.budgets[i] = order
        node = self.found.graph.nodes[i]
        self._pending += [(a, order) for a in node.args]
        if order and i in self.found.active:
            if i not in self.found.slopes and node.op not in _PLAIN:
                moving = (k for k, a in enumerate(node.args) if a in self.found.active)
                slopes = [(node.args[k], self._slope(node, k)) for k in moving]
                self.found.slopes[i] = [(a, s) for a, s in slopes if self.found.graph.nodes[s] != _ZERO]
            for argument, slope in self.found.slopes.get(i, ()):
                self._pending += [(argument, order), (slope, order - 1)]

    def _slope(self, node: Node, argument: int) -> int:
        """The partial derivative of a function by one of its arguments."""
        row = catalog.KEYS.get(node.op)
        if node.op == "Derivative" or node.op in CHAINED or (row is not None and row.leaf):
            none = (0,) * len(node.args)
            key, orders = differentiated(node) if node.op == "Derivative" else (node.op, none)
            raised = tuple(n + (k == argument) for k, n in enumerate(orders))
            return self._node("Derivative", node.args, (key, raised))
        template, root, parameters = self.partials(node, argument)
        bound = dict(zip(parameters, node.args, strict=True))
        new: dict[int, int] = {}
        for i in template.reachable([root]):
            part = template.nodes[i]
            known = bound.get(str(part.value)) if part.op == "variable" else None
            new[i] = self._add(part.op, [new[a] for a in part.args], part.value) if known is None else known
        return new[root]
