"""A canvas of braille dots, two by four in each character; in plain ASCII where there are none."""

from __future__ import annotations

from collections.abc import Iterable

# The bit of each dot of a character, by column and row.
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_UPPER = 0x01 | 0x02 | 0x08 | 0x10


class Canvas:
    """A curve on characters.

    Args:
        width, height: in characters.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._cells: dict[tuple[int, int], int] = {}

    def line(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """A line between two places, in parts of the canvas: (0, 0) is at the lower left, (1, 1) at the upper right.

        What lies outside is not drawn.
        """
        inside = _inside(y, to_y)
        if inside is None:
            return
        (a, b), (dx, dy) = inside, (to_x - x, to_y - y)
        columns, rows = 2 * self.width - 1, 4 * self.height - 1
        first = ((x + a * dx) * columns, (y + a * dy) * rows)
        last = ((x + b * dx) * columns, (y + b * dy) * rows)
        count = max(1, round(max(abs(last[0] - first[0]), abs(last[1] - first[1]))))
        for k in range(count + 1):
            t = k / count
            self._dot(round(first[0] + (last[0] - first[0]) * t), round(first[1] + (last[1] - first[1]) * t))

    @classmethod
    def joined(cls, width: int, height: int, canvases: Iterable[Canvas]) -> Canvas:
        """All of several canvases on one."""
        found = cls(width, height)
        for canvas in canvases:
            for cell, dots in canvas._cells.items():
                found._cells[cell] = found._cells.get(cell, 0) | dots
        return found

    def cells(self) -> frozenset[tuple[int, int]]:
        """The columns and rows of the characters with something on them."""
        return frozenset(self._cells)

    def _dot(self, column: int, row: int) -> None:
        if 0 <= column < 2 * self.width and 0 <= row < 4 * self.height:
            row = 4 * self.height - 1 - row
            cell = column // 2, row // 4
            self._cells[cell] = self._cells.get(cell, 0) | _DOTS[column % 2][row % 4]

    def character(self, column: int, row: int, plain: bool) -> str | None:
        """What stands at a place, row 0 on top; None where nothing does."""
        dots = self._cells.get((column, row))
        if dots is None:
            return None
        if not plain:
            return chr(0x2800 + dots)
        return "'" if not dots & ~_UPPER else "." if not dots & _UPPER else ":"


def _inside(y: float, to_y: float) -> tuple[float, float] | None:
    """The part of a line between the heights 0 and 1, as parts of its length; None where there is none."""
    if max(y, to_y) < 0 or min(y, to_y) > 1:
        return None
    if y == to_y:
        return 0.0, 1.0
    ends = sorted((-y / (to_y - y), (1 - y) / (to_y - y)))
    return max(0.0, ends[0]), min(1.0, ends[1])
