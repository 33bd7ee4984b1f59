"""Grids of any number of points, as plain data: no point is built before it is asked for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from derivcli.model import Point, Value

_RATIONAL = re.compile(r"-?[0-9]+(/[0-9]+)?")


@dataclass(frozen=True)
class Steps:
    """The values start, start + step, start + 2*step and so on: exact ones, as texts.

    Args:
        start, step: quotients of whole numbers where both are rational, else expressions without variables.
        count: how many values there are.
    """

    start: str
    step: str
    count: int

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Value]:
        if self.rational is None:
            return (self[k] for k in range(self.count))
        start, step = self.rational
        return (str(start + k * step) for k in range(self.count))

    def __getitem__(self, k: int) -> Value:
        if self.rational is not None:
            start, step = self.rational
            return str(start + k * step)
        return f"({self.start})+{k}*{self.step}"

    @property
    def rational(self) -> tuple[Fraction, Fraction] | None:
        """Start and step, where both are rational."""
        if _RATIONAL.fullmatch(self.start) and _RATIONAL.fullmatch(self.step):
            return Fraction(self.start), Fraction(self.step)
        return None


# The values of one variable.
Axis = tuple[Value, ...] | Steps


@dataclass(frozen=True)
class Group:
    """Values of several variables, in all combinations (the last one changes first) or, if `paired`, side by side."""

    axes: tuple[tuple[str, Axis], ...]
    paired: bool = False

    def __len__(self) -> int:
        total = 1
        for _, axis in self.axes:
            total = max(total, len(axis)) if self.paired else total * len(axis)
        return total

    def place(self, name: str, k: int) -> int:
        """Which of its values a variable has at point `k`."""
        return (k // self.period(name)) % len(dict(self.axes)[name])

    def period(self, name: str) -> int:
        """At how many points one after the other the variable keeps its value."""
        total = 1
        for other, axis in () if self.paired else reversed(self.axes):
            if other == name:
                break
            total *= len(axis)
        return total

    def point(self, k: int) -> Point:
        """The names and value texts of point `k`."""
        return tuple((name, axis[self.place(name, k)]) for name, axis in self.axes)

    def points(self) -> Iterator[Point]:
        """All of them, in order."""
        names, count = [name for name, _ in self.axes], len(self)
        columns = [itertools.repeat(axis[0], count) if len(axis) == 1 else axis for _, axis in self.axes]
        rows = zip(*columns, strict=True) if self.paired else itertools.product(*(axis for _, axis in self.axes))
        return (tuple(zip(names, row, strict=True)) for row in rows)


@dataclass(frozen=True)
class Grid:
    """Points, group by group."""

    groups: tuple[Group, ...]

    def __len__(self) -> int:
        return sum(map(len, self.groups))

    def points(self) -> Iterator[Point]:
        """All of them, in order."""
        return (point for group in self.groups for point in group.points())
