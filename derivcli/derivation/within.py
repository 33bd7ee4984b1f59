"""Derivatives within integrals and sums: what is summed is differentiated by the rules, too.

While it is, it stands beside the integral as a node of the graph around it, where the bound name is a variable.
"""

from __future__ import annotations

from collections.abc import Sequence

from derivcli.closures import close, instance, opened
from derivcli.corners import jump
from derivcli.derivation.marked import Marked
from derivcli.graph import Body, Graph, Node

# A name that nobody can write.
_SLOPE = "'slope"


def inside(marked: Marked, node: Node) -> int | None:
    """An integral or sum of the derivative of what it is of; None where the derivative is not all within.

    Args:
        marked: the variable.
        node: the integral or sum.
    """
    body = node.value
    assert isinstance(body, Body)
    graph, (bound, *names) = marked.graph, body.parameters
    if node.op not in ("Integral", "Sum") or bound in {marked.name, *graph.variables(node.args)}:
        return None
    inner, root = opened(body)
    if node.op == "Integral" and any(jump(inner, root, bound, name) is not None for name in names):
        return None
    summed = instance(body, graph, (graph.variable(bound), *node.args[2:]))
    return graph.add(node.op, (*node.args[:2], marked.open(summed)), _beside(bound))


def _beside(bound: str) -> Body:
    return Body((bound, _SLOPE), (Node("variable", value=_SLOPE),), 0)


def is_beside(node: Node) -> bool:
    """Whether what is summed stands beside an integral or sum."""
    return isinstance(node.value, Body) and node.value.parameters[1:] == (_SLOPE,)


def bind(graph: Graph, node: Node, args: Sequence[int]) -> int:
    """The integral or sum over what stands beside it."""
    assert isinstance(node.value, Body)
    lower, upper, summed = args
    body = close(graph, summed, node.value.parameters[0])
    return graph.add(node.op, (lower, upper, *map(graph.variable, body.parameters[1:])), body)


def bound(graph: Graph, root: int) -> tuple[Graph, int]:
    """The same node with every integral and sum over what stood beside it."""
    if not any(is_beside(graph.nodes[i]) for i in graph.reachable([root])):
        return graph, root
    new = Graph()

    def replace(_: int, node: Node, args: tuple[int, ...]) -> int | None:
        return bind(new, node, args) if is_beside(node) else None

    return new, graph.copy_into(new, [root], replace)[0]
