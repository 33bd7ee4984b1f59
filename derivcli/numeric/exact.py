"""A graph's value at a point, at growing precision until two levels agree.

Each level evaluates the graph twice, with `d` and with `2d` digits, side by side. What the two say together tells
noise from numbers: a sum that is 1e-25 in the one and 1e-50 in the other is 0, a tangent that is 1e25 and 1e50 is at
a pole. A float can be trusted where both agree; else both precisions double.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from mpmath.ctx_mp import MPContext

from derivcli import catalog
from derivcli.graph import COMPARISONS, CONDITIONS, Graph, Node
from derivcli.numeric.operations import MAX_BITS, OPERATIONS, constant, number

FIRST_DIGITS, MAX_DIGITS = 25, 400
# Bits that may be lost before a result counts as noise.
_NOISE = 20


@dataclass(frozen=True)
class Real:
    """An irrational number, known as an expression without variables, to as many digits as anybody asks for.

    `shift` is added to it: a step beside the number is as exact as the number itself.
    """

    graph: Graph
    root: int
    shift: Fraction = Fraction(0)

    def __add__(self, step: Fraction) -> Real:
        return Real(self.graph, self.root, self.shift + step)

    def in_context(self, context: Any) -> Any:
        """The number with the digits of an mpmath context."""
        level = _Level(self.graph, {}, context.dps, real=True)
        level.run(self.graph.reachable([self.root]))
        return context.convert(level.values[self.root][0]) + number(context, self.shift)

    def __float__(self) -> float:
        return float(self.in_context(_context(FIRST_DIGITS)))


# Operations that can vanish by cancellation, or at a zero of their own.
_CANCELLING = frozenset({"add", *catalog.KEYS} - {"exp", "gamma", "root"})


# Functions that are infinite at a pole only, not because they grow.
_FINITE = frozenset(catalog.KEYS) - {"exp", "sinh", "cosh", "gamma", "max", "min", "abs"}


@dataclass(frozen=True, slots=True)
class Exact:
    """The value of one root: a number rounded once from more digits than it has, or why there is none.

    `kind` is `number`, `undefined` (with the node where it happened), `infinite` (beyond any float) or `unresolved`.
    """

    kind: str
    value: Any = None
    node: int | None = None

    def __float__(self) -> float:
        if self.kind == "number":
            return _to_float(self.value)
        return (
            math.inf
            if self.kind == "infinite" and self.value > 0
            else -math.inf
            if self.kind == "infinite"
            else math.nan
        )


@dataclass
class Evaluation:
    """Values of the roots, and of everything on the way.

    `conditions` says which of the conditions asked for hold, `taken` which branch each choice took, and `ties` which
    comparisons are between equal numbers.
    """

    roots: list[Exact]
    conditions: dict[int, bool] = field(default_factory=dict)
    taken: dict[int, int] = field(default_factory=dict)
    ties: set[int] = field(default_factory=set)


class _Undefined(Exception):
    pass


def evaluate(
    graph: Graph,
    roots: Sequence[int],
    point: Mapping[str, Any],
    *,
    real: bool,
    conditions: Sequence[int] = (),
) -> Evaluation:
    """Evaluate the roots of a graph of primitives.

    Args:
        graph: the nodes.
        roots: numbers wanted.
        point: for each variable its exact value, a Fraction or a `Real`.
        real: whether a value that is not real on the way makes the result undefined; otherwise only the end counts.
        conditions: condition nodes whose truth is wanted, too.
    """
    order = graph.reachable([*roots, *conditions])
    digits = FIRST_DIGITS + _spread(point)
    settled: dict[int, Exact] = {}
    while True:
        level = _Level(graph, point, digits, real)
        level.run(order)
        for root in roots:
            result = level.result(root)
            if result.kind != "unresolved":
                settled.setdefault(root, result)
        if len(settled) == len(set(roots)) or digits >= MAX_DIGITS:
            break
        digits *= 2
    unresolved = Exact("unresolved")
    truths = {c: level.truth.get(c, False) for c in conditions}
    return Evaluation([settled.get(root, unresolved) for root in roots], truths, level.taken, level.ties)


def _spread(point: Mapping[str, Any]) -> int:
    """Extra digits for points of many digits or far from 1, so that 1 + x keeps what x says."""
    rational = [v if isinstance(v, Fraction) else v.shift for v in point.values()]
    bits = max((max(abs(r.numerator), r.denominator).bit_length() for r in rational), default=0)
    return min(int(bits * 0.302), MAX_DIGITS)


def _to_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


class _Level:
    """One evaluation with two precisions side by side."""

    def __init__(self, graph: Graph, point: Mapping[str, Any], digits: int, real: bool) -> None:
        self.graph, self.point, self.real = graph, point, real
        self.contexts = (_context(digits), _context(2 * digits))
        self.values: dict[int, tuple[Any, Any]] = {}
        self.truth: dict[int, bool] = {}
        self.taken: dict[int, int] = {}
        self.ties: set[int] = set()
        self.origin: dict[int, int] = {}

    def run(self, order: Sequence[int]) -> None:
        for i in order:
            node = self.graph.nodes[i]
            if node.op in CONDITIONS:
                self._condition(i, node)
                continue
            if node.op == "piecewise":
                self._branch(i, node)
                continue
            broken = next((a for a in node.args if a in self.origin), None)
            if broken is not None:
                self.origin[i] = self.origin[broken]
                continue
            try:
                self.values[i] = self._settle(node, self._operate(node))
            except (_Undefined, ZeroDivisionError, ValueError, OverflowError, TypeError, NotImplementedError):
                self.origin[i] = i

    def result(self, root: int) -> Exact:
        if root in self.origin:
            return Exact("undefined", node=self.origin[root])
        low, high = self.values[root]
        context = self.contexts[1]
        low = context.convert(low)
        if context.im(high) != 0:
            size = abs(high)
            if abs(context.im(high)) > size * context.mpf(10) ** (-self.contexts[0].dps // 2):
                return Exact("undefined", node=root)
            low, high = context.re(low), context.re(high)
        low, high = context.re(low), context.re(high)
        if context.isinf(high):
            return Exact("infinite", high)
        if abs(high - low) <= abs(high) * context.mpf(2) ** -60:
            return Exact("number", high)
        return Exact("unresolved")

    def _operate(self, node: Node) -> tuple[Any, Any]:
        if node.op == "variable":
            value = self.point[str(node.value)]
            return number(self.contexts[0], value), number(self.contexts[1], value)
        if node.op in ("number", "constant"):
            make = number if node.op == "number" else constant
            return make(self.contexts[0], node.value), make(self.contexts[1], node.value)
        if node.op in ("floor", "ceiling", "Mod"):
            return self._step(node)
        operation = OPERATIONS[node.op]
        pairs = [self.values[a] for a in node.args]
        low, high = (operation(c, *[p[k] for p in pairs]) for k, c in enumerate(self.contexts))
        return low, high

    def _settle(self, node: Node, pair: tuple[Any, Any]) -> tuple[Any, Any]:
        """Undefined, zero, infinite, or the pair as it is."""
        for k, context in enumerate(self.contexts):
            value = pair[k]
            if context.isnan(value) or (context.isinf(value) and node.op in _FINITE):
                raise _Undefined
            if isinstance(value, context.mpc):
                if value.imag == 0:
                    pair = (value.real, pair[1]) if k == 0 else (pair[0], value.real)
                elif self.real:
                    raise _Undefined
        if not node.args:
            return pair
        low, high = (c.mag(v) for c, v in zip(self.contexts, pair, strict=True))
        if high > MAX_BITS:
            return tuple(c.sign(c.re(v)) * c.inf for c, v in zip(self.contexts, pair, strict=True))
        (low_bits, high_bits) = (c.prec - _NOISE for c in self.contexts)
        if node.op in _CANCELLING and (low != -math.inf or high != -math.inf):
            # Zero is what shrinks with the precision, down to what the operands leave of it.
            scale = max((self.contexts[1].mag(self.values[a][1]) for a in node.args), default=0)
            shrinks = -math.inf in (low, high) or low - high > (high_bits - low_bits) // 2
            if shrinks and low < scale - low_bits and high < scale - high_bits:
                return self.contexts[0].zero, self.contexts[1].zero
        if low > low_bits and high > high_bits and high - low > (high_bits - low_bits) // 2:
            raise _Undefined  # grows with the precision: a pole
        return pair

    def _step(self, node: Node) -> tuple[Any, Any]:
        """Floor and its kin, with a value that is a whole number but for noise taken for one."""
        pairs = [self.values[a] for a in node.args]
        if node.op == "Mod":
            quotient = [p / q for p, q in zip(*pairs, strict=True)]
            whole = self._whole(quotient[0], quotient[1], down=True)
            return tuple(x - y * w for x, y, w in zip(*pairs, whole, strict=True))
        return self._whole(*pairs[0], down=node.op == "floor")

    def _whole(self, low: Any, high: Any, down: bool) -> tuple[Any, Any]:
        a, b = self.contexts
        nearest = b.nint(high)
        if self._same(low, a.nint(low), high, nearest):
            return a.convert(nearest), nearest
        return (a.floor(low), b.floor(high)) if down else (a.ceil(low), b.ceil(high))

    def _same(self, low_x: Any, low_y: Any, high_x: Any, high_y: Any) -> bool:
        """Whether x equals y but for noise, in both precisions."""
        for context, x, y in ((self.contexts[0], low_x, low_y), (self.contexts[1], high_x, high_y)):
            difference = x - y
            if (
                difference != 0
                and context.mag(difference) >= max(context.mag(x), context.mag(y)) - context.prec + _NOISE
            ):
                return False
        return True

    def _condition(self, i: int, node: Node) -> None:
        broken = next((a for a in node.args if a in self.origin), None)
        if broken is not None and node.op in COMPARISONS:
            self.truth[i] = False
        elif node.op in COMPARISONS:
            (low_x, high_x), (low_y, high_y) = (self.values[a] for a in node.args)
            equal = self._same(low_x, low_y, high_x, high_y)
            if equal:
                self.ties.add(i)
            context = self.contexts[1]
            less = not equal and context.re(high_x) < context.re(high_y)
            self.truth[i] = {
                "lt": less, "le": less or equal, "gt": not less and not equal, "ge": not less, "eq": equal,
                "ne": not equal,
            }[node.op]  # fmt: skip
        else:
            held = [self.truth[a] for a in node.args]
            self.truth[i] = {
                "and": all(held), "or": any(held), "not": not any(held), "true": True, "false": False,
            }[node.op]  # fmt: skip

    def _branch(self, i: int, node: Node) -> None:
        for k in range(0, len(node.args), 2):
            if self.truth[node.args[k + 1]]:
                value = node.args[k]
                self.taken[i] = value
                if value in self.origin:
                    self.origin[i] = self.origin[value]
                else:
                    self.values[i] = self.values[value]
                return
        self.origin[i] = i


_CONTEXTS: dict[int, Any] = {}


def _context(digits: int) -> Any:
    """A context of mpmath with its own precision, kept: building one costs a millisecond."""
    if digits not in _CONTEXTS:
        context = MPContext()
        context.dps = digits
        _CONTEXTS[digits] = context
    return _CONTEXTS[digits]
