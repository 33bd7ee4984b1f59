"""A graph in which some derivatives are still to be taken, and the nodes that rules build in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from derivcli.graph import Builder, Graph, Node, Span, fold

# A text of the catalog as a graph, its root, and the names of its parameters.
Template = tuple[Graph, int, tuple[str, ...]]


class Marked:
    """A graph with derivatives by one variable that are still to be taken, or with changes that follow from its own.

    Args:
        graph: new nodes are added to it.
        name: the variable.
        change: what the change of the variable is called; nothing where derivatives are taken.
        dependent: other variables that depend on it, and what their derivatives are called.
    """

    def __init__(self, graph: Graph, name: str, change: str = "", dependent: Mapping[str, str] | None = None) -> None:
        self.graph, self.name, self._change = graph, name, change
        self.dependent = dict(dependent or {})
        # The derivatives that are still to be taken.
        self.marks: set[int] = set()
        # What rules give in the form of textbooks: the catalog's form, and what leads to it.
        self.restated: dict[int, tuple[int, str]] = {}
        self._places: dict[int, list[Span]] = {}
        for i, span in [*enumerate(graph.spans), *graph.repeated]:
            if span is not None:
                self._places.setdefault(i, []).append(span)
        self._varying: list[bool] = []

    def varies(self, i: int) -> bool:
        """Whether a node depends on the variable."""
        known, nodes = self._varying, self.graph.nodes
        while len(known) <= i:
            node = nodes[len(known)]
            own = node.op == "variable" and (node.value == self.name or node.value in self.dependent)
            known.append(node.op != "detach" and (own or any(known[a] for a in node.args)))
        return known[i]

    def is_own(self, i: int) -> bool:
        """Whether a node is the variable itself."""
        node = self.graph.nodes[i]
        return node.op == "variable" and node.value == self.name

    def place(self, i: int, within: Span | None) -> Span | None:
        """Where a node stands in the text, within the place of what it is a part of.

        What a rule brought in stands for what it was applied to.
        """
        places = self._places.get(i, [])
        if within is None:
            return places[0] if places else None
        return next((p for p in places if within[0] <= p[0] and p[1] <= within[1]), within)

    def open(self, i: int) -> int:
        """The derivative of a node, still to be taken; or its change, which that of the variable is by its name."""
        if self._change and self.graph.nodes[i].op == "variable" and self.varies(i):
            return self.graph.variable(self._change)
        mark = self.graph.add("d", (i,), None if self._change else self.name)
        self.marks.add(mark)
        return mark

    def opened(self, i: int) -> list[int]:
        """The derivatives that a node waits for, in the order in which they are written."""
        found: dict[int, None] = {}
        seen: set[int] = set()
        waiting = [i]
        while waiting:
            k = waiting.pop()
            if k in self.marks:
                found[k] = None
            elif k not in seen:
                seen.add(k)
                waiting.extend(reversed(self.graph.nodes[k].args))
        return list(found)

    def number(self, value: int | Fraction) -> int:
        """A number as it is written: a negative one with its sign before it."""
        positive = self.graph.number(-value if value < 0 else value)
        return self.negative(positive) if value < 0 else positive

    def negative(self, i: int) -> int:
        return self.graph.add("neg", (i,))

    def sum(self, terms: Sequence[int]) -> int:
        return terms[0] if len(terms) == 1 else self.graph.add("add", terms)

    def product(self, factors: Sequence[int]) -> int:
        return factors[0] if len(factors) == 1 else self.graph.add("mul", factors)

    def times(self, n: Fraction, i: int) -> int:
        """A number times a node."""
        product = i if abs(n) == 1 else self.product([self.graph.number(abs(n)), i])
        return self.negative(product) if n < 0 else product

    def chain(self, outer: int, inner: int) -> int:
        """The derivative of an outer function times that of the inner one; a constant outer function has none."""
        if rational(self.graph, outer) == 0:
            return outer
        if rational(self.graph, outer) == 1:
            return self.open(inner)
        node = self.graph.nodes[outer]
        if node.op == "neg":
            return self.negative(self.chain(node.args[0], inner))
        if node.op == "div" and rational(self.graph, node.args[0]) == 1:
            return self.graph.add("div", (self.open(inner), node.args[1]))
        factors = node.args if node.op == "mul" else (outer,)
        return self.product([*factors, self.open(inner)])

    def instance(self, template: Template, args: Sequence[int]) -> int:
        """A text of the catalog about these arguments."""
        (source, root, parameters), graph = template, self.graph
        bound = dict(zip(parameters, args, strict=True))

        def replace(_: int, node: Node, new: tuple[int, ...]) -> int:
            # Places in a text of the catalog are none in the user's.
            return bound[str(node.value)] if node.op == "variable" else graph.add(node.op, new, node.value)

        return source.copy_into(graph, [root], replace)[0]


def rational(graph: Graph, i: int) -> Fraction | None:
    """The value of a node that is arithmetic of rational numbers."""
    if any(graph.nodes[k].op not in ("number", "add", "mul", "neg", "div", "pow") for k in graph.reachable([i])):
        return None
    folded, (root,) = fold(graph, [i])
    return Builder(folded).constant(root)
