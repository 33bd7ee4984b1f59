"""A grid as a table: its columns, some thousands of points at a time, each number the nearest float."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from derivcli.errors import PointError
from derivcli.numeric.contexts import context_of
from derivcli.numeric.irrational import Real
from derivcli.points import Axis, Grid, Group, Steps
from derivcli.tables import ROWS, Chunk
from derivcli.values import value

# Digits of irrational steps: enough for the nearest float at every point.
_DIGITS = 60
# Whole numbers below this are floats.
_WHOLE = 2**53


class GridTable:
    """The points of a grid.

    Args:
        grid: any number of points, each with the same variables, all numbers.
        seed: of random numbers that name none.
    """

    def __init__(self, grid: Grid, seed: int) -> None:
        self.names = tuple(name for name, _ in grid.groups[0].axes)
        if any(tuple(name for name, _ in group.axes) != self.names for group in grid.groups):
            raise PointError("of many points each has the same variables, in the same order")
        self.count: int | None = len(grid)
        self._grid, self._seed = grid, seed

    def chunks(self, variables: Sequence[str]) -> Iterator[Chunk]:
        """All points."""
        for group in self._grid.groups:
            columns = {name: _Column(name, axis, self._seed) for name, axis in group.axes}
            for start in range(0, len(group), ROWS):
                yield _chunk(group, columns, start, min(ROWS, len(group) - start), variables)


def _chunk(group: Group, columns: dict[str, _Column], start: int, rows: int, variables: Sequence[str]) -> Chunk:
    from derivcli.numeric.kernels import torch

    order = torch.arange(start, start + rows)
    numbers = {}
    for name, axis in group.axes:
        numbers[name] = memoryview(bytearray(8 * rows)).cast("d")
        places = (order // group.period(name)) % len(axis)
        torch.frombuffer(numbers[name], dtype=torch.float64).copy_(columns[name].at(places))

    def text(name: str, row: int) -> str:
        return str(dict(group.axes)[name][group.place(name, start + row)])

    return Chunk(rows, {name: numbers[name] for name in variables}, dict(numbers), text)


class _Column:
    """The values of one variable as floats, by their places."""

    def __init__(self, name: str, axis: Axis, seed: int) -> None:
        self._name, self._seed = name, seed
        if isinstance(axis, Steps):
            start, step = self._rational(axis.start), self._rational(axis.step)
            self._over = math.lcm(start.denominator, step.denominator)
            self._first, self._step = int(start * self._over), int(step * self._over)
            self._small = max(self._over, abs(self._first) + abs(self._step) * len(axis)) < _WHOLE
            self._listed = None
        else:
            from derivcli.numeric.kernels import torch

            self._listed = torch.tensor([float(self._number(text)) for text in axis], dtype=torch.float64)

    def at(self, places: Any) -> Any:
        """The nearest float at each place."""
        from derivcli.numeric.kernels import torch

        if self._listed is not None:
            return self._listed[places]
        if self._small:
            # A quotient of two whole floats is rounded once.
            return (self._first + self._step * places).to(torch.float64) / self._over
        numbers = [(self._first + self._step * k) / self._over for k in places.tolist()]
        return torch.tensor(numbers, dtype=torch.float64)

    def _number(self, text: Any) -> Fraction | Real:
        found = value(text, self._name, self._seed)
        if found.shape:
            raise PointError(f"{self._name}: of many points each value is a number, not an array")
        return found.entries[0]

    def _rational(self, text: str) -> Fraction:
        number = self._number(text)
        if isinstance(number, Fraction):
            return number
        mantissa, exponent = number.in_context(context_of(_DIGITS)).man_exp
        return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
