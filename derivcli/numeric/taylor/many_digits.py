"""Series whose coefficients are numbers of many digits, at one point: where recurrences in floats lose theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from derivcli.graph import CONDITIONS
from derivcli.numeric.level import Level
from derivcli.numeric.taylor.lowering import Lowered
from derivcli.numeric.taylor.series import Exponents, expand

# Digits at first and at most; each try has as many again beside it, which must say the same.
_FIRST_DIGITS, _MAX_DIGITS = 40, 320


def coefficient(lowered: Lowered, root: int, point: Mapping[str, Fraction], top: Exponents) -> float | None:
    """The highest coefficient of a root as the nearest float; None where it could not be settled.

    Args:
        lowered: a program of primitives.
        root: the place of the root.
        point: the value of each variable.
        top: the exponents of the coefficient.
    """
    order = lowered.graph.reachable(lowered.budgets)
    digits, found = _FIRST_DIGITS, None
    while digits <= _MAX_DIGITS and found is None:
        level = Level(lowered.graph, point, digits, real=True)
        level.run(order)
        low, high = (expand(lowered, order, top, _ManyDigits(lowered, level, k))[root].get(top, 0) for k in (0, 1))
        found = _agreed(level.contexts, low, high)
        digits *= 2
    return found


def _agreed(contexts: Sequence[Any], low: Any, high: Any) -> float | None:
    c = contexts[1]
    low, high = c.convert(low), c.convert(high)
    if abs(high) < abs(low) * c.mpf(10) ** (-contexts[0].dps // 2):
        return 0.0  # shrinks as the precision grows
    return float(high) if abs(high - low) <= abs(high) * c.mpf(2) ** -60 else None


class _ManyDigits:
    """Numbers of one of the contexts of a level."""

    def __init__(self, lowered: Lowered, level: Level, k: int) -> None:
        self.graph, self.level, self.k = lowered.graph, level, k
        self.context = level.contexts[k]
        self.undefined = self.context.nan

    def value(self, i: int, args: Sequence[Any]) -> Any:
        node = self.graph.nodes[i]
        if node.op in CONDITIONS:
            return self.level.truth.get(i)
        pair = self.level.values.get(i)
        return self.undefined if pair is None else pair[self.k]

    def choose(self, condition: Any, value: Any, other: Any) -> Any:
        return self.undefined if condition is None else value if condition else other

    def rounded(self, number: Any) -> Any:
        return number

    def at_zero(self, power: Any, base: Any, exponent: Any, order: int) -> Any:
        if base != 0:
            return power / base
        return self.context.zero if exponent > order else self.undefined
