"""Derivatives in index notation: each rule of calculus once, for entries; the indices do the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import ClassVar

from derivcli.graph import CONDITIONS
from derivcli.graph import Node as Operation
from derivcli.indices.algebra import add, power, product, substitute, times
from derivcli.indices.canonical import key
from derivcli.indices.elementwise import apply
from derivcli.indices.functions import function, inverse
from derivcli.indices.nodes import (
    ONE,
    ZERO,
    Constant,
    Determinant,
    Function,
    Index,
    Inverse,
    Node,
    Power,
    Product,
    Softmax,
    Sum,
    Variable,
    is_number,
    number,
)
from derivcli.indices.tensors import NotIndexed
from derivcli.reverse import Partials

# What a variable's entry changes by: a product of deltas for a derivative, an entry of the tangent for a pushforward.
Seed = Callable[[Variable], Node]


class Differential:
    """The change of nodes when variables change by their seeds.

    Args:
        names: the variables that change.
        seed: the change of an entry of one of them.
        partials: the partial derivatives of elementwise functions.
    """

    def __init__(self, names: Collection[str], seed: Seed, partials: Partials) -> None:
        self._names = names
        self._seed = seed
        self._partials = partials
        # The node is kept beside its change, so that its identity is not taken over by another one.
        self._known: dict[int, tuple[Node, Node]] = {}

    def __call__(self, node: Node) -> Node:
        """The change of a node; it has the seeds' indices beside the node's own."""
        known = self._known.get(id(node))
        if known is None:
            rule = self._RULES.get(type(node))
            known = self._known[id(node)] = (node, ZERO if rule is None else rule(self, node))
        return known[1]

    def _variable(self, node: Variable) -> Node:
        return self._seed(node) if node.name in self._names else ZERO

    def _constant(self, node: Constant) -> Node:
        if not node.below.isdisjoint(self._names):
            raise NotIndexed(node.operation)
        return ZERO

    def _sum(self, node: Sum) -> Node:
        return add(*(self(t) for t in node.terms))

    def _product(self, node: Product) -> Node:
        terms = []
        for n, factor in enumerate(node.factors):
            change = self(factor)
            if not is_number(change, 0):
                others = (*node.factors[:n], change, *node.factors[n + 1 :])
                terms.append(product(node.coefficient, others, node.bound))
        return add(*terms)

    def _function(self, node: Function) -> Node:
        if node.op in CONDITIONS:
            return ZERO
        if node.op == "piecewise":
            return self._piecewise(node)
        if node.op == "log" and isinstance(node.args[0], Determinant):
            return self._log_determinant(node.args[0])
        terms = []
        for place, argument in enumerate(node.args):
            change = self(argument)
            if not is_number(change, 0):
                terms.append(times(self._partial(node, place), change))
        return add(*terms)

    def _partial(self, node: Function, place: int) -> Node:
        if node.op == "exp":
            return node
        graph, root, parameters = self._partials(Operation(node.op), place)
        values = dict(zip(parameters, node.args, strict=True))
        found: dict[int, Node] = {}
        for i in graph.reachable([root]):
            below = graph.nodes[i]
            known = values.get(str(below.value)) if below.op == "variable" else None
            found[i] = apply(below, [found[a] for a in below.args]) if known is None else known
        return found[root]

    def _piecewise(self, node: Function) -> Node:
        """Branches that change by the same factor share one function of all pieces."""
        conditions = node.args[1::2]
        factors: dict[str, Node] = {}
        pieces: dict[str, list[Node]] = {}
        for place, value in enumerate(node.args[::2]):
            change = self(value)
            if is_number(change, 0):
                continue
            local, rest = _local(change, node.free)
            name = key(rest)
            factors[name] = rest
            pieces.setdefault(name, [ZERO] * len(conditions))[place] = local
        return add(*(times(_pieces(values, conditions), factors[name]) for name, values in pieces.items()))

    def _power(self, node: Power) -> Node:
        base, exponent = self(node.base), self(node.exponent)
        terms = []
        if not is_number(base, 0):
            terms.append(times(node.exponent, power(node.base, add(node.exponent, number(-1))), base))
        if not is_number(exponent, 0):
            terms.append(times(node, function("log", node.base), exponent))
        return add(*terms)

    def _inverse(self, node: Inverse) -> Node:
        """d inv(B) = -inv(B) @ dB @ inv(B)."""
        change = self(node.body)
        if is_number(change, 0):
            return ZERO
        p, q = Index(node.p.size), Index(node.q.size)
        left = inverse(node.body, node.p, node.q, node.row, p)
        right = inverse(node.body, node.p, node.q, q, node.column)
        return product(-1, [left, substitute(change, {node.p: p, node.q: q}), right], (p, q))

    def _log_determinant(self, node: Determinant) -> Node:
        """d log(det(B)) = tr(inv(B) @ dB)."""
        change = self(node.body)
        if is_number(change, 0):
            return ZERO
        p, q = Index(node.p.size), Index(node.q.size)
        inverted = inverse(node.body, node.p, node.q, q, p)
        return product(1, [inverted, substitute(change, {node.p: p, node.q: q})], (p, q))

    def _determinant(self, node: Determinant) -> Node:
        return times(node, self._log_determinant(node))

    def _softmax(self, node: Softmax) -> Node:
        """d softmax(z) = softmax(z) * (dz - sum(softmax(z)*dz))."""
        change = self(node.body)
        if is_number(change, 0):
            return ZERO
        k = Index(node.over.size)
        mean = product(-1, [node, Softmax(node.body, node.over, k), substitute(change, {node.over: k})], (k,))
        return add(times(node, substitute(change, {node.over: node.at})), mean)

    _RULES: ClassVar[dict[type[Node], Callable[..., Node]]] = {
        Variable: _variable,
        Constant: _constant,
        Sum: _sum,
        Product: _product,
        Function: _function,
        Power: _power,
        Inverse: _inverse,
        Determinant: _determinant,
        Softmax: _softmax,
    }


def _local(change: Node, free: frozenset[Index]) -> tuple[Node, Node]:
    """A change as a factor that depends on the given indices only, and the rest."""
    if not isinstance(change, Product):
        return (change, ONE) if change.free <= free else (ONE, change)
    local = [f for f in change.factors if f.free <= free - change.bound]
    rest = [f for f in change.factors if not f.free <= free - change.bound]
    return product(change.coefficient, local), product(1, rest, change.bound)


def _pieces(values: Sequence[Node], conditions: Sequence[Node]) -> Node:
    always = isinstance(conditions[-1], Function) and conditions[-1].op == "true"
    otherwise = () if always else (ZERO, Function("true", ()))
    return function("piecewise", *(a for pair in zip(values, conditions, strict=True) for a in pair), *otherwise)
