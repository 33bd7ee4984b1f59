"""An equation that is linear in a name, solved for it in the acts that a person does one after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derivcli.derivation.parts import product, side_by_side, without_brackets
from derivcli.graph import Graph, Node


@dataclass(frozen=True)
class Equation:
    """Two sides, as nodes of one graph."""

    graph: Graph
    left: int
    right: int


def solved(graph: Graph, root: int, name: str) -> Iterator[tuple[str, Equation]]:
    """What is done to `root = 0` until the name stands on its own.

    Args:
        graph, root: the left side, in which the name stands in no function and below no bar.
        name: the name.

    Yields:
        What is done, and the equation after it; the last one has the name on its left side.
    """
    graph, root = _opened(graph, root, name)
    yield "multiplied out", Equation(graph, root, graph.number(0))
    graph, root = _signed(graph, root, name)
    yield "brackets removed", Equation(graph, root, graph.number(0))
    terms = side_by_side(graph, "add", [root])
    has = _having(graph, name)
    own, others = [t for t in terms if t in has], [t for t in terms if t not in has]
    right = _sum(graph, [_negative(graph, t) for t in others])
    left = _sum(graph, own)
    yield "terms without {} brought to the right side", Equation(graph, left, right)
    unknown = graph.variable(name)
    times = _sum(graph, [_coefficient(graph, t, unknown) for t in own])
    left = unknown if graph.nodes[times].value == 1 else graph.add("mul", (times, unknown))
    if len(own) > 1:
        yield "{} factored out", Equation(graph, left, right)
    if left != unknown:
        quotient = graph.add("div", (right, times))
        yield "both sides divided by the factor of {}", Equation(graph, unknown, quotient)


def _having(graph: Graph, name: str) -> set[int]:
    """The nodes that have the name below them."""
    found: set[int] = set()
    for i, node in enumerate(graph.nodes):
        if node.value == name or not found.isdisjoint(node.args):
            found.add(i)
    return found


def is_linear(graph: Graph, root: int, name: str) -> bool:
    """Whether the name is a factor of terms and stands nowhere else."""
    has = _having(graph, name)

    def linear(i: int) -> bool:
        node = graph.nodes[i]
        within = [k for k, a in enumerate(node.args) if a in has]
        if i not in has or node.op == "variable":
            return True
        if node.op not in ("add", "neg", "mul", "div") or (node.op != "add" and within != [0] and node.op != "mul"):
            return False
        return (node.op != "mul" or len(within) == 1) and all(linear(node.args[k]) for k in within)

    return root in has and linear(root)


def _opened(graph: Graph, root: int, name: str) -> tuple[Graph, int]:
    """Products and fractions with the name in a sum of theirs as sums of products and fractions."""
    new = Graph()
    has = _having(graph, name)

    def replace(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        if i not in has or node.op not in ("mul", "div"):
            return None
        k = next(k for k, a in enumerate(node.args) if a in has)
        inner = new.nodes[args[k]]
        negative = inner.op == "neg"
        bracket = inner.args[0] if negative else args[k]
        if new.nodes[bracket].op == "add":
            terms = [_with(new, node, args, k, t) for t in new.nodes[bracket].args]
            opened = new.add("add", terms)
        elif negative:
            opened = _with(new, node, args, k, bracket)
        else:
            return None
        return new.add("neg", (opened,)) if negative else opened

    return without_brackets(new, graph.copy_into(new, [root], replace)[0])


def _with(graph: Graph, node: Node, args: Sequence[int], k: int, term: int) -> int:
    """A product or fraction with a term for its k-th part; the sign of the term goes before it."""
    inner = graph.nodes[term]
    own = inner.args[0] if inner.op == "neg" else term
    parts = [own if n == k else a for n, a in enumerate(args)]
    made = product(graph, parts) if node.op == "mul" else graph.add("div", parts)
    return graph.add("neg", (made,)) if inner.op == "neg" else made


def _signed(graph: Graph, root: int, name: str) -> tuple[Graph, int]:
    """Signs before brackets with the name in them before each term."""
    new = Graph()
    has = _having(graph, name)

    def replace(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        if node.op != "neg" or i not in has or new.nodes[args[0]].op not in ("add", "neg"):
            return None
        return _sum(new, [_negative(new, t) for t in side_by_side(new, "add", args)])

    return without_brackets(new, graph.copy_into(new, [root], replace)[0])


def _negative(graph: Graph, i: int) -> int:
    node = graph.nodes[i]
    if node.op == "neg":
        return node.args[0]
    return i if node.value == 0 else graph.add("neg", (i,))


def _sum(graph: Graph, terms: Sequence[int]) -> int:
    terms = side_by_side(graph, "add", terms)
    return graph.number(0) if not terms else terms[0] if len(terms) == 1 else graph.add("add", terms)


def _coefficient(graph: Graph, term: int, unknown: int) -> int:
    """What the name is multiplied by in a term."""
    node = graph.nodes[term]
    if term == unknown:
        return graph.number(1)
    if node.op == "neg":
        return graph.add("neg", (_coefficient(graph, node.args[0], unknown),))
    if node.op == "div":
        return graph.add("div", (_coefficient(graph, node.args[0], unknown), node.args[1]))
    rest = [a for a in node.args if a != unknown]
    return product(graph, rest)
