"""A function of one variable over a range, with what is asked of it: signs, zeros, exact numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from derivcli.deadline import Expired, deadline, undisturbed
from derivcli.errors import DerivError, UsageError
from derivcli.findings import Feature
from derivcli.graph import Graph
from derivcli.language import expand, partial, write
from derivcli.model import Question
from derivcli.numeric.complexes import real_root
from derivcli.numeric.rational import rational_values
from derivcli.numeric.zeros import Enclosure, Interval
from derivcli.points import Interval as Side
from derivcli.questions.branches import taken
from derivcli.questions.posing import Posed, posed
from derivcli.questions.slopes import values_of
from derivcli.reverse import gradient
from derivcli.values import Number, constant

# Seconds for one exact number, and for the factors of one expression.
_EXACT_SECONDS, _FACTOR_SECONDS = 0.5, 1.0
# How far, relative to the range, is looked beyond its ends: zeros at them are found inside.
_BEYOND = 1.23457e-6
# Where in a piece forms are compared, and how near their values must be.
INSIDE = (0.4871, 0.1234, 0.8765)
_SAME = 1e-20
# Zeros of two factors that differ in so many last places are one; so near to a zero a value is 0.
ROUNDED = 4
# Longer powers are not told of.
_MAX_ROOT = 60


@dataclass(frozen=True)
class Quotient:
    """Nodes of which one is 0 wherever `whole` is, and those that it divides by."""

    over: list[int]
    below: list[int]
    whole: int


@dataclass(frozen=True)
class Scene:
    """The function with its derivatives as nodes, and the range with what lies just beyond it."""

    posed: Posed
    enclosure: Enclosure
    derivatives: Sequence[int]
    side: Interval
    wide: Interval
    # What was factored, by the node and the sign of the variable; None where nothing was found.
    factored: dict[tuple[int, int], Quotient | None] = field(default_factory=dict)
    # Nodes as they are in a piece, where no choice changes.
    chosen: dict[tuple[int, Interval], int] = field(default_factory=dict)

    @property
    def graph(self) -> Graph:
        return self.posed.graph

    @property
    def name(self) -> str:
        return self.enclosure.name

    def within(self, node: int, piece: Interval) -> int:
        """A node as it is all over a piece, by the branches that hold there."""
        if (node, piece) not in self.chosen:
            inside = piece[0] + (piece[1] - piece[0]) * INSIDE[0]
            self.chosen[node, piece] = taken(self.enclosure, node, inside)
        return self.chosen[node, piece]

    def quotient(self, node: int, piece: Interval) -> Quotient:
        """A node in factors, as it may be written in a piece."""
        node = self.within(node, piece)
        sign = int(piece[0] > 0) - int(piece[1] < 0)
        if (node, sign) not in self.factored:
            self.factored[node, sign] = self._factored(node, sign, piece)
        found = self.factored[node, sign]
        return Quotient([node], [], node) if found is None or not self._is_same(node, found.whole, piece) else found

    def _factored(self, node: int, sign: int, piece: Interval) -> Quotient | None:
        with undisturbed():
            from derivcli.symbolic.factors import factors
            from derivcli.symbolic.laurent import Undecided
        a, b = piece
        doubtful = not any(self.enclosure.sign(node, a + (b - a) * t) for t in INSIDE)
        try:
            with deadline(_FACTOR_SECONDS):
                made = factors(self.graph, node, self.name, sign, doubtful)
                plain, roots = expand(made.graph, [*made.over, *made.below, made.whole])
        except (Expired, DerivError, Undecided, NotImplementedError, ValueError, TypeError, AttributeError):
            return None
        *parts, whole = plain.copy_into(self.graph, list(roots), lambda *_: None)
        return Quotient(parts[: len(made.over)], parts[len(made.over) :], whole)

    def _is_same(self, node: int, whole: int, piece: Interval) -> bool:
        """Whether two nodes have one value at numbers in a piece."""
        a, b = piece
        for t in INSIDE:
            first, second = values_of(self.graph, [node, whole], {self.name: Fraction(a + (b - a) * t)})
            if first.kind != "number" or second.kind != "number":
                return False
            size = max(abs(first.value), abs(second.value))
            if abs(first.value - second.value) > _SAME * size:
                return False
        return True

    def vanishes(self, node: int, piece: Interval) -> bool:
        """Whether a node is 0 all over a piece."""
        node, parts = self.within(node, piece), self.quotient(node, piece).over
        whole = self.enclosure.over(node, *piece)
        return (whole is not None and bool(whole == 0)) or any(self.enclosure.over(i, *piece) == 0 for i in parts)

    def exactly(self, node: int, near: Interval) -> str | None:
        """The exact number near a float at which a node is 0, as a text."""
        with undisturbed():
            from derivcli.symbolic.recognised import zero
        try:
            with deadline(_EXACT_SECONDS):
                return zero(self.graph, node, self.name, near)
        except (Expired, DerivError, ValueError, TypeError):
            return None

    def number(self, at: float, exact: str | None) -> Number:
        """A place as a number."""
        return Fraction(at) if exact is None else constant(exact, self.name)

    def feature(self, kind: str, at: float, exact: str | None, how: str = "proven") -> Feature | None:
        """A place with the value there; None where there is none."""
        if exact is not None:
            at = float(constant(exact, self.name))
        (value,) = values_of(self.graph, [self.derivatives[0]], {self.name: self.number(at, exact)})
        if value.kind != "number":
            return None
        y = 0.0 if kind == "zero" or (exact is None and self._crosses(at)) else float(value)
        return Feature(kind, at, exact, y, how if exact is None else "exact")

    def _crosses(self, at: float) -> bool:
        """Whether the function changes its sign within the rounding of a place: its value there is rounding."""
        signs = {self.enclosure.sign(self.derivatives[0], at + k * ROUNDED * math.ulp(at)) for k in (-1, 1)}
        return signs == {-1, 1}

    def floats(self, x: float | Fraction) -> tuple[float, float]:
        """The value and the slope at a number; NaN where there is none."""
        found = values_of(self.graph, self.derivatives[:2], {self.name: Fraction(x)})
        value, slope = (float(v) if v.kind == "number" else math.nan for v in found)
        return value, slope

    def is_defined(self, piece: Interval) -> bool:
        """Whether the function has a value in a piece."""
        a, b = piece
        return any(
            self.enclosure.over(self.derivatives[0], x, x) is not None for x in (a + (b - a) * t for t in INSIDE)
        )


def odd_roots(scene: Scene) -> list[str]:
    """What to write for real roots of negative numbers, where powers such as x^(2/3) end a function's domain."""
    graph, (low, high) = scene.graph, scene.side
    found = []
    for i in graph.reachable([scene.derivatives[0]]):
        root = real_root(graph, i)
        if root is None:
            continue
        base, power = graph.nodes[i].args
        text, inside = (write(graph, node, _MAX_ROOT) for node in (i, base))
        exponent = rational_values(graph, graph.reachable([power]), {}).get(power)
        if text is None or exponent is None:
            continue
        if -1 in (scene.enclosure.sign(base, low + (high - low) * t) for t in INSIDE):
            raised = "" if exponent.numerator == 1 else f"**{exponent.numerator}"
            real = root.replace("(x", f"({inside}") + raised
            found.append(f"{text} has no real value where {inside} is negative; with the real root it is {real}")
    return found


def scene(question: Question, side: Side, seconds: float) -> Scene:
    """The question's function over a range, on which intervals are divided for so long.

    Raises:
        DerivError: it cannot be read, has other variables, or Arb has no enclosure of it.
    """
    found = posed(question)
    if len(found.roots) != 1 or len(found.variables) != 1:
        names = f"{len(found.variables)} variable{'' if len(found.variables) == 1 else 's'}"
        hint = "values are given to the others by --let a=2" if found.variables else None
        raise UsageError(f"a function of one variable is analysed, and this has {names}", hint=hint)
    (name,) = found.variables
    nodes = [found.roots[0]]
    for _ in range(3):
        nodes.append(gradient(found.graph, nodes[-1], [name], partial)[0])
    low, high = float(side.low), float(side.high)
    beyond = (high - low) * _BEYOND
    wide = (low - beyond, high + 1.1 * beyond)
    return Scene(found, Enclosure(found.graph, name, found.roots[0], seconds), nodes, (low, high), wide)
