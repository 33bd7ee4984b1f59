"""What is left of choices on an interval on which none of them changes: one smooth expression."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from derivcli.graph import COMPARISONS, Builder, Graph, Node
from derivcli.numeric.zeros import Enclosure

# An operation's arguments with their values at an inner point: what it is there, None where the values do not tell.
_Taken = Callable[[Graph, Sequence[int], Sequence[Any]], int | None]


def taken(enclosure: Enclosure, root: int, at: float) -> int:
    """A node with every choice decided as it is at a number.

    Args:
        enclosure: of the node's graph, to which the new node is added.
        root: the node.
        at: a number inside an interval without marks, on all of which it is the same.
    """
    graph, balls = enclosure.graph, enclosure.balls(root, at, at)

    def replace(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        if node.op in COMPARISONS:
            truth = balls.truth.get(i)
            return None if truth is None else graph.add("true" if truth else "false")
        if node.op == "piecewise":
            return _branch(balls.truth, node, args)
        known = [balls.values.get(a) for a in node.args]
        choose = None if None in known else _CHOICES.get(node.op)
        return None if choose is None else choose(graph, args, known)

    (new,) = graph.copy_into(graph, [root], replace)
    return new


def _branch(truth: dict[int, bool], node: Node, args: Sequence[int]) -> int | None:
    for k, condition in enumerate(node.args[1::2]):
        if truth.get(condition) is not False:
            return args[2 * k] if truth.get(condition) else None
    return None


def _sign(value: Any) -> int:
    """The sign of a ball; 0 where it is not told."""
    return int(bool(value > 0)) - int(bool(value < 0))


def _abs(graph: Graph, args: Sequence[int], values: Sequence[Any]) -> int | None:
    sign = _sign(values[0])
    return (args[0] if sign > 0 else graph.add("neg", args)) if sign else None


def _number(below: int) -> _Taken:
    """A step at 0 to 1, from a number below it."""

    def choose(graph: Graph, _: Sequence[int], values: Sequence[Any]) -> int | None:
        sign = _sign(values[0])
        return graph.number(1 if sign > 0 else below) if sign else None

    return choose


def _extreme(which: int) -> _Taken:
    """The larger of two for 1, the smaller for -1."""

    def choose(_: Graph, args: Sequence[int], values: Sequence[Any]) -> int | None:
        sign = which * _sign(values[0] - values[1])
        return args[0 if sign > 0 else 1] if sign else None

    return choose


def _whole(name: str) -> _Taken:
    def choose(graph: Graph, _: Sequence[int], values: Sequence[Any]) -> int | None:
        whole = getattr(values[0], name)().unique_fmpz()
        return None if whole is None else graph.number(int(whole))

    return choose


def _remainder(graph: Graph, args: Sequence[int], values: Sequence[Any]) -> int | None:
    whole = (values[0] / values[1]).floor().unique_fmpz()
    build = Builder(graph)
    return None if whole is None else build.sum([args[0], build.product([graph.number(-int(whole)), args[1]])])


_CHOICES: dict[str, _Taken] = {
    "abs": _abs, "sign": _number(-1), "heaviside": _number(0), "max": _extreme(1), "min": _extreme(-1),
    "floor": _whole("floor"), "ceiling": _whole("ceil"), "Mod": _remainder,
}  # fmt: skip
