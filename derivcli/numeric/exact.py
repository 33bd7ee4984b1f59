"""A graph's value at a point, at growing precision until two levels agree.

Each level evaluates the graph twice, with `d` and with `2d` digits, side by side. What the two say together tells
noise from numbers: a sum that is 1e-25 in the one and 1e-50 in the other is 0, a tangent that is 1e25 and 1e50 is at
a pole. A float can be trusted where both agree; else both precisions double.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from mpmath.ctx_mp import MPContext

from derivcli import catalog
from derivcli.graph import COMPARISONS, CONDITIONS, Graph, Node

FIRST_DIGITS, MAX_DIGITS = 25, 400
# Beyond 2 to this power a number counts as infinite: no float is near, and its logarithm stays cheap.
MAX_BITS = 100_000
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
        return context.convert(level.values[self.root][0]) + _number(context, self.shift)

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
    """Values of the roots, and of everything on the way: which conditions hold, which branches were taken."""

    roots: list[Exact]
    conditions: dict[int, bool] = field(default_factory=dict)
    taken: dict[int, int] = field(default_factory=dict)


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
    return Evaluation([settled.get(root, unresolved) for root in roots], truths, level.taken)


def _spread(point: Mapping[str, Any]) -> int:
    """Extra digits for points far from 1, so that 1 + x keeps what x says."""
    sizes = [v.numerator.bit_length() - v.denominator.bit_length() for v in point.values() if isinstance(v, Fraction)]
    return min(int(max(map(abs, sizes), default=0) * 0.302), MAX_DIGITS)


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
            return _number(self.contexts[0], value), _number(self.contexts[1], value)
        if node.op in ("number", "constant"):
            make = _number if node.op == "number" else _constant
            return make(self.contexts[0], node.value), make(self.contexts[1], node.value)
        if node.op in ("floor", "ceiling", "Mod"):
            return self._step(node)
        operation = _OPERATIONS[node.op]
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


def _number(c: Any, value: Any) -> Any:
    if isinstance(value, Fraction):
        return c.mpf(value.numerator) / value.denominator if value.denominator != 1 else c.mpf(value.numerator)
    return value.in_context(c)


def _constant(c: Any, name: Any) -> Any:
    values = {"pi": c.pi, "E": c.e, "oo": c.inf, "-oo": -c.inf, "I": c.j, "nan": c.nan, "EulerGamma": c.euler}
    if name == "tau":
        return 2 * c.pi
    if name == "GoldenRatio":
        return (1 + c.sqrt(5)) / 2
    return c.convert(+values[name])


def _exp(c: Any, x: Any) -> Any:
    if c.mag(x) > 17 and c.mag(c.re(x)) > 17:
        return c.inf if c.re(x) > 0 else c.zero
    return c.exp(x)


def _power(c: Any, x: Any, y: Any) -> Any:
    if x == 0:
        if c.re(y) < 0:
            raise ZeroDivisionError
        return c.one if y == 0 else c.zero
    if c.isinf(x) or c.isinf(y):
        return x**y
    if c.mag(y) + abs(c.mag(x)).bit_length() > 15:
        bits = c.re(y) * c.ln(abs(x)) / c.ln2
        if abs(bits) > MAX_BITS:
            return c.inf if bits > 0 else c.zero
    if c.isint(y) and abs(y) < 2**31:
        return x ** int(c.re(y))
    return c.sqrt(x) if y == c.mpf(0.5) else c.power(x, y)


def _bounded(name: str, bits: int) -> Callable[..., Any]:
    """A function that grows so fast that a large argument means infinity."""

    def function(c: Any, x: Any) -> Any:
        if c.mag(x) > bits:
            if c.re(x) < 0 and name != "cosh":
                return -c.inf if name == "sinh" else c.nan
            return c.inf
        return getattr(c, name)(x)

    return function


def _loggamma(c: Any, x: Any) -> Any:
    if c.im(x) == 0 and c.re(x) <= 0:
        raise ValueError("loggamma is real for positive arguments only")
    return c.loggamma(x)


def _real_root(c: Any, x: Any, n: Any) -> Any:
    n = int(n)
    if c.im(x) != 0 or n < 1:
        raise ValueError("a real root of a real number")
    if x < 0 and n % 2 == 0:
        raise ValueError("an even root of a negative number")
    return c.sign(x) * c.root(abs(x), n)


def _polygamma(c: Any, n: Any, x: Any) -> Any:
    return c.psi(int(n), x)


def _sum(c: Any, *terms: Any) -> Any:
    return c.fsum(terms)


def _product(c: Any, *factors: Any) -> Any:
    result = factors[0]
    for factor in factors[1:]:
        result = result * factor
    return result


_OWN: dict[str, Callable[..., Any]] = {
    "add": _sum,
    "mul": _product,
    "neg": lambda c, x: -x,
    "div": lambda c, x, y: x / y,
    "pow": _power,
    "exp": _exp,
    "larger": lambda c, x, y: max(c.re(x), c.re(y)),
    "smaller": lambda c, x, y: min(c.re(x), c.re(y)),
    "heaviside": lambda c, x: (1 + c.sign(c.re(x))) / 2,
    "real_root": _real_root,
    "polygamma": _polygamma,
    "loggamma": _loggamma,
    "gamma": _bounded("gamma", 13),
    "sinh": _bounded("sinh", 17),
    "cosh": _bounded("cosh", 17),
}


def _named(name: str) -> Callable[..., Any]:
    return _OWN.get(name) or (lambda c, *args: getattr(c, name)(*args))


_OPERATIONS: dict[str, Callable[..., Any]] = {
    **_OWN, **{row.key: _named(row.mpmath) for row in catalog.ROWS if row.mpmath}
}  # fmt: skip
