"""A function of two variables at places in rows and columns."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

from derivcli.plotting.pieces import places
from derivcli.plotting.subject import Function

Range = tuple[float, float]
# A place by its column and row.
Spot = tuple[int, int]


class Lattice:
    """The values and the gradient over a rectangle.

    Args:
        function: what is computed.
        sides: the ranges of its variables.
        across, up: how many places there are along each.
    """

    def __init__(self, function: Function, sides: Sequence[Range], across: int, up: int) -> None:
        # Off the round numbers, where poles are.
        ((self.xs,), (self.ys,)) = (places(*side, [], count) for side, count in zip(sides, (across, up), strict=True))
        found = function(self.xs * len(self.ys), [y for y in self.ys for _ in self.xs])
        width = len(self.xs)
        self.values, *slopes = ([column[k : k + width] for k in range(0, len(column), width)] for column in found)
        self.slopes = (slopes[0], slopes[1])

    def finite(self) -> list[float]:
        """The values that are numbers."""
        return [z for row in self.values for z in row if math.isfinite(z)]

    def inhabited(self) -> Iterator[Spot]:
        """The places with a value."""
        for j, row in enumerate(self.values):
            yield from ((i, j) for i, z in enumerate(row) if math.isfinite(z))

    def at(self, spot: Spot) -> tuple[float, float, float]:
        """Where a place is, and the value there."""
        i, j = spot
        return self.xs[i], self.ys[j], self.values[j][i]

    def edges(self) -> Iterator[tuple[Spot, Spot]]:
        """Neighbours that both have a value, along both axes."""
        known = set(self.inhabited())
        for i, j in known:
            yield from (((i, j), other) for other in ((i + 1, j), (i, j + 1)) if other in known)

    def cells(self) -> Iterator[Spot]:
        """The lower left corners of the cells."""
        return itertools.product(range(len(self.xs) - 1), range(len(self.ys) - 1))
