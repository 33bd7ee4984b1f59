"""Where the body of an integral jumps, and the integral split there: a jump that moves is part of the derivative."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from derivcli.graph import COMPARISONS, Builder, Graph, Node

# Operations that jump where something is 0, and those that jump elsewhere.
_AT_ZERO = ("sign", "heaviside", *COMPARISONS)
# Operations that turn there.
_TURNING = ("abs", "max", "min")
_JUMPS = frozenset((*_AT_ZERO, "floor", "ceiling", "Mod", "acot", "atan2"))


def jump(graph: Graph, root: int, bound: str, name: str) -> int | None:
    """A node below the root that jumps at a place of the bound name which moves with another name, if there is one."""
    for i in graph.reachable([root]):
        if graph.nodes[i].op in _JUMPS and {bound, name} <= set(graph.variables([i])):
            return i
    return None


def _truth(when_above: bool) -> Callable[[Graph, Sequence[int], bool], int]:
    return lambda graph, _, above: graph.add("true" if above is when_above else "false")


# What is left of an operation where what decides on it is above 0, or below.
_DECIDED: dict[str, Callable[[Graph, Sequence[int], bool], int]] = {
    "sign": lambda graph, _, above: graph.number(1 if above else -1),
    "heaviside": lambda graph, _, above: graph.number(int(above)),
    "abs": lambda graph, args, above: args[0] if above else graph.add("neg", args),
    "max": lambda _, args, above: args[0 if above else 1],
    "min": lambda _, args, above: args[1 if above else 0],
    **{op: _truth(True) for op in ("gt", "ge")},
    **{op: _truth(False) for op in ("lt", "le")},
    "eq": lambda graph, *_: graph.add("false"),
    "ne": lambda graph, *_: graph.add("true"),
}


@dataclass(frozen=True)
class Place:
    """Where a body jumps: the place, and the slope and the start of the line that decides on the jump."""

    place: int
    slope: int
    start: int


def place_of(graph: Graph, i: int, bound: str) -> Place | None:
    """Where a node jumps, if what decides on it is a straight line in the bound name, and the slope of that line."""
    node = graph.nodes[i]
    if node.op not in (*_AT_ZERO, *_TURNING):
        return None
    build = Builder(graph)
    minus = graph.number(-1)
    line = _line(build, _deciding(graph, node), bound)
    if line is None:
        return None
    slope, start = line
    return Place(build.product([minus, build.quotient(start, slope)]), slope, start)


def _deciding(graph: Graph, node: Node) -> int:
    """What is 0 where an operation turns or jumps."""
    build = Builder(graph)
    first, *others = node.args
    return first if not others else build.sum([first, build.product([graph.number(-1), others[0]])])


def settled(graph: Graph, root: int, above: Callable[[int], bool | None]) -> int:
    """The root where each operation that turns or jumps at 0 is decided, as far as that is known.

    Args:
        graph, root: an expression; nodes are added.
        above: whether what decides on an operation is above 0, or below; None where that is not known.
    """

    def replace(_: int, node: Node, args: tuple[int, ...]) -> int | None:
        if node.op not in _DECIDED:
            return None
        side = above(_deciding(graph, Node(node.op, args)))
        return None if side is None else _DECIDED[node.op](graph, args, side)

    (new,) = graph.copy_into(graph, [root], replace)
    return new


def corner(graph: Graph, root: int, bound: str) -> tuple[int, Place] | None:
    """The first node below the root that turns or jumps where a line in the bound name is 0, and the place."""
    for i in graph.reachable([root]):
        if graph.nodes[i].op in (*_AT_ZERO, *_TURNING) and bound in graph.variables([i]):
            place = place_of(graph, i, bound)
            if place is not None:
                return i, place
    return None


def decided(graph: Graph, root: int, i: int, above: bool) -> int:
    """The root where what decides on the node `i` is above 0, or below."""
    node = graph.nodes[i]
    (new,) = graph.copy_into(
        graph, [root], lambda j, _, __: _DECIDED[node.op](graph, node.args, above) if j == i else None
    )
    return new


def on_side(graph: Graph, root: int, i: int, side: int) -> int:
    """The root where what decides on the jump at `i` has the sign of another node."""
    zero = graph.number(0)

    def replace(j: int, node: Node, args: tuple[int, ...]) -> int | None:
        if j != i:
            return None
        return graph.add(node.op, (side,) if len(node.args) == 1 else (side, zero))

    (new,) = graph.copy_into(graph, [root], replace)
    return new


def _line(build: Builder, root: int, bound: str) -> tuple[int, int] | None:
    """a and b of a*t + b, as nodes; None where it is no straight line in t, or does not depend on t."""
    graph = build.graph
    zero, one = graph.number(0), graph.number(1)
    lines: dict[int, tuple[int, int] | None] = {}
    for i in graph.reachable([root]):
        node = graph.nodes[i]
        if node.op == "variable" and node.value == bound:
            lines[i] = (one, zero)
        elif any(a not in lines or lines[a] is None or lines[a][0] != zero for a in node.args):  # type: ignore[index]
            lines[i] = _combined(build, node, lines, zero)
        else:
            lines[i] = (zero, i)
    found = lines[root]
    return None if found is None or found[0] == zero else found


def _combined(
    build: Builder, node: Node, lines: Mapping[int, tuple[int, int] | None], zero: int
) -> tuple[int, int] | None:
    parts = [lines[a] for a in node.args]
    if any(part is None for part in parts):
        return None
    known = [part for part in parts if part is not None]
    if node.op == "add":
        return build.sum([a for a, _ in known]), build.sum([b for _, b in known])
    moving = [part for part in known if part[0] != zero]
    if node.op not in ("neg", "mul", "div") or len(moving) > 1 or (node.op == "div" and known[1] is moving[0]):
        return None
    if node.op == "div":
        return build.quotient(known[0][0], known[1][1]), build.quotient(known[0][1], known[1][1])
    factors = [build.graph.number(-1)] if node.op == "neg" else [b for a, b in known if a == zero]
    return build.product([moving[0][0], *factors]), build.product([moving[0][1], *factors])
