"""Exact numbers that are no fractions: irrational and complex ones, and those beside others in the complex plane."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.graph import Graph
from derivcli.numeric.contexts import context_of
from derivcli.numeric.level import FLOAT_DIGITS, Level
from derivcli.numeric.operations import number


@dataclass(frozen=True)
class Real:
    """An irrational number, known as an expression without variables, to as many digits as anybody asks for.

    `shift` is added to it: a step beside the number is as exact as the number itself. It is complex where complex
    numbers were asked for.
    """

    graph: Graph
    root: int
    shift: Fraction = Fraction(0)

    def __add__(self, step: Fraction) -> Real:
        return Real(self.graph, self.root, self.shift + step)

    def in_context(self, context: Any) -> Any:
        """The number with the digits of an mpmath context."""
        level = Level(self.graph, {}, context.dps, real=False)
        level.run(self.graph.reachable([self.root]))
        return context.convert(level.values[self.root][0]) + number(context, self.shift)

    def __float__(self) -> float:
        return float(self.in_context(context_of(FLOAT_DIGITS)))

    def __complex__(self) -> complex:
        return complex(self.in_context(context_of(FLOAT_DIGITS)))


@dataclass(frozen=True)
class Above:
    """The number above another one in the complex plane, at a distance."""

    base: Fraction | Real
    distance: Fraction

    @property
    def shift(self) -> Fraction:
        """The part of the number that decides how many digits it takes to see the distance."""
        return self.distance

    def in_context(self, context: Any) -> Any:
        """The number with the digits of an mpmath context."""
        return number(context, self.base) + context.mpc(0, number(context, self.distance))
