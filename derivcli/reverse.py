"""Reverse-mode differentiation on the graph: one sweep from a node down gives its derivatives by all variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from derivcli.graph import BINDERS, CONDITIONS, Builder, Graph, Node

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
