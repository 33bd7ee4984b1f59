"""Truncated Taylor series of a program in one or several variables, by recurrences, one coefficient after the other.

Griewank and Walther, Evaluating Derivatives, chapter 13. Numbers are whatever can be added and multiplied: tensors with
an entry for each point, or numbers of many digits. A series is a dictionary from exponents to coefficients; what is not
in it is 0.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from derivcli.graph import CONDITIONS
from derivcli.numeric.taylor.lowering import Lowered

# The exponents of the variables in one term.
Exponents = tuple[int, ...]
Series = dict[Exponents, Any]


class Numbers(Protocol):
    """A kind of numbers; `undefined` is what a division by 0 gives where it raises."""

    undefined: Any

    def value(self, i: int, args: Sequence[Any]) -> Any:
        """The value of a node at the point."""

    def choose(self, condition: Any, value: Any, other: Any) -> Any:
        """One of two numbers; None stands for 0."""

    def rounded(self, number: Any) -> Any:
        """A number as it is kept."""

    def at_zero(self, power: Any, base: Any, exponent: Any, order: int) -> Any:
        """A coefficient of a power with a constant exponent, also where the base is 0."""


def expand(lowered: Lowered, order: Sequence[int], top: Exponents, numbers: Numbers) -> list[Series]:
    """The series of the roots.

    Args:
        lowered: the program.
        order: its nodes, arguments before what uses them; those without arguments here are constants.
        top: the highest exponent of each variable.
        numbers: to compute with.
    """
    sweep = _Sweep(lowered, order, numbers, len(top))
    for exponents in itertools.product(*(range(n + 1) for n in top)):
        sweep.step(exponents)
    return [sweep.series[root] for root in lowered.roots]


class _Sweep:
    def __init__(self, lowered: Lowered, order: Sequence[int], numbers: Numbers, variables: int) -> None:
        self.lowered, self.order, self.numbers = lowered, order, numbers
        self.zero: Exponents = (0,) * variables
        self.series: dict[int, Series] = {i: {} for i in order}

    def step(self, exponents: Exponents) -> None:
        """One coefficient of every node."""
        total = sum(exponents)
        for i in self.order:
            if not total:
                args = [self.series[a][self.zero] for a in self.lowered.graph.nodes[i].args if a in self.series]
                self.series[i][exponents] = self.numbers.value(i, args)
            elif i in self.lowered.active and total <= self.lowered.budgets[i]:
                try:
                    coefficient = self._coefficient(i, exponents)
                except ZeroDivisionError:
                    coefficient = self.numbers.undefined
                if coefficient is not None:
                    self.series[i][exponents] = self.numbers.rounded(coefficient)

    def _coefficient(self, i: int, exponents: Exponents) -> Any:
        """A coefficient behind the first; None is 0."""
        node, slopes = self.lowered.graph.nodes[i], self.lowered.slopes.get(i)
        if slopes is not None:
            terms = [self._integrated(argument, slope, exponents) for argument, slope in slopes]
            return _sum(t for t in terms if t is not None)
        if node.op in CONDITIONS:
            return None
        return _RULES[node.op](self, i, node.args, exponents)

    def _integrated(self, argument: int, slope: int, exponents: Exponents) -> Any:
        """The part of f(u) that comes from its argument u: f(u)' = slope*u', term by term."""
        u, s = self.series[argument], self.series[slope]
        v = _first(exponents)
        total = _sum(j[v] * u[j] * s[rest] for j, rest in _splits(exponents) if j[v] and j in u and rest in s)
        return None if total is None else total / exponents[v]

    def variable(self, i: int, _: Sequence[int], exponents: Exponents) -> Any:
        place = self.lowered.names.index(str(self.lowered.graph.nodes[i].value))
        return 1.0 if sum(exponents) == exponents[place] == 1 else None

    def add(self, _: int, args: Sequence[int], exponents: Exponents) -> Any:
        return _sum(self.series[a][exponents] for a in args if exponents in self.series[a])

    def neg(self, _: int, args: Sequence[int], exponents: Exponents) -> Any:
        term = self.series[args[0]].get(exponents)
        return None if term is None else -term

    def mul(self, _: int, args: Sequence[int], exponents: Exponents) -> Any:
        u, v = (self.series[a] for a in args)
        return _sum(u[j] * v[rest] for j, rest in _splits(exponents) if j in u and rest in v)

    def div(self, i: int, args: Sequence[int], exponents: Exponents) -> Any:
        over, below = (self.series[a] for a in args)
        quotient = self.series[i]
        known = _sum(below[j] * quotient[rest] for j, rest in _splits(exponents) if j in below and rest in quotient)
        rest = over.get(exponents)
        if known is not None:
            rest = -known if rest is None else rest - known
        return None if rest is None else rest / below[self.zero]

    def power(self, i: int, args: Sequence[int], exponents: Exponents) -> Any:
        """With a constant exponent r: u*p' = r*u'*p, term by term."""
        u, p, r = self.series[args[0]], self.series[i], self.series[args[1]][self.zero]
        v = _first(exponents)
        total = _sum(
            (r * j[v] - rest[v]) * u[j] * p[rest] for j, rest in _splits(exponents) if any(j) and j in u and rest in p
        )
        if total is None:
            return None
        return self.numbers.at_zero(total, u[self.zero] * exponents[v], r, sum(exponents))

    def piecewise(self, _: int, args: Sequence[int], exponents: Exponents) -> Any:
        chosen = None
        for value, condition in zip(args[-2::-2], args[::-2], strict=True):
            holds = self.series[condition][self.zero]
            chosen = self.numbers.choose(holds, self.series[value].get(exponents), chosen)
        return chosen

    def guard(self, _: int, args: Sequence[int], exponents: Exponents) -> Any:
        value, other = (self.series[a].get(exponents) for a in args[1:])
        return self.numbers.choose(self.series[args[0]][self.zero], value, other)


_RULES: Mapping[str, Callable[[_Sweep, int, Sequence[int], Exponents], Any]] = {
    "variable": _Sweep.variable,
    "add": _Sweep.add,
    "neg": _Sweep.neg,
    "mul": _Sweep.mul,
    "div": _Sweep.div,
    "pow": _Sweep.power,
    "piecewise": _Sweep.piecewise,
    "guard": _Sweep.guard,
}


def _sum(terms: Any) -> Any:
    """The sum; None of no terms."""
    total = None
    for term in terms:
        total = term if total is None else total + term
    return total


def _first(exponents: Exponents) -> int:
    """The place of the first variable that occurs."""
    return next(v for v, n in enumerate(exponents) if n)


@functools.lru_cache(maxsize=4096)
def _splits(exponents: Exponents) -> list[tuple[Exponents, Exponents]]:
    """All ways to write exponents as a sum of two."""
    return [
        (j, tuple(n - m for n, m in zip(exponents, j, strict=True)))
        for j in itertools.product(*(range(n + 1) for n in exponents))
    ]
