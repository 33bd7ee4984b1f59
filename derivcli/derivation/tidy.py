"""A derivative as the rules leave it, a little shorter: zeros and ones left out, numbers worked out."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence

from derivcli import catalog
from derivcli.closures import opened, rewritten
from derivcli.derivation.laws import LAWS, OF_NUMBERS, by
from derivcli.derivation.marked import Marked
from derivcli.derivation.parts import without_brackets
from derivcli.derivation.rules import definition_name
from derivcli.graph import Body, Builder, Graph, Node, fold
from derivcli.language import definition, write

_ROOTS = ("sqrt", "cbrt")
# From a graph and a root to another graph and its root.
Pass = Callable[[Graph, int], tuple[Graph, int]]


def without_zeros_and_ones(graph: Graph, root: int) -> tuple[Graph, int]:
    """Terms of 0, factors of 1 and products with 0 are left out; all else stays where it is."""
    new = Graph()
    build = Builder(new)

    def zero(i: int) -> bool:
        return build.constant(i) == 0

    def one(i: int) -> bool:
        return build.constant(i) == 1

    def of_sum(args: Sequence[int]) -> int:
        rest = [a for a in args if not zero(a)]
        return new.number(0) if not rest else rest[0] if len(rest) == 1 else new.add("add", rest)

    def of_product(args: Sequence[int]) -> int:
        if any(map(zero, args)):
            return new.number(0)
        rest = [a for a in args if not one(a)]
        return new.number(1) if not rest else rest[0] if len(rest) == 1 else new.add("mul", rest)

    def replace(_: int, node: Node, args: tuple[int, ...]) -> int | None:
        if node.op == "add":
            return of_sum(args)
        if node.op == "mul":
            return of_product(args)
        if node.op == "neg":
            return args[0] if zero(args[0]) else None
        if node.op == "div":
            return args[0] if zero(args[0]) or one(args[1]) else None
        if node.op == "pow":
            return args[0] if one(args[1]) else None
        return None

    return new, graph.copy_into(new, [root], replace)[0]


def with_numbers_worked_out(graph: Graph, root: int) -> tuple[Graph, int]:
    """Numbers in sums and products are brought together."""
    graph, (root,) = fold(graph, [root])
    new = Graph()
    build = Builder(new)

    def replace(_: int, node: Node, args: tuple[int, ...]) -> int | None:
        numbers = sum(build.constant(a) is not None for a in args)
        if node.op == "add" and numbers > 1:
            return build.sum(args)
        signs = any(new.nodes[a].op == "neg" for a in args)
        if (node.op == "mul" and (numbers > 1 or signs)) or (node.op == "neg" and signs):
            return build.product(args if node.op == "mul" else [new.number(-1), *args])
        return None

    return new, graph.copy_into(new, [root], replace)[0]


def to_define(graph: Graph, root: int, text: str) -> list[str]:
    """The functions of a node that do not occur in a text, which is what comes of it, and that have a definition."""
    gone = {op for op in _operations(graph, root) if text and f"{catalog.KEYS[op].name}(" not in text}
    return sorted(gone, key=definition_name)


def as_defined(graph: Graph, root: int, op: str) -> tuple[Graph, int]:
    """A node with one function as it is defined."""
    new, (root,) = _defined(graph, [root], {op})
    return new, root


def _everywhere(work: Pass, graph: Graph, root: int) -> tuple[Graph, int]:
    """What a pass makes of a node, and of what is integrated or summed in it."""
    new = Graph()

    def replace(_: int, node: Node, args: tuple[int, ...]) -> int | None:
        if not isinstance(node.value, Body):
            return None
        return new.add(node.op, args, rewritten(node.value, lambda g, roots: _one(work, g, roots)))

    return work(new, graph.copy_into(new, [root], replace)[0])


def _one(work: Pass, graph: Graph, roots: Sequence[int]) -> tuple[Graph, list[int]]:
    new, root = work(graph, roots[0])
    return new, [root]


def _operations(graph: Graph, root: int) -> set[str]:
    """The functions that have a definition which says more than that a root is a power, also within sums."""
    found: set[str] = set()
    for i in graph.reachable([root]):
        node = graph.nodes[i]
        if isinstance(node.value, Body):
            found |= _operations(*opened(node.value))
        elif node.op in catalog.KEYS and catalog.KEYS[node.op].definition and node.op not in _ROOTS:
            found.add(node.op)
    return found


def _defined(graph: Graph, roots: Sequence[int], operations: Container[str]) -> tuple[Graph, list[int]]:
    new = Graph()

    def replace(_: int, node: Node, args: tuple[int, ...]) -> int | None:
        if isinstance(node.value, Body):
            return new.add(node.op, args, rewritten(node.value, lambda g, r: _defined(g, r, operations)))
        return Marked(new, "").instance(definition(node.op), args) if node.op in operations else None

    return new, graph.copy_into(new, roots, replace)


def _passes(decimals: bool) -> Iterator[tuple[str, Pass]]:
    yield "zeros and ones left out", without_zeros_and_ones
    for k, (name, law) in enumerate(LAWS):
        if k == _SIGNS:
            yield "numbers worked out", with_numbers_worked_out
        if not (decimals and law in OF_NUMBERS):
            yield name, by(law)


# The laws of signs come before the numbers.
_SIGNS = 3
# So often one law may make room for another one.
_ROUNDS = 8


def tidied(graph: Graph, root: int, decimals: bool, longest: int) -> Iterator[tuple[str, tuple[Graph, int]]]:
    """A formula as the laws of arithmetic make it, one after another, until none has anything more to say.

    Args:
        graph, root: the formula.
        decimals: whether numbers that end are written as decimals.
        longest: how many characters it may have.

    Yields:
        What is done, and the formula after it.
    """
    graph, root = without_brackets(graph, root)
    text = write(graph, root, longest)
    for _ in range(_ROUNDS):
        begun = text
        for name, work in _passes(decimals):
            graph, root = without_brackets(*_everywhere(work, graph, root))
            found = write(graph, root, longest)
            if found != text:
                yield name, (graph, root)
            text = found
        if text == begun:
            return
