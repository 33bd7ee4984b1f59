"""Double exponential rules: integrals of analytic functions whose ends may be singular, or infinite.

H. Takahasi and M. Mori, Double exponential formulas for numerical integration, Publ. RIMS 9 (1974).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from derivcli.numeric.contexts import context_of
from derivcli.numeric.special import Unsettled

# The most halvings of the step of a rule, and the fewest for what is smooth.
_LAST, _SMOOTH = 10, 3
# The widest argument of a rule: beyond it are distances of 1e-4000 and 1e4000.
_WIDEST = 8.6

# For a context and an argument the distance from an end, and the weight.
Rule = Callable[[Any, Any], "tuple[Any, Any]"]
# The term of a node, from its distance and weight and the argument of the rule.
Term = Callable[["tuple[Any, Any]", Any], Any]


@dataclass(frozen=True)
class Precision:
    """How far a rule goes: the distance or weight below which nothing counts, and the fewest halvings."""

    least: Any
    first: int


def to_one(c: Any, u: Any) -> tuple[Any, Any]:
    """A rule for an interval of length 1, with distances from its nearer end."""
    e = c.exp(-c.pi * c.sinh(abs(u)))
    return e / (1 + e), c.pi * c.cosh(u) * e / (1 + e) ** 2


def to_infinity(c: Any, u: Any) -> tuple[Any, Any]:
    """A rule from 0 to infinity, for what falls like a power or faster."""
    x = c.exp(c.pi / 2 * c.sinh(u))
    return x, c.pi / 2 * c.cosh(u) * x


def _decaying(c: Any, u: Any) -> tuple[Any, Any]:
    """A rule from 0 to infinity, for what falls like an exponential function."""
    e = c.exp(c.pi * c.sinh(u))
    return c.log1p(e), c.pi * c.cosh(u) * e / (1 + e)


@functools.lru_cache(4_000)
def _node(digits: int, rule: Rule, over: int, below: int) -> tuple[Any, Any]:
    c = context_of(digits)
    return rule(c, c.mpf(over) / below)


def half_line(c: Any, digits: int, f: Callable[[Any], Any]) -> Any:
    """An integral from 0 to infinity of what is smooth at 0 and decays like exp(-y), in a context, to so many digits.

    Raises:
        Unsettled: it does not settle.
    """
    return summed(
        c, digits, _decaying, lambda place, _: f(place[0]) * place[1], Precision(c.mpf(10) ** (-digits - 10), _SMOOTH)
    )


def summed(c: Any, digits: int, rule: Rule, at: Term, how: Precision) -> Any:
    """A double exponential rule with ever smaller steps: each halving squares the error, until nothing is left of it.

    Args:
        c: the context in which it is worked out.
        digits: how many are wanted.
        rule: the rule.
        at: the term of a node.
        how: how far it goes.

    Raises:
        Unsettled: the steps become too small before that.
    """
    total = size = c.zero
    before, gap = None, c.inf
    enough = c.mpf(10) ** (-digits - 2)
    for level in range(_LAST + 1):
        step = c.mpf(2) ** -level
        for sign in (-1, 1):
            more, larger = _side(c, rule, at, how.least * size, (level, sign), how.least)
            total, size = total + more, size + larger
        value, scale = total * step, size * step
        if before is not None and scale:
            last, gap = gap, abs(value - before) / scale
            squares = gap**2 <= enough / 100 and gap <= last * c.sqrt(last)
            if level >= how.first and (gap <= enough or squares):
                return value if abs(value) > scale * 10 * enough else c.zero
        elif before is not None and level >= how.first:
            return c.zero
        before = value
    raise Unsettled


def _side(c: Any, rule: Rule, at: Term, nothing: Any, side: tuple[int, int], least: Any) -> tuple[Any, Any]:
    """The terms that a level adds on one side, and the sum of their sizes."""
    level, sign = side
    total = larger = c.zero
    small = 0
    for k in _new(level, sign):
        if k > _WIDEST * 2**level:
            if not small:
                raise Unsettled
            break
        place = _node(c.dps, rule, sign * k, 2**level)
        if rule is to_one and place[0] < least:
            break
        term = at(place, sign * k)
        total, larger = total + term, larger + abs(term)
        small = small + 1 if abs(term) <= max(nothing, larger * least) else 0
        if rule is not to_one and small > 2 and k > 2 * 2**level:
            break
    return total, larger


def _new(level: int, sign: int) -> Iterator[int]:
    """The numerators of the arguments, over 2**level, that a level adds on one side."""
    k = 0 if level == 0 and sign > 0 else 1
    while True:
        yield k
        k += 1 if level == 0 else 2
