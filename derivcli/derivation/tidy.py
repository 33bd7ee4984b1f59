"""A derivative as the rules leave it, a little shorter: zeros and ones left out, numbers worked out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derivcli.derivation.powers import with_powers_brought_together
from derivcli.graph import Builder, Graph, Node, fold

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


PASSES: tuple[tuple[str, Pass], ...] = (
    ("zeros and ones left out", without_zeros_and_ones),
    ("numbers worked out", with_numbers_worked_out),
    ("powers and fractions brought together", with_powers_brought_together),
)
