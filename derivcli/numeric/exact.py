"""A graph's value at a point, at growing precision until two levels agree: then the float is right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from derivcli.graph import Graph
from derivcli.numeric.certain import certain
from derivcli.numeric.contexts import context_of
from derivcli.numeric.level import FLOAT_DIGITS, Level
from derivcli.numeric.rational import rational_values

# Beyond so many digits, and those that the numbers themselves need, the search for an agreement is given up; where a
# function goes to its bound, as tanh does, only beyond the second number.
MAX_DIGITS, MAX_DEPTH = 400, 4_000
# A part of a complex number that vanishes is looked at in so many digits.
_CLEAN_DIGITS = 100
# What is below this in all precisions is 0 as a float.
_NOTHING = "1e-330"
# As small must be what makes a result other than exactly 0.
_NEGLIGIBLE = "1e-100"


@dataclass(frozen=True, slots=True)
class Exact:
    """The value of one root: a number rounded once from more digits than it has, or why there is none.

    `kind` is `number` (a complex one only where these are asked for), `undefined` (with the node where it happened),
    `infinite` (beyond any float) or `unresolved`.
    """

    kind: str
    value: Any = None
    node: int | None = None

    def __float__(self) -> float:
        # Nothing is negative zero: the sign of what is too small for a float says nothing.
        return math.nan if self.value is None else _to_float(self.value) + 0.0

    def plain(self) -> float | complex:
        """The number as Python has it: a float where it is real."""
        if self.value is None or not isinstance(self.value, self.value.context.mpc):
            return float(self)
        return complex(*(_to_float(part) + 0.0 for part in (self.value.real, self.value.imag)))


def number(value: float) -> Exact:
    """A float as the exact value that it is."""
    return Exact("number", context_of(FLOAT_DIGITS).mpf(value))


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


def evaluate(
    graph: Graph,
    roots: Sequence[int],
    point: Mapping[str, Any],
    *,
    real: bool,
    conditions: Sequence[int] = (),
    digits: int = 0,
    complex_too: bool = False,
) -> Evaluation:
    """Evaluate the roots of a graph of primitives.

    Args:
        graph: the nodes.
        roots: numbers wanted.
        point: for each variable its exact value, a Fraction or a `Real`.
        real: whether a value that is not real on the way makes the result undefined; otherwise only the end counts.
        conditions: condition nodes whose truth is wanted, too.
        digits: how many digits the values should have at least.
        complex_too: whether a value may be complex at the end.
    """
    order = graph.reachable([*roots, *conditions])
    spread = extra_digits(graph, order, point)
    digits = max(FLOAT_DIGITS + spread, digits)
    context = context_of(2 * digits)
    proven = certain(graph, order, roots, point, context, (context.prec + context_of(digits).prec) // 2)
    if proven is not None:
        truths = {c: proven.truth[c] for c in conditions}
        return Evaluation([Exact("number", r) for r in proven.roots], truths, proven.taken, proven.ties)
    settled, level = _settled(_Wanted(graph, order, roots, point, real, bool(conditions), complex_too), digits, spread)
    unresolved = Exact("unresolved")
    truths = {c: level.truth.get(c, False) for c in conditions}
    return Evaluation([settled.get(root, unresolved) for root in roots], truths, level.taken, level.ties)


@dataclass(frozen=True)
class _Wanted:
    """What is evaluated, as `evaluate` takes it; `order` are the nodes that are needed."""

    graph: Graph
    order: Sequence[int]
    roots: Sequence[int]
    point: Mapping[str, Any]
    real: bool
    conditions: bool
    complex_too: bool


def _settled(wanted: _Wanted, digits: int, spread: int) -> tuple[dict[int, Exact], Level]:
    """The roots that two precisions side by side agree on, with more and more digits, and the last such pair.

    Args:
        wanted: what is evaluated.
        digits: to begin with.
        spread: digits that the numbers of the expression need themselves.
    """
    graph, order, roots, point, real = wanted.graph, wanted.order, wanted.roots, wanted.point, wanted.real
    settled: dict[int, Exact] = {}
    while True:
        level = Level(graph, point, digits, real)
        level.run(order)
        for root in roots:
            result = _result(level, root, wanted.complex_too)
            if result.kind != "unresolved":
                settled.setdefault(root, result)
        if level.vanished and not level.hopeless and digits < MAX_DIGITS + spread:
            if not wanted.conditions and (rational := _rational(graph, order, roots, point)) is not None:
                return rational, level
            # 1 - tanh(60)**2 is 0 to 50 digits, and is not 0: look once where such small numbers show.
            settled.clear()
            digits = MAX_DIGITS + spread
            continue
        if level.cleaned and digits < _CLEAN_DIGITS:
            # What is real to so many digits is taken for real.
            settled.clear()
            digits = _CLEAN_DIGITS
            continue
        doubtful = level.vanished or level.unsettled or level.origin or len(settled) < len(set(roots))
        if digits < level.deepest + FLOAT_DIGITS <= MAX_DEPTH and doubtful:
            settled.clear()
            digits = level.deepest + FLOAT_DIGITS
            continue
        if level.vanished:
            nudged = [Level(graph, point, digits, real, nudge) for nudge in (1, -1)]
            settled = _without_what_depends(settled, nudged, order, wanted.complex_too)
        if len(settled) == len(set(roots)) or digits >= MAX_DIGITS + spread or level.hopeless:
            return settled, level
        # An angle of many digits needs as many digits of pi.
        spread = max(spread, int(level.widest_angle * 0.302))
        digits = max(2 * digits, FLOAT_DIGITS + spread)


def _without_what_depends(
    settled: Mapping[int, Exact], nudged: Sequence[Level], order: Sequence[int], complex_too: bool
) -> dict[int, Exact]:
    """The results that do not depend on how small exactly that is which vanished.

    At the end of a domain, as that of a root, what vanishes may be on one side only.
    """
    kept = dict(settled)
    for level in nudged:
        level.run(order)
        moved = {root: _result(level, root, complex_too) for root in kept}
        kept = {root: result for root, result in kept.items() if _is_same(result, moved[root])}
        if not any(result.kind == "number" and moved[root].kind != "number" for root, result in kept.items()):
            break
    return kept


def _is_same(result: Exact, moved: Exact) -> bool:
    if result.kind != "number" or moved.kind == "undefined":
        return True  # a pole at what vanishes is a pole
    if moved.kind != "number":
        return False
    context = result.value.context
    if not result.value:
        return bool(abs(moved.value) < context.mpf(_NEGLIGIBLE))
    return bool(abs(context.convert(moved.value) - result.value) <= abs(result.value) * context.mpf(2) ** -58)


def _rational(
    graph: Graph, order: Sequence[int], roots: Sequence[int], point: Mapping[str, Any]
) -> dict[int, Exact] | None:
    """The values of all roots where all are rational, as they are of polynomials."""
    values = rational_values(graph, order, point)
    if any(root not in values for root in roots):
        return None
    context = context_of(2 * FLOAT_DIGITS)
    return {r: Exact("number", context.mpf(values[r].numerator) / values[r].denominator) for r in roots}


def extra_digits(graph: Graph, order: Sequence[int], point: Mapping[str, Any]) -> int:
    """Extra digits for points of many digits and for numbers far from 1, so that 1 + x keeps what x says."""
    values = [v if isinstance(v, Fraction) else v.shift for v in point.values()]
    digits = [max(abs(v.numerator), v.denominator).bit_length() for v in values]
    constants = (graph.nodes[i].value for i in order if graph.nodes[i].op == "number")
    sizes = [abs(v.numerator.bit_length() - v.denominator.bit_length()) for v in constants if isinstance(v, Fraction)]
    return int(max((*digits, *sizes), default=0) * 0.302)


def _to_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _result(level: Level, root: int, complex_too: bool) -> Exact:
    if root in level.origin:
        return Exact("undefined", node=level.origin[root])
    if root in level.unsettled:
        return Exact("unresolved")
    low, high = level.values[root]
    context = level.contexts[1]
    low = context.convert(low)
    if complex_too and context.im(high) != 0:
        return _complex(context, low, high)
    if context.im(high) != 0:
        size = abs(high)
        if abs(context.im(high)) > size * context.mpf(10) ** (-level.contexts[0].dps // 2):
            return Exact("undefined", node=root)
        low, high = context.re(low), context.re(high)
    low, high = context.re(low), context.re(high)
    if context.isinf(high):
        return Exact("infinite", high)
    return Exact("number", high) if _agree(context, low, high) else Exact("unresolved")


def _complex(context: Any, low: Any, high: Any) -> Exact:
    """A complex number, whose parts must each be settled."""
    parts = [(context.re(low), context.re(high)), (context.im(low), context.im(high))]
    if any(context.isinf(b) for _, b in parts):
        return Exact("infinite", context.inf)
    return Exact("number", high) if all(_agree(context, a, b) for a, b in parts) else Exact("unresolved")


def _agree(context: Any, low: Any, high: Any) -> bool:
    close = abs(high - low) <= abs(high) * context.mpf(2) ** -60
    return bool(close or max(abs(high), abs(low)) < context.mpf(_NOTHING))
