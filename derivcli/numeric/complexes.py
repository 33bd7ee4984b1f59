"""Which nodes of a graph need complex numbers, and which have no derivative among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivcli import catalog
from derivcli.graph import CONDITIONS, Graph, Node
from derivcli.numeric.rational import rational_values
from derivcli.spelled import LEAVES_REALS, NOT_HOLOMORPHIC, OF_REALS


def complex_nodes(
    graph: Graph, roots: Sequence[int], known: Mapping[int, complex | bool], real: bool
) -> frozenset[int]:
    """The nodes whose values need not be real.

    Args:
        graph, roots: the expression in primitives.
        known: the values of constant nodes.
        real: whether variables are real.
    """
    found: set[int] = set()
    for i in graph.reachable(roots, leaves=known):
        node = graph.nodes[i]
        if i in known:
            needed = isinstance(known[i], complex)
        elif node.op == "variable":
            needed = not real
        else:
            below = [a for a in node.args if a in found]
            needed = _keeps_complex(node, bool(below)) or not _stays_real(node, known)
        if needed:
            found.add(i)
    return frozenset(found)


def _keeps_complex(node: Node, below: bool) -> bool:
    """Whether a complex argument makes the value complex."""
    return below and node.op not in CONDITIONS and node.op not in OF_REALS and node.op != "abs"


def _stays_real(node: Node, known: Mapping[int, complex | bool]) -> bool:
    """Whether an operation has real values for all real arguments."""
    if node.op != "pow":
        leaf = node.op == "Derivative" or (node.op in catalog.KEYS and catalog.KEYS[node.op].leaf)
        return node.op not in LEAVES_REALS and not leaf
    base, exponent = (known.get(a) for a in node.args)
    whole = isinstance(exponent, float) and exponent == int(exponent)
    return whole or (isinstance(base, float) and base > 0)


def without_complex_derivative(graph: Graph, roots: Sequence[int]) -> int | None:
    """The first node that depends on a variable and has no complex derivative there, if there is one."""
    for i in graph.reachable(roots):
        node = graph.nodes[i]
        if (node.op in NOT_HOLOMORPHIC or node.op in CONDITIONS) and graph.variables([i]):
            return i
    return None


def real_root(graph: Graph, node: int | None) -> str | None:
    """What is to be written for the real root, where a node is a root of odd order in powers."""
    if node is None or graph.nodes[node].op != "pow":
        return None
    power = graph.nodes[node].args[1]
    exponent = rational_values(graph, graph.reachable([power]), {}).get(power)
    if exponent is None or exponent.denominator % 2 == 0 or exponent.denominator == 1:
        return None
    return "cbrt(x)" if exponent.denominator == 3 else f"root(x, {exponent.denominator})"
