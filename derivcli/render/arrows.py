"""The gradient of a map as arrows of characters."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator

from derivcli.picture import Map
from derivcli.render.contours import Cell

# In each so many columns and rows is an arrow, and where it may move to.
_EVERY = (8, 3)
_MOVES = ((0, 0), (1, 0), (-1, 0), (2, 0), (-2, 0), (0, 1), (0, -1))
# From the right turning left, in eighths and in quarters; where the gradient is this small beside the largest, it is 0.
_ARROWS, _STILL = ("→↗↑↖←↙↓↘", ">^<v"), 1e-9
FLAT = "·."


class Cells:
    """The cells of characters over a map.

    Args:
        of: the map.
        columns, rows: how many cells there are.
    """

    def __init__(self, of: Map, columns: int, rows: int) -> None:
        self.columns, self.rows, self._of = columns, rows, of
        self._across = _nearest(of, 0, columns)
        self._up = _nearest(of, 1, rows)[::-1]

    def height(self, cell: Cell) -> float:
        """The value in the middle of a cell."""
        return self._of.heights[self._up[cell[1]]][self._across[cell[0]]]

    def gradient(self, cell: Cell) -> tuple[float, float]:
        """The way that the gradient points from a cell, in dots, which are as wide as high."""
        i, j = self._across[cell[0]], self._up[cell[1]]
        sizes = [side.high - side.low for side in self._of.sides]
        gx, gy = (part[j][i] for part in self._of.slopes)
        return gx * 2 * self.columns / sizes[0], gy * 4 * self.rows / sizes[1]


def _nearest(of: Map, axis: int, count: int) -> list[int]:
    """For each cell along an axis the place that is nearest to its middle."""
    side = of.sides[axis]
    middles = [side.low + (side.high - side.low) * (k + 0.5) / count for k in range(count)]
    return [min(range(len(side.places)), key=lambda i: abs(side.places[i] - x)) for x in middles]


def arrows(cells: Cells, full: Container[Cell], plain: bool) -> Iterator[tuple[Cell, str]]:
    """Arrows at places in rows and columns, or beside them where one is taken; none where there is no gradient."""
    found = {}
    for row in range(1, cells.rows, _EVERY[1]):
        for column in range(_EVERY[0] // 2, cells.columns - 2, _EVERY[0]):
            near = ((column + a, row + b) for a, b in _MOVES if row + b < cells.rows)
            cell = next((c for c in near if c not in full), None)
            if cell and all(map(math.isfinite, (cells.height(cell), *cells.gradient(cell)))):
                found[cell] = cells.gradient(cell)
    largest = max((math.hypot(*vector) for vector in found.values()), default=0.0)
    signs = _ARROWS[int(plain)]
    for cell, (x, y) in found.items():
        turn = round(math.atan2(y, x) / math.tau * len(signs)) % len(signs)
        yield cell, signs[turn] if math.hypot(x, y) > _STILL * largest else FLAT[int(plain)]
