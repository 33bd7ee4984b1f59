"""Where an expression changes: ends of its domain, poles, boundaries of its pieces; and points on all their sides."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from derivcli.checking.places import Place, simplest_between
from derivcli.graph import COMPARISONS, Builder, Graph
from derivcli.language import specials
from derivcli.numeric.level import FLOAT_DIGITS, Level

# Where functions are looked at for a change of sign.
_LATTICE = tuple(
    sorted({Fraction(sign * n, d) for sign in (-1, 1) for n, d in (
        (0, 1), (1, 100), (1, 3), (5, 6), (7, 5), (13, 5), (9, 2), (8, 1), (31, 2), (47, 1), (180, 1), (999, 1),
        (10**4, 1), (10**6, 1), (10**9, 1),
    )})
)  # fmt: skip
# Functions that are looked at, steps towards a zero, variables that are moved, and points in all.
_MAX_WATCHED, _STEPS, _MAX_MOVED, _MAX_POINTS = 40, 12, 4, 120
# A zero is taken for the simplest fraction near it, and looked at from as near as that.
_DENOMINATOR, _BESIDE = 10**6, Fraction(1, 1000)


def beside_landmarks(
    graphs: Sequence[tuple[Graph, Sequence[int]]], names: Sequence[str], bases: Sequence[Mapping[str, Fraction]]
) -> Iterator[Place]:
    """Points at, beside and between the places where something in the graphs changes.

    Args:
        graphs: each with the roots in question; conditions may be added to them.
        names: all variables.
        bases: points that lines along each variable go through; without one some point is taken.
    """
    watched = [(graph, _watched(graph, roots)) for graph, roots in graphs]
    if len(names) == 1 or not bases:
        bases = [{name: Fraction(3 + 2 * j, 2 + j) for j, name in enumerate(names)}]
    # Of many variables, as the entries of arrays are, a few lines are looked at: each costs as many values.
    moved, bases = (names, bases) if len(names) <= _MAX_MOVED else (names[:: len(names) // 2], bases[:1])
    count = 0
    for base in bases:
        for name in moved:
            line = _Line(base, name)
            zeros = {zero for graph, nodes in watched for zero in line.zeros(graph, nodes)}
            for value in _around(sorted(zeros)):
                count += 1
                if count > _MAX_POINTS:
                    return
                yield tuple(value if other == name else base[other] for other in names)


def _watched(graph: Graph, roots: Sequence[int]) -> list[int]:
    """What changes the expression's form where it is 0: differences of comparisons, denominators, bases, arguments."""
    build = Builder(graph)
    conditions = [condition for _, condition in specials(graph, roots)]
    found: dict[int, None] = {}
    for i in graph.reachable([*roots, *conditions]):
        node = graph.nodes[i]
        if node.op in COMPARISONS:
            left, right = node.args
            found[build.sum([left, build.product([graph.number(-1), right])])] = None
        elif node.op == "div":
            found[node.args[1]] = None
        elif node.op in ("pow", "log", "loggamma"):
            found[node.args[0]] = None
    return [i for i in found if graph.variables([i])][:_MAX_WATCHED]


class _Line:
    """The points that differ from a base point in one variable."""

    def __init__(self, base: Mapping[str, Fraction], name: str) -> None:
        self.base, self.name = base, name

    def zeros(self, graph: Graph, nodes: Sequence[int]) -> set[Fraction]:
        """Where functions are 0 on this line, as far as a lattice shows."""
        nodes = [i for i in nodes if self.name in graph.variables([i])]
        if not nodes:
            return set()
        rows = [self._values(graph, nodes, at) for at in _LATTICE]
        found: set[Fraction] = set()
        for k, node in enumerate(nodes):
            known = [(at, row[k]) for at, row in zip(_LATTICE, rows, strict=True)]
            found |= {zero for zero in self._of_one(graph, node, known) if zero is not None}
        return found

    def _of_one(
        self, graph: Graph, node: int, values: Sequence[tuple[Fraction, Fraction | None]]
    ) -> Iterator[Fraction | None]:
        known = [(at, value) for at, value in values if value is not None]
        yield from (at for at, value in known if value == 0)
        # Of a line two points are enough, wherever its zero lies.
        for a, b in itertools.pairwise(known):
            if a[1] != b[1] and len(known) > 1 and (a is known[0] or b is known[-1]):
                zero = _secant(a, b)
                if self._values(graph, [node], zero)[0] == 0:
                    yield zero
            if a[1] * b[1] < 0:
                yield self._narrowed(graph, node, a, b)

    def _narrowed(
        self, graph: Graph, node: int, a: tuple[Fraction, Fraction], b: tuple[Fraction, Fraction]
    ) -> Fraction | None:
        """A zero between two values of different signs, by the Illinois method."""
        for _ in range(_STEPS):
            at = _secant(a, b).limit_denominator(_DENOMINATOR)
            value = self._values(graph, [node], at)[0]
            if value is None or value == 0:
                return None if value is None else at
            if not a[0] < at < b[0]:
                break
            if value * a[1] < 0:
                a, b = (a[0], a[1] / 2), (at, value)
            else:
                a, b = (at, value), (b[0], b[1] / 2)
        return a[0] if abs(a[1]) < abs(b[1]) else b[0]

    def _values(self, graph: Graph, nodes: Sequence[int], at: Fraction) -> list[Fraction | None]:
        level = Level(graph, {**self.base, self.name: at}, FLOAT_DIGITS, True)
        level.run(graph.reachable(nodes))
        return [_fraction(level, i) for i in nodes]


def _secant(a: tuple[Fraction, Fraction], b: tuple[Fraction, Fraction]) -> Fraction:
    return a[0] - a[1] * (b[0] - a[0]) / (b[1] - a[1])


def _fraction(level: Level, node: int) -> Fraction | None:
    """A value as a fraction; None where it is not a number of a size to compute with."""
    value = level.values.get(node, (None, None))[1]
    if value is None or not level.contexts[1].isfinite(value) or abs(level.contexts[1].mag(value)) > 1_000:
        return Fraction(0) if value == 0 else None
    value = level.contexts[1].re(value)
    size = Fraction(int(value.man)) * Fraction(2) ** int(value.exp)
    return -size if value < 0 else size


def _around(zeros: Sequence[Fraction]) -> Iterator[Fraction]:
    """The zeros themselves, points between each two of them, beside each, and beyond the last."""
    if not zeros:
        return
    ends = [zeros[0] - 7, *zeros, zeros[-1] + 7]
    for low, high in itertools.pairwise(ends):
        if high > low:
            yield simplest_between(low, high)
            gap = high - low
            for part in (Fraction(1, 7), Fraction(3, 5), Fraction(12, 13)):
                yield low + gap * part
    for zero in zeros:
        yield zero
        yield zero + _BESIDE
        yield zero - _BESIDE
