"""Sums, products and quotients as they are written: side by side, without ones and brackets that say nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from derivcli.graph import Graph, Node


def number(graph: Graph, i: int) -> Fraction | None:
    """The value of a number, also of one with a sign or a bar."""
    node = graph.nodes[i]
    if node.op in ("neg", "div"):
        parts = [number(graph, a) for a in node.args]
        if any(part is None for part in parts) or (node.op == "div" and not parts[1]):
            return None
        return -parts[0] if node.op == "neg" else parts[0] / parts[1]  # type: ignore[operator]
    return node.value if isinstance(node.value, Fraction) else None


def product(graph: Graph, factors: Sequence[int]) -> int:
    """Factors side by side, those of products among them without brackets, and no ones."""
    parts = side_by_side(graph, "mul", factors)
    parts = [p for p in parts if graph.nodes[p].value != 1]
    return graph.number(1) if not parts else parts[0] if len(parts) == 1 else graph.add("mul", parts)


def side_by_side(graph: Graph, op: str, args: Sequence[int]) -> list[int]:
    """The terms of a sum or the factors of a product, with those of what is one, too, in its place."""
    return [p for a in args for p in (graph.nodes[a].args if graph.nodes[a].op == op else (a,))]


def without_brackets(graph: Graph, root: int) -> tuple[Graph, int]:
    """Products within products and sums within sums side by side, as nobody brackets them."""
    new = Graph()

    def replace(_: int, node: Node, args: tuple[int, ...]) -> int | None:
        return new.add(node.op, side_by_side(new, node.op, args)) if node.op in ("add", "mul") else None

    return new, graph.copy_into(new, [root], replace)[0]


def quotient(graph: Graph, over: Sequence[int], below: Sequence[int]) -> int:
    divisor = product(graph, below)
    top = product(graph, over)
    return top if graph.nodes[divisor].value == 1 else graph.add("div", (top, divisor))


def numbers_before(graph: Graph, i: int, moves: Callable[[int], bool]) -> tuple[list[int], int]:
    """The factors before the one part of a product that moves, a minus sign as -1, and that part."""
    node = graph.nodes[i]
    own = [a for a in node.args if moves(a)] if node.op in ("neg", "mul") else []
    if len(own) != 1:
        return [], i
    factors, inner = numbers_before(graph, own[0], moves)
    before = [graph.number(-1)] if node.op == "neg" else [a for a in node.args if a != own[0]]
    return [*before, *factors], inner


def put_before(graph: Graph, numbers: Sequence[int], i: int) -> int:
    """A product with factors before it, each -1 as a sign."""
    rest = [n for n in numbers if graph.nodes[n].value != -1]
    whole = product(graph, [*rest, i])
    return graph.add("neg", (whole,)) if (len(numbers) - len(rest)) % 2 else whole
