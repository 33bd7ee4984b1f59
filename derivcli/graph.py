"""The shared graph: what was read, as small nodes that know their place in the text.

A graph is a list of nodes in topological order (arguments come before the nodes that use them), each stored once
however often it is used. Every walk is a loop over that list, so depth costs nothing.

Operations: `number` (value: Fraction), `variable` and `constant` (value: name), `add` and `mul` (any number of
arguments), `neg`, `div`, `pow`, the comparisons `lt le gt ge eq ne`, `and or not true false`, `piecewise` (value,
condition, value, condition, …), the keys of the catalog's rows, `BINDERS` (value: Body), and the operations on arrays
that `arrays.py` lists, whose value holds what is no array: axes, shapes, indices. `Derivative` is a derivative of a
catalog function without a closed form (value: its key, and the order by each argument); `Along` one of its argument by
variables, known by differences alone (value: names and orders, and the side: 1 from above, -1 from below, 0 around).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Span = tuple[int, int]

# Powers of numbers are worked out exactly as long as they stay this small.
MAX_FOLDED_BITS = 4_000

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
    """Nodes, each unique, with the place in the text where each was first written."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.spans: list[Span | None] = []
        self._index: dict[tuple[Any, ...], int] = {}

    def add(self, op: str, args: Iterable[int] = (), value: Value = None, span: Span | None = None) -> int:
        """The number of the node `op(args)`, made if it is new."""
        args = tuple(args)
        # The hash of a Fraction takes longer than all the rest.
        key = (op, args, value.numerator, value.denominator) if isinstance(value, Fraction) else (op, args, value)
        found = self._index.get(key)
        if found is None:
            found = self._index[key] = len(self.nodes)
            self.nodes.append(Node(op, args, value))
            self.spans.append(span)
        return found

    def number(self, value: int | Fraction, span: Span | None = None) -> int:
        return self.add("number", value=value if isinstance(value, Fraction) else Fraction(value), span=span)

    def variable(self, name: str, span: Span | None = None) -> int:
        return self.add("variable", value=name, span=span)

    def reachable(self, roots: Iterable[int], leaves: Container[int] = ()) -> list[int]:
        """The nodes that the roots need, in topological order; what lies below `leaves` is not needed."""
        wanted = set(roots)
        stack = list(wanted)
        while stack:
            i = stack.pop()
            if i not in leaves:
                new = [a for a in self.nodes[i].args if a not in wanted]
                wanted.update(new)
                stack.extend(new)
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
        node = self.graph.nodes[i]
        return node.value if isinstance(node.value, Fraction) else None

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


def _size(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def fold(graph: Graph, roots: Sequence[int]) -> tuple[Graph, list[int]]:
    """The same expression with the arithmetic of rational numbers done, exactly."""
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


# The partial derivatives of functions: given a function's node and which argument, the derivative as a small graph over
# variables named after its parameters, its root, and the parameters.
Partials = Callable[[Node, int], "tuple[Graph, int, tuple[str, ...]]"]


def gradient(graph: Graph, root: int, names: Sequence[str], partials: Partials) -> list[int]:
    """The derivatives of one scalar node by variables, in reverse mode on the graph itself.

    One sweep from the root down accumulates adjoints (Griewank and Walther, Evaluating Derivatives, section 3.2), so
    all derivatives together cost a small multiple of the expression. The new nodes are added to `graph`.
    """
    build = Builder(graph)
    adjoints: dict[int, list[int]] = {root: [graph.number(1)]}
    found: dict[str, int] = {}
    for i in reversed(graph.reachable([root])):
        if i not in adjoints:
            continue
        node, adjoint = graph.nodes[i], build.sum(adjoints.pop(i))
        if node.op == "variable":
            found[str(node.value)] = adjoint
        for argument, contribution in _pullback(build, node, i, adjoint, partials):
            adjoints.setdefault(argument, []).append(contribution)
    return [found.get(name, graph.number(0)) for name in names]


def _pullback(build: Builder, node: Node, i: int, adjoint: int, partials: Partials) -> Iterable[tuple[int, int]]:
    """What one node passes on to each of its arguments."""
    graph, args = build.graph, node.args
    if build.constant(adjoint) == 0 or not args or node.op in CONDITIONS:
        return []
    if node.op == "add":
        return [(a, adjoint) for a in args]
    if node.op == "neg":
        return [(args[0], build.product([graph.number(-1), adjoint]))]
    if node.op == "mul":
        return zip(args, _products_without_each(build, args, adjoint), strict=True)
    if node.op == "div":
        quotient = build.quotient(adjoint, args[1])
        return [(args[0], quotient), (args[1], build.product([graph.number(-1), quotient, i]))]
    if node.op == "pow":
        return _pullback_power(build, args[0], args[1], i, adjoint)
    if node.op == "piecewise":
        zero = graph.number(0)
        return [
            (args[k], graph.add("piecewise", [x for j in range(0, len(args), 2)
                                              for x in (adjoint if j == k else zero, args[j + 1])]))
            for k in range(0, len(args), 2)
        ]  # fmt: skip
    pulled = []
    for k, argument in enumerate(args):
        if node.op in BINDERS and not graph.variables([argument]):
            continue  # of infinity, say, there is no function to look at
        rule, rule_root, parameters = partials(node, k)
        bound = dict(zip(parameters, args, strict=True))
        (partial,) = rule.copy_into(graph, [rule_root], lambda _i, n, _a, bound=bound: bound.get(n.value))  # type: ignore[misc]
        pulled.append((argument, _times(build, adjoint, partial)))
    return pulled


def _times(build: Builder, adjoint: int, partial: int) -> int:
    """A product; a partial derivative that is a choice chooses: where it is 0 the adjoint may be infinite."""
    node = build.graph.nodes[partial]
    if node.op != "piecewise":
        return build.product([adjoint, partial])
    values = [build.product([adjoint, value]) for value in node.args[::2]]
    return build.graph.add("piecewise", [a for pair in zip(values, node.args[1::2], strict=True) for a in pair])


def _products_without_each(build: Builder, factors: Sequence[int], adjoint: int) -> list[int]:
    """For each factor the product of the others, from running products of both ends: no division, so zeros are safe."""
    count = len(factors)
    before, after = [adjoint], [build.graph.number(1)]
    for factor in factors[:-1]:
        before.append(build.product([before[-1], factor]))
    for factor in reversed(factors[1:]):
        after.append(build.product([after[-1], factor]))
    return [build.product([before[k], after[count - 1 - k]]) for k in range(count)]


def _pullback_power(build: Builder, base: int, exponent: int, i: int, adjoint: int) -> list[tuple[int, int]]:
    graph = build.graph
    lowered = build.power(base, build.sum([exponent, graph.number(-1)]))
    pulled = [(base, build.product([adjoint, exponent, lowered]))]
    if build.constant(exponent) is None and graph.variables([exponent]):
        pulled.append((exponent, build.product([adjoint, i, graph.add("log", (base,))])))
    return pulled
