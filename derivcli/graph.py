"""The shared graph: what was read, as small nodes that know their place in the text.

A graph is a list of nodes in topological order (arguments come before the nodes that use them), each stored once
however often it is used. Every walk is a loop over that list, so depth costs nothing.

Operations: `number` (value: Fraction), `variable` and `constant` (value: name), `add` and `mul` (any number of
arguments), `neg`, `div`, `pow`, the comparisons `lt le gt ge eq ne`, `and or not true false`, `piecewise` (value,
condition, value, condition, …), the keys of the catalog's rows, `BINDERS` (value: Body), and the operations on arrays
that `arrays.py` lists, whose value holds what is no array: axes, shapes, indices. `Derivative` is a derivative of a
catalog function without a closed form (value: its key, and the order by each argument); `Along` one of its argument by
variables, known by differences alone (value: names and orders, and the side: 1 from above, -1 from below, 0 around).
In derivations alone there is `d`, a derivative by a variable that is still to be taken (value: its name), or the change
of an array when variables change (value: none), `decimal`, a number as it is printed (value: its digits), and
`Piecewise`, a `piecewise` in the words of formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Span = tuple[int, int]

# Powers of numbers are worked out exactly as long as they stay this small.
MAX_FOLDED_BITS = 4_000
# Of so many nodes that are written once more the place is kept, too: nobody looks for places in longer texts.
MAX_REPEATED = 10_000

COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")
CONDITIONS = frozenset((*COMPARISONS, "and", "or", "not", "true", "false"))


# Operations that bind a name, as they are written. Their value is the body that they go over, their arguments are the
# lower limit, the upper one, and the body's other arguments.
BINDERS = {"Integral": "Integral", "Sum": "Sum", "Product": "Product", "InfiniteProduct": "Product"}


@dataclass(frozen=True, slots=True)
class Body:
    """A function of its own, closed off from the graph around it: what is integrated, summed or multiplied.

    `parameters` are the bound name and the names of its other arguments; `nodes` its graph, down to `root`.
    """

    parameters: tuple[str, ...]
    nodes: tuple[Node, ...]
    root: int


Value = Fraction | str | tuple[Any, ...] | Body | None


@dataclass(frozen=True, slots=True)
class Node:
    """One operation on earlier nodes of the same graph."""

    op: str
    args: tuple[int, ...] = ()
    value: Value = None


def differentiated(node: Node) -> tuple[str, tuple[int, ...]]:
    """Of a `Derivative` node the key of its function, and how often it is differentiated by each argument."""
    assert isinstance(node.value, tuple)
    key, orders = node.value
    return key, orders


class Graph:
    """Nodes, each unique, with the place in the text where each was first written, and those where it was again."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.spans: list[Span | None] = []
        self.repeated: list[tuple[int, Span]] = []
        self._index: dict[tuple[Any, ...], int] = {}

    def add(self, op: str, args: Iterable[int] = (), value: Value = None, span: Span | None = None) -> int:
        """The number of the node `op(args)`, made if it is new."""
        args = tuple(args)
        # The hash of a Fraction takes longer than all the rest; isinstance would ask the abstract classes of numbers.
        key = (op, args, value.numerator, value.denominator) if type(value) is Fraction else (op, args, value)
        found = self._index.get(key)
        if found is None:
            found = self._index[key] = len(self.nodes)
            self.nodes.append(Node(op, args, value))
            self.spans.append(span)
        elif span is not None and len(self.repeated) < MAX_REPEATED:
            self.repeated.append((found, span))
        return found

    def copy(self) -> Graph:
        """A graph with the same nodes, to add others to."""
        new = Graph()
        new.nodes, new.spans, new._index = list(self.nodes), list(self.spans), dict(self._index)
        new.repeated = list(self.repeated)
        return new

    def number(self, value: int | Fraction, span: Span | None = None) -> int:
        return self.add("number", value=value if isinstance(value, Fraction) else Fraction(value), span=span)

    def variable(self, name: str, span: Span | None = None) -> int:
        return self.add("variable", value=name, span=span)

    def reachable(self, roots: Iterable[int], leaves: Container[int] = ()) -> list[int]:
        """The nodes that the roots need, in topological order; what lies below `leaves` is not needed."""
        nodes, wanted = self.nodes, set(roots)
        stack = list(wanted)
        while stack:
            i = stack.pop()
            if i in leaves:
                continue
            for a in nodes[i].args:
                if a not in wanted:
                    wanted.add(a)
                    stack.append(a)
        return sorted(wanted)

    def variables(self, roots: Iterable[int]) -> list[str]:
        """The names of the variables below the roots, in the order in which they were written."""
        found = [i for i in self.reachable(roots) if self.nodes[i].op == "variable"]
        return [str(self.nodes[i].value) for i in found]

    def depth(self, roots: Iterable[int]) -> int:
        """The length of the longest chain of operations below the roots."""
        depths: dict[int, int] = {}
        for i in self.reachable(roots):
            depths[i] = 1 + max((depths[a] for a in self.nodes[i].args), default=0)
        return max(depths.values(), default=0)

    def copy_into(
        self,
        target: Graph,
        roots: Sequence[int],
        replace: Callable[[int, Node, tuple[int, ...]], int | None],
        leaves: Container[int] = (),
    ) -> list[int]:
        """Rebuild the roots in `target`; `replace` may give another node for (number, node, new arguments).

        What lies below `leaves` is not copied: each of them must be replaced.
        """
        new: dict[int, int] = {}
        for i in self.reachable(roots, leaves):
            node = self.nodes[i]
            args = () if i in leaves else tuple(new[a] for a in node.args)
            replaced = replace(i, node, args)
            new[i] = target.add(node.op, args, node.value, self.spans[i]) if replaced is None else replaced
        return [new[r] for r in roots]


# Fractions take long to make.
_ZERO, _ONE = Fraction(0), Fraction(1)


class Builder:
    """Arithmetic on nodes of one graph that drops the zeros and ones which derivatives are full of."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def constant(self, i: int) -> Fraction | None:
        """The value of a number node, else None."""
        value = self.graph.nodes[i].value
        return value if type(value) is Fraction else None

    def sum(self, terms: Sequence[int]) -> int:
        total, rest = _ZERO, []
        for term in terms:
            value = self.constant(term)
            if value is None:
                rest.append(term)
            elif value:
                total += value
        if total or not rest:
            rest.append(self.graph.number(total))
        return rest[0] if len(rest) == 1 else self.graph.add("add", rest)

    def product(self, factors: Sequence[int]) -> int:
        coefficient, rest = _ONE, []
        for factor in factors:
            node = self.graph.nodes[factor]
            if node.op == "neg":
                coefficient, factor = -coefficient, node.args[0]
            value = self.constant(factor)
            if value is None:
                rest.append(factor)
            else:
                coefficient = value if coefficient is _ONE else coefficient * value
        if not coefficient or not rest:
            return self.graph.number(coefficient)
        if coefficient is not _ONE and abs(coefficient) != 1:
            rest.insert(0, self.graph.number(abs(coefficient)))
        result = rest[0] if len(rest) == 1 else self.graph.add("mul", rest)
        return self.graph.add("neg", (result,)) if coefficient < 0 else result

    def quotient(self, a: int, b: int) -> int:
        over, below = self.constant(a), self.constant(b)
        if over is not None and below:
            return self.graph.number(over / below)
        if over == 0 or below == 1:
            return a
        return self.graph.add("div", (a, b))

    def power(self, base: int, exponent: int) -> int:
        b, e = self.constant(base), self.constant(exponent)
        if b and e is not None and e.denominator == 1 and abs(e) * _size(b) <= MAX_FOLDED_BITS:
            return self.graph.number(b ** int(e))
        if self.constant(exponent) == 1:
            return base
        if self.constant(exponent) == 0:
            return self.graph.number(1)
        return self.graph.add("pow", (base, exponent))


_RATIONAL = frozenset(("variable", "number", "add", "mul", "neg", "div"))


def _size(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def is_rational(graph: Graph, roots: Sequence[int]) -> bool:
    """Whether there is nothing below the roots but variables, numbers, and sums, products, quotients, whole powers."""
    for i in graph.reachable(roots):
        node = graph.nodes[i]
        if node.op == "pow":
            exponent = graph.nodes[node.args[1]].value
            if not isinstance(exponent, Fraction) or exponent.denominator != 1:
                return False
        elif node.op not in _RATIONAL:
            return False
    return True


def _is_of_numbers(graph: Graph, node: Node) -> bool:
    return bool(node.args) and all(graph.nodes[a].op == "number" for a in node.args)


def fold(graph: Graph, roots: Sequence[int]) -> tuple[Graph, list[int]]:
    """The same expression with the arithmetic of rational numbers done, exactly."""
    if not any(_is_of_numbers(graph, graph.nodes[i]) for i in graph.reachable(roots)):
        return graph.copy(), list(roots)
    folded = Graph()
    build = Builder(folded)
    arithmetic: dict[str, Callable[[tuple[int, ...]], int]] = {
        "add": build.sum,
        "mul": build.product,
        "neg": lambda args: build.product([folded.number(-1), *args]),
        "div": lambda args: build.quotient(*args),
        "pow": lambda args: build.power(*args),
    }

    def replace(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        # Only numbers are touched: x/x and 0*log(x) keep the places where they are not defined.
        constant = args and all(build.constant(a) is not None for a in args)
        return arithmetic[node.op](args) if constant and node.op in arithmetic else None

    return folded, graph.copy_into(folded, roots, replace)
