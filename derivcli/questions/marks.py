"""Where a function of one variable may be other than smooth: the zeros of what it divides by, and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from derivcli.errors import UnsupportedError
from derivcli.graph import COMPARISONS, Builder, Graph
from derivcli.language import partial, singularities, specials
from derivcli.numeric.exact import evaluate
from derivcli.numeric.zeros import Enclosure, Interval, zeros
from derivcli.reverse import gradient
from derivcli.values import Number, constant

# How near to a mark nothing is proven, relative to the range, and steps of one function that are looked at.
APART = 1e-9
# An interval that is narrower than this part of the range may hold one place, and is told as one.
DECIDED = 1e-8
_MAX_STEPS, _MAX_HALVES = 200, 64

# The exact number in an interval at which a node is 0, as a text.
Exactly = Callable[[int, Interval], str | None]


@dataclass
class Marks:
    """Numbers, each with its exact text where that is known, and intervals that may hold more of them."""

    exact: dict[float, str | None] = field(default_factory=dict)
    open: list[Interval] = field(default_factory=list)

    def pieces(self, low: float, high: float) -> list[Interval]:
        """The intervals between the marks."""
        apart = (high - low) * APART
        holes = sorted([*((at - apart, at + apart) for at in self.exact), *self.open])
        pieces, start = [], low
        for a, b in holes:
            if a > start:
                pieces.append((start, a))
            start = max(start, b)
        return [*pieces, (start, high)] if start < high else pieces


def marks(enclosure: Enclosure, root: int, low: float, high: float, exactly: Exactly) -> Marks:
    """All marks of a function on an interval.

    What stands further in comes first, so that functions are continuous between the marks that are known.

    Args:
        enclosure: of the function's graph; nodes are added to it.
        root: the function.
        low, high: the interval.
        exactly: recognises exact numbers.
    """
    found, graph = Marks(), enclosure.graph
    for node, condition in _levels(enclosure, root, low, high):
        slope = gradient(graph, node, [enclosure.name], partial)[0]
        for a, b in found.pieces(low, high):
            if condition is not None and enclosure.balls(condition, a, b).truth.get(condition) is False:
                continue
            held = zeros(enclosure, node, slope, a, b)
            for zero in held.found:
                text = exactly(node, (zero.at, zero.at))
                if condition is None or text is None or _holds(graph, condition, {enclosure.name: constant(text, "")}):
                    found.exact.setdefault(zero.at, text)
            for interval in held.open:
                if interval[1] - interval[0] > (high - low) * DECIDED:
                    found.open.append(interval)
                else:
                    _settle(found, node, interval, exactly)
    return found


def _holds(graph: Graph, condition: int, point: dict[str, Number]) -> bool:
    return evaluate(graph, [], point, real=True, conditions=[condition]).conditions[condition]


def _settle(found: Marks, node: int, interval: Interval, exactly: Exactly) -> None:
    """A narrow interval that is not decided: a double zero that is recognised is a mark."""
    text = exactly(node, interval)
    middle = (interval[0] + interval[1]) / 2
    if any(abs(at - middle) <= interval[1] - interval[0] for at in found.exact):
        return
    if text is None:
        found.open.append(interval)
    else:
        found.exact[float(constant(text, ""))] = text


def _levels(enclosure: Enclosure, root: int, low: float, high: float) -> Iterator[tuple[int, int | None]]:
    """The nodes whose zeros are marks, where a condition holds; those of inner functions first."""
    graph = enclosure.graph
    corners, poles = dict(specials(graph, [root])), singularities(graph, [root])
    build = Builder(graph)
    for i in graph.reachable([root]):
        node = graph.nodes[i]
        if not graph.variables([i]):
            continue
        if node.op == "div" and graph.variables(node.args[1:]):
            yield _base(graph, build, node.args[1]), None
        elif node.op == "log" or (node.op == "pow" and not _is_count(build, node.args[1])):
            yield node.args[0], None
        elif node.op in ("floor", "ceiling", "Mod"):
            yield from ((step, None) for step in _steps(enclosure, i, low, high))
        elif node.op in COMPARISONS:
            yield _gap(graph, node.args), None
        for condition in (conditions[i] for conditions in (corners, poles) if i in conditions):
            if node.op not in ("floor", "ceiling", "Mod", "pow"):
                yield from ((equal, condition) for equal in _equalities(enclosure, condition, low, high))


def _base(graph: Graph, build: Builder, i: int) -> int:
    """What is 0 where a whole power is."""
    while (
        graph.nodes[i].op == "pow"
        and build.constant(graph.nodes[i].args[1]) != 0
        and _is_count(build, graph.nodes[i].args[1])
    ):
        i = graph.nodes[i].args[0]
    return i


def _is_count(build: Builder, exponent: int) -> bool:
    value = build.constant(exponent)
    return value is not None and value.denominator == 1 and value >= 0


def _gap(graph: Graph, args: Sequence[int]) -> int:
    return Builder(graph).sum([args[0], Builder(graph).product([graph.number(-1), args[1]])])


def _equalities(enclosure: Enclosure, condition: int, low: float, high: float) -> Iterator[int]:
    """What is 0 where a condition may begin to hold: differences, and for whole numbers the distance from each."""
    graph = enclosure.graph
    for i in graph.reachable([condition]):
        node = graph.nodes[i]
        if node.op not in COMPARISONS or not graph.variables([i]):
            continue
        steps = [a for a in node.args if graph.nodes[a].op == "floor"]
        if steps:
            bound = _bound(enclosure, condition, low, high)
            yield from _steps(enclosure, steps[0], *bound)
        else:
            yield _gap(graph, node.args)


def _bound(enclosure: Enclosure, condition: int, low: float, high: float) -> Interval:
    """An interval outside which a condition does not hold, by halves on which it is proven not to."""
    for _ in range(_MAX_HALVES):
        middle = low + (high - low) / 2
        if enclosure.balls(condition, middle, high).truth.get(condition) is False:
            high = middle
        elif enclosure.balls(condition, low, middle).truth.get(condition) is False:
            low = middle
        else:
            break
    return low, high


def _steps(enclosure: Enclosure, i: int, low: float, high: float) -> Iterator[int]:
    """What is 0 at the steps of a function of whole numbers."""
    graph, node = enclosure.graph, enclosure.graph.nodes[i]
    inner = node.args[0] if node.op != "Mod" else graph.add("div", node.args)
    values = enclosure.over(inner, low, high)
    if values is None or values.rad() > _MAX_STEPS / 2:
        raise UnsupportedError("there are too many steps in this range", span=graph.spans[i], hint="give a smaller one")
    first = int(float(values.mid()) - float(values.rad())) - 1
    for k in range(first, int(float(values.mid()) + float(values.rad())) + 2):
        yield Builder(graph).sum([inner, graph.number(-k)])
